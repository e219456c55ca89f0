package auth

import (
	"context"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// UserContext describes the person's own device for Cognito's threat protection, which rates the
// risk of a request by it. Pass it with [WithUserContext]. The zero value sends nothing.
type UserContext struct {
	// IPAddress is the person's IPv4 or IPv6 address, without a port. An IPv4 address in IPv6 form
	// is sent as IPv4, and a zone is not sent.
	IPAddress string `json:"ipAddress,omitempty"`
	// EncodedData is the fingerprint of the browser or phone, unchanged, as AWS's script or mobile
	// library made it: AmazonCognitoAdvancedSecurityData.getData in a browser. Up to 16 KiB.
	EncodedData string `json:"encodedData,omitempty"`
}

type userContextKey struct{}

// WithUserContext returns a context for calls on behalf of the person with that device. All verbs
// that sign in, sign up or reset a password send it. A web back end sets it once per request of a
// browser; otherwise all people seem to come from the server. Cognito takes the address into
// account only for app clients that have a secret and EnablePropagateAdditionalUserContextData.
//
// The pending sign-in keeps the UserContext of [Session.SignIn] for a [Session.ConfirmSignIn] whose
// context has none. If a field is not valid, the verbs return [ErrInvalidParameter] and send
// nothing.
//
// Differs from Amplify: it sends only what AWS's script collects in a browser, and no address.
//
// Cognito: UserContextData.
func WithUserContext(ctx context.Context, person UserContext) context.Context {
	return context.WithValue(ctx, userContextKey{}, person)
}

// maxEncodedData bounds what is sent, and stored with a pending sign-in.
const maxEncodedData = 16 << 10

// userContext returns the UserContext of ctx, checked; the zero value if there is none.
func userContext(ctx context.Context) (UserContext, error) {
	person, _ := ctx.Value(userContextKey{}).(UserContext)
	if len(person.EncodedData) > maxEncodedData {
		return UserContext{}, fail(ErrInvalidParameter, "UserContext.EncodedData is longer than 16 KiB")
	}
	if person.IPAddress == "" {
		return person, nil
	}
	address, err := netip.ParseAddr(person.IPAddress)
	if err != nil {
		return UserContext{}, &Error{
			Code: ErrInvalidParameter, Message: "UserContext.IPAddress is not an IP address",
			Recovery: "Pass the address alone, without a port or a host name.",
		}
	}
	person.IPAddress = address.Unmap().WithZone("").String()
	return person, nil
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
