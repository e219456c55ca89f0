package auth

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// UserContext describes the user's own device for Cognito's threat protection, which rates the risk
// of a request by it. A web back end should pass the browser's address, or all users seem to come
// from the server. Cognito accepts the address only from app clients that have a secret and have
// EnablePropagateAdditionalUserContextData enabled. The zero value sends nothing.
//
// Differs from Amplify: it sends only what AWS's script collects in a browser, and no address.
type UserContext struct {
	// IPAddress is the user's IPv4 or IPv6 address, as text.
	IPAddress string `json:"ipAddress,omitempty"`
	// EncodedData is the fingerprint that AWS's script or mobile library made, unchanged.
	EncodedData string `json:"encodedData,omitempty"`
}

// wire returns the request's UserContextData, or nil if there is nothing to send.
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
