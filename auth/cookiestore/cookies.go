package cookiestore

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
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
	amplify      string // prefix of Amplify's cookies
	lastAuthUser string // Amplify's cookie with the name that is part of the other names
	session      string // prefix of the sealed part of the session record, such as a pending sign-in
	devices      string // prefix of the sealed part of the device record
}

// newNames returns the names for one app client. Without a domain, the sealed cookies get the
// prefix "__Host-", which keeps servers of sibling domains from setting them.
func newNames(clientID, domain string) names {
	own := "amplify-auth-go." + clientID
	if domain == "" {
		own = "__Host-" + own
	}
	amplify := "CognitoIdentityServiceProvider." + clientID + "."
	return names{
		amplify: amplify, lastAuthUser: amplify + "LastAuthUser",
		session: own + ".session", devices: own + ".devices",
	}
}

// sealed returns the prefix of the sealed part of a record.
func (n names) sealed(k kind) string {
	if k == deviceRecord {
		return n.devices
	}
	return n.session
}

func (n names) of(user, what string) string     { return n.amplify + user + "." + what }
func (n names) isSessionState(name string) bool { return isPiece(name, n.session) }
func (n names) isDeviceState(name string) bool  { return isPiece(name, n.devices) }

// isPiece reports whether a cookie is a piece of what is sealed under prefix.
func isPiece(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && strings.HasPrefix(rest, ".")
}

// isOurs reports whether this Store uses a cookie. The raw names of sealed cookies must be
// unescaped: a browser does not recognize an escaped "__Host-" and would let other hosts set the
// cookie.
func (n names) isOurs(raw, name string) bool {
	return strings.HasPrefix(name, n.amplify) || raw == name && (n.isSessionState(name) || n.isDeviceState(name))
}

// isDevice reports whether a cookie is part of the device record.
func (n names) isDevice(name string) bool {
	return n.isDeviceState(name) || n.isAny(name, deviceKey, deviceGroupKey, devicePassword)
}

// isSession reports whether a cookie is part of the session record. Tokens of users other than
// LastAuthUser are part of it: otherwise they would never be removed, and changing LastAuthUser
// would restore them.
func (n names) isSession(name string) bool {
	return n.isSessionState(name) || name == n.lastAuthUser ||
		n.isAny(name, accessToken, idToken, refreshToken, clockDrift, signInDetails, oauthMetadata)
}

// isAny reports whether a cookie is one of Amplify's with one of these last parts, of any user.
func (n names) isAny(name string, whats ...string) bool {
	rest, ofAmplify := strings.CutPrefix(name, n.amplify)
	what := rest[strings.LastIndexByte(rest, '.')+1:]
	return ofAmplify && what != rest && slices.Contains(whats, what)
}

// user returns the name under which Amplify stores the session, "" if there is no session.
func (c cookies) user(n names) string { return c[n.lastAuthUser] }

const (
	// maxCookie is the size in bytes that browsers accept for a name and its value (RFC 6265bis,
	// section 5.6).
	maxCookie = 4096
	// maxTogether is the size in bytes of a Cookie header that most servers accept.
	maxTogether = 16 << 10
	// maxRead limits the number of cookies that are read from a request.
	maxRead = 256
)

// cookies are the cookies of this Store in a browser: values by name, both decoded.
type cookies map[string]string

// readCookies parses Cookie headers and returns the cookies whose name is accepted, given as it was
// sent and decoded. Of several cookies of one name it returns the first, as js-cookie does. It
// skips malformed cookies.
func readCookies(headers []string, accept func(raw, name string) bool) cookies {
	read := make(cookies)
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			// Other white space is part of the name.
			rawName, rawValue, found := strings.Cut(strings.Trim(pair, " \t"), "=")
			if !found || len(rawName)+len(rawValue) > 2*maxCookie || len(read) == maxRead {
				continue
			}
			name, ok := decodeName(rawName)
			if !ok || !accept(rawName, name) {
				continue
			}
			if _, exists := read[name]; exists {
				continue
			}
			if value, ok := decodeValue(rawValue); ok {
				read[name] = value
			}
		}
	}
	return read
}

