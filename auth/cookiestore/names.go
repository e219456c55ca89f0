package cookiestore

import (
	"slices"
	"strings"
)

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

// newNames also protects our own names, if it can, from servers of sibling domains: "__Host-"
// excludes a Domain.
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

// isOurs reports whether a cookie concerns this Store at all. Our own names count only as they are:
// to a browser that sees percent signs, none begins with "__Host-", and so it would let others set
// them.
func (n names) isOurs(raw, name string) bool {
	return strings.HasPrefix(name, n.amplify) || raw == name && (n.isPending(name) || n.isDeviceState(name))
}

// isDevice reports whether a cookie is part of the device record.
func (n names) isDevice(name string) bool {
	return n.isDeviceState(name) || n.isAny(name, deviceKey, deviceGroupKey, devicePassword)
}

// isSession reports whether a cookie is part of the session record. Those of people who are not the
// last one to sign in are, too: nobody would ever remove them otherwise, and another LastAuthUser
// would bring them back.
func (n names) isSession(name string) bool {
	return n.isPending(name) || name == n.lastAuthUser() ||
		n.isAny(name, accessToken, idToken, refreshToken, clockDrift, signInDetails, oauthMetadata)
}

// isAny reports whether a cookie of Amplify's is one of these, whoever's it is.
func (n names) isAny(name string, whats ...string) bool {
	rest, ofAmplify := strings.CutPrefix(name, n.amplify)
	what := rest[strings.LastIndexByte(rest, '.')+1:]
	return ofAmplify && what != rest && slices.Contains(whats, what)
}

// user is the name that Amplify files the session under; its tokens are nobody's without one.
func (c cookies) user(n names) string { return c[n.lastAuthUser()] }
