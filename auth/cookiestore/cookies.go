package cookiestore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
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

const (
	// maxCookie is what browsers take, as RFC 6265bis, section 5.6 counts: the name and the value.
	maxCookie = 4096
	// maxTogether bounds what the browser will send with every request.
	maxTogether = 16 << 10
	// maxRead bounds how many cookies of a request are looked at.
	maxRead = 256
)

// cookies are what a browser has of ours: values by name, neither encoded.
type cookies map[string]string

// readCookies picks those out of Cookie headers whose name is accepted, as it came and decoded. Of
// several with one name the first counts, as for js-cookie. What is malformed is not there.
func readCookies(headers []string, accept func(raw, name string) bool) cookies {
	read := make(cookies)
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			rawName, rawValue, found := strings.Cut(strings.Trim(pair, " \t"), "=") // other white space is part of the name
			if !found || len(rawName)+len(rawValue) > 2*maxCookie || len(read) == maxRead {
				continue
			}
			name, ok := decodeName(rawName)
			if !ok || !accept(rawName, name) {
				continue
			}
			if _, taken := read[name]; taken {
				continue
			}
			if value, ok := decodeValue(rawValue); ok {
				read[name] = value
			}
		}
	}
	return read
}

// without returns a copy without those whose name is matched.
func (c cookies) without(match func(name string) bool) cookies {
	left := maps.Clone(c)
	maps.DeleteFunc(left, func(name, _ string) bool { return match(name) })
	return left
}

// only returns a copy of those whose name is matched.
func (c cookies) only(match func(name string) bool) cookies {
	return c.without(func(name string) bool { return !match(name) })
}

// set sets a cookie, or removes it if there is no value.
func (c cookies) set(name, value string) {
	if value == "" {
		delete(c, name)
		return
	}
	c[name] = value
}

// digest tells one set of cookies from another.
func (c cookies) digest() string {
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(c)) {
		_, _ = fmt.Fprintf(hash, "%q=%q\n", name, c[name]) // a hash takes everything
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// check says whether a browser would keep them in the place of old ones. What it has already is no
// reason to refuse: sign-out must go through.
func (c cookies) check(old cookies) error {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if size := cookieSize(name, c[name]); size > maxCookie && c[name] != old[name] {
			return &SizeError{Cookie: name, Size: size, Limit: maxCookie}
		}
	}
	if size := c.size(); size > max(maxTogether, old.size()) {
		return &SizeError{Size: size, Limit: maxTogether}
	}
	return nil
}

// size is what the browser will send of them.
func (c cookies) size() int {
	size := 0
	for name, value := range c {
		size += cookieSize(name, value) + len("=; ")
	}
	return size
}

func cookieSize(name, value string) int { return len(encodeName(name)) + len(encodeValue(value)) }

// What js-cookie leaves as it is, beside letters and digits: what encodeURIComponent does, without
// parentheses in names, and some more.
const (
	unreserved   = "-_.!~*'"
	plainInName  = unreserved + "#$&+^`|"
	plainInValue = unreserved + "()" + "#$&+/:<=>?@[]^`{}|"
)

func encodeName(name string) string   { return percentEncode(name, plainInName) }
func encodeValue(value string) string { return percentEncode(value, plainInValue) }

func percentEncode(s, plain string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if isAlphanumeric(c) || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// decodeName is decodeURIComponent: it refuses what is not well-formed.
func decodeName(raw string) (string, bool) {
	name, err := url.PathUnescape(raw)
	return name, err == nil && utf8.ValidString(name)
}

// decodeValue reads what js-cookie wrote, and what others wrote with quotes around it or as it was.
// A "%" that begins no sequence stays.
func decodeValue(raw string) (string, bool) {
	if strings.HasPrefix(raw, `"`) {
		raw = raw[1:max(1, len(raw)-1)]
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '%' && i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2]) {
			b.WriteByte(fromHex(raw[i+1])<<4 | fromHex(raw[i+2]))
			i += 2
			continue
		}
		b.WriteByte(raw[i])
	}
	return b.String(), utf8.ValidString(b.String())
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

func fromHex(c byte) byte {
	if c >= 'A' {
		return c&^0x20 - 'A' + 10
	}
	return c - '0'
}

// settings are what all cookies have in common.
type settings struct {
	clientID string
	names    names
	domain   string
	sameSite http.SameSite
	httpOnly bool
}

const (
	maxAge        = 365 * 24 * time.Hour // Amplify's
	maxPendingAge = time.Hour            // no sign-in takes so long
)

func (s settings) cookie(name, value string) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // Amplify in the browser reads its own
		Name: encodeName(name), Value: encodeValue(value), Path: "/", Domain: s.domain, SameSite: s.sameSite, Secure: true,
		HttpOnly: s.httpOnly || s.names.isPending(name) || s.names.isDeviceState(name), MaxAge: int(maxAge.Seconds()),
	}
	if s.names.isPending(name) {
		c.MaxAge = int(maxPendingAge.Seconds())
	}
	return c
}

// deletion is the header that makes a browser drop a cookie; it must be of the same path and
// domain.
func (s settings) deletion(name string) string {
	gone := s.cookie(name, "") //nolint:gosec // as those that it removes
	gone.MaxAge = -1
	return gone.String()
}