// without returns a copy without the cookies whose name matches.
func (c cookies) without(match func(name string) bool) cookies {
	left := maps.Clone(c)
	maps.DeleteFunc(left, func(name, _ string) bool { return match(name) })
	return left
}

// set sets a cookie, or removes it if value is empty.
func (c cookies) set(name, value string) {
	if value == "" {
		delete(c, name)
		return
	}
	c[name] = value
}

// digest is a hash of cookies.
type digest [sha256.Size]byte

// String returns d in hex.
func (d digest) String() string { return hex.EncodeToString(d[:]) }

// digest returns a hash of the names and values of the cookies whose name matches.
func (c cookies) digest(match func(name string) bool) digest {
	names := make([]string, 0, len(c))
	size := 0
	for name, value := range c {
		if match(name) {
			names = append(names, name)
			size += len(name) + len(value) + 2*binary.MaxVarintLen64
		}
	}
	slices.Sort(names)
	data := make([]byte, 0, size)
	for _, name := range names {
		for _, text := range []string{name, c[name]} {
			data = binary.AppendUvarint(data, uint64(len(text)))
			data = append(data, text...)
		}
	}
	return sha256.Sum256(data)
}

// size returns the size of all cookies in a Cookie header.
func (c cookies) size() int {
	size := 0
	for name, value := range c {
		size += cookieSize(name, value) + len("=; ")
	}
	return size
}

func cookieSize(name, value string) int { return len(encodeName(name)) + len(encodeValue(value)) }

// The bytes, besides letters and digits, that js-cookie does not escape: those that
// encodeURIComponent does not escape, without parentheses in names, and some more.
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

// decodeName decodes as decodeURIComponent does. It returns false if raw is malformed.
func decodeName(raw string) (string, bool) {
	name, err := url.PathUnescape(raw)
	return name, err == nil && utf8.ValidString(name)
}

// decodeValue decodes the values that js-cookie writes, and values in quotes or without escapes. It
// keeps a "%" that does not begin an escape.
func decodeValue(raw string) (string, bool) {
	if strings.HasPrefix(raw, `"`) {
		raw = raw[1:max(1, len(raw)-1)]
	}
	if strings.IndexByte(raw, '%') < 0 {
		return strings.Clone(raw), utf8.ValidString(raw) // a part would keep the whole header in memory
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

// settings are the attributes that all cookies of a Store share.
type settings struct {
	clientID string
	names    names
	domain   string
	sameSite http.SameSite
	httpOnly bool
}

const (
	maxAge        = 365 * 24 * time.Hour // as in Amplify
	maxPendingAge = time.Hour            // longer than any sign-in takes
)

func (s settings) cookie(name, value string) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // Amplify in the browser reads its cookies
		Name: encodeName(name), Value: encodeValue(value),
		Path: "/", Domain: s.domain, SameSite: s.sameSite, Secure: true,
		HttpOnly: s.httpOnly || s.names.isSessionState(name) || s.names.isDeviceState(name),
		MaxAge:   int(maxAge.Seconds()),
	}
	return c
}

// cookieOf returns the cookie of that name in c. The sealed part of a session lives as long as its
// tokens and, without tokens, as long as a sign-in may take.
func (s settings) cookieOf(c cookies, name string) *http.Cookie {
	written := s.cookie(name, c[name]) //nolint:gosec // Amplify in the browser reads its cookies
	if s.names.isSessionState(name) && c.user(s.names) == "" {
		written.MaxAge = int(maxPendingAge.Seconds())
	}
	return written
}

// deletion returns the Set-Cookie header that removes a cookie. Its path and domain must be those
// of the cookie.
func (s settings) deletion(name string) string {
	removed := s.cookie(name, "") //nolint:gosec // the attributes of the cookie that it removes
	removed.MaxAge = -1
	return removed.String()
}
