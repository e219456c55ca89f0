package cookiestore

import "strings"

// The last parts of the names of Amplify's cookies.
const (
	accessToken   = "accessToken"
	idToken       = "idToken"
	refreshToken  = "refreshToken"
	clockDrift    = "clockDrift"
	signInDetails = "signInDetails"
	oauthMetadata = "oauthMetadata"

	deviceKey      = "deviceKey"
	deviceGroupKey = "deviceGroupKey"
	devicePassword = "randomPasswordKey"
)

// names are the names of the cookies of one app client.
type names struct {
	amplify string // what Amplify's begin with
	pending string // what has no place in Amplify's: mostly a sign-in that is half done
	devices string // what has no place in Amplify's about devices
}

// newNames also protects our own names, if it can, from servers of sibling domains: "__Host-" excludes a Domain.
func newNames(clientID, domain string) names {
	own := "amplify-auth-go." + clientID
	if domain == "" {
		own = "__Host-" + own
	}
	return names{
		amplify: "CognitoIdentityServiceProvider." + clientID + ".",
		pending: own + ".session",
		devices: own + ".devices",
	}
}

func (n names) lastAuthUser() string           { return n.amplify + "LastAuthUser" }
func (n names) of(user, what string) string    { return n.amplify + user + "." + what }
func (n names) isPending(name string) bool     { return strings.HasPrefix(name, n.pending+".") }
func (n names) isDeviceState(name string) bool { return strings.HasPrefix(name, n.devices+".") }

// isOurs reports whether a cookie concerns this Store at all. Our own names count only as they are: to a browser that sees
// percent signs, none begins with "__Host-", and so it would let others set them.
func (n names) isOurs(raw, name string) bool {
	return strings.HasPrefix(name, n.amplify) || raw == name && (n.isPending(name) || n.isDeviceState(name))
}

// isDevice reports whether a cookie is part of the device record.
func (n names) isDevice(name string) bool {
	return n.isDeviceState(name) || strings.HasPrefix(name, n.amplify) &&
		(strings.HasSuffix(name, "."+deviceKey) || strings.HasSuffix(name, "."+deviceGroupKey) || strings.HasSuffix(name, "."+devicePassword))
}

// isSession gives a test for the cookies of the session record, if that user is the one who is signed in.
func (n names) isSession(user string) func(name string) bool {
	return func(name string) bool {
		if n.isPending(name) || name == n.lastAuthUser() {
			return true
		}
		for _, what := range []string{accessToken, idToken, refreshToken, clockDrift, signInDetails, oauthMetadata} {
			if name == n.of(user, what) {
				return true
			}
		}
		return false
	}
}

// user is the name that Amplify files the session under; its tokens are nobody's without one.
func (c cookies) user(n names) string { return c[n.lastAuthUser()] }
