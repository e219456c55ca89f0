package auth

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// UserContext describes the person's own device for Cognito's threat protection, which scores the
// risk of a request by it. Cognito takes the address from app clients with a secret only, and only
// where EnablePropagateAdditionalUserContextData is on; a web back end gives the browser's, or
// every person seems to come from the server. The zero value sends nothing.
//
// Differs from Amplify: it sends only what a script of AWS collects in a browser, and no address.
type UserContext struct {
	// IPAddress is the person's address, IPv4 or IPv6, as text.
	IPAddress string `json:"ipAddress,omitempty"`
	// EncodedData is the fingerprint that AWS's script or mobile library made, as it came from
	// there.
	EncodedData string `json:"encodedData,omitempty"`
}

// wire returns the member UserContextData, or nil for nothing to send.
func (u UserContext) wire() *types.UserContextDataType {
	if u == (UserContext{}) {
		return nil
	}
	data := &types.UserContextDataType{}
	if u.IPAddress != "" {
		data.IpAddress = &u.IPAddress
	}
	if u.EncodedData != "" {
		data.EncodedData = &u.EncodedData
	}
	return data
}
