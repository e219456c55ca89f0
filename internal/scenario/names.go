package scenario

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// names replaces random values by names that are the same in every run.
type names struct {
	ofValue map[string]string
	ofCode  map[string]string // of this step only: an earlier code must not pass for the current one
	count   map[string]int
	dates   dates
	// claimTimes are the times in the tokens so far, by the name of the claim.
	claimTimes map[string][]float64
}

// longEnough is the length from which a value is also replaced inside a longer text, such as a
// secret in a URI. A shorter value could occur in a text by chance.
const longEnough = 16

func newNames() *names {
	return &names{
		ofValue: map[string]string{}, ofCode: map[string]string{}, count: map[string]int{}, dates: dates{},
		claimTimes: map[string][]float64{},
	}
}

// serverMade returns the members of a response that hold random values, with the kind of each.
func serverMade() map[string]string {
	return map[string]string{
		"Session":        "session",
		"SECRET_BLOCK":   "secret block",
		"SecretCode":     "shared secret",
		"AccessToken":    "access token",
		"IdToken":        "id token",
		"RefreshToken":   "refresh token",
		"DeviceKey":      "device key",
		"DeviceGroupKey": "device group key",
		"UserSub":        "sub",
	}
}

// clientMade returns the members of a request that hold random values, with the pattern that a
// value must match to be replaced.
func clientMade() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"SRP_A":                    regexp.MustCompile(`^[1-9a-f][0-9a-f]{740,767}$`),
		"PASSWORD_CLAIM_SIGNATURE": regexp.MustCompile(`^[A-Za-z0-9+/]{43}=$`),
		"TIMESTAMP": regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ` +
			`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-9][0-9]? [0-9]{2}:[0-9]{2}:[0-9]{2} UTC [0-9]{4}$`),
		"stepId":           regexp.MustCompile(`^[A-Z2-7]{26}$`),
		"Salt":             regexp.MustCompile(`^[A-Za-z0-9+/]{20,23}={0,2}$`),
		"PasswordVerifier": regexp.MustCompile(`^[A-Za-z0-9+/]{508,514}={0,2}$`),
	}
}

// learn gives value the next name of its kind, unless it has a name.
func (n *names) learn(kind, value string) {
	if value == "" || n.ofValue[value] != "" {
		return
	}
	n.count[kind]++
	n.ofValue[value] = fmt.Sprintf("<%s %d>", kind, n.count[kind])
}

// fix sets the name of value, without a number.
func (n *names) fix(name, value string) { n.ofValue[value] = "<" + name + ">" }

// code names a code after its placeholder until the next step. A value that has a name keeps it.
func (n *names) code(placeholder, value string) {
	if n.ofValue[value] == "" {
		n.ofCode[value] = placeholder
	}
}

func (n *names) nextStep() { n.ofCode = map[string]string{} }

// learnResponse names the random values in a response.
func (n *names) learnResponse(response any) {
	switch v := response.(type) {
	case map[string]any:
		n.learnMembers(v)
	case []any:
		for _, item := range v {
			n.learnResponse(item)
		}
	}
}

func (n *names) learnMembers(members map[string]any) {
	made := serverMade()
	for _, key := range sortedKeys(members) {
		value, isText := members[key].(string)
		seconds, isNumber := members[key].(float64)
		switch {
		case isNumber:
			n.dates.learn(key, seconds)
		case !isText:
			n.learnResponse(members[key])
		case made[key] != "":
			n.learn(made[key], value)
			n.learnClaims(value)
		case key == "USER_ID_FOR_SRP" && isUUID(value):
			n.learn("sub", value)
		}
	}
}

// randomClaims returns the claims that hold random values, with the kind of each.
func randomClaims() map[string]string {
	return map[string]string{
		"sub": "sub", "jti": "token id", "origin_jti": "origin id", "event_id": "event id", "at_hash": "hash",
	}
}

// learnClaims names the random values and the times in a token.
func (n *names) learnClaims(token string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return
	}
	var claims map[string]any
	if json.Unmarshal(payload, &claims) != nil {
		return
	}
	random := randomClaims()
	for _, name := range sortedKeys(claims) {
		switch value := claims[name].(type) {
		case string:
			if random[name] != "" {
				n.learn(random[name], value)
			}
		case float64:
			n.claimTimes[name] = append(n.claimTimes[name], value)
		}
	}
}

func isUUID(text string) bool {
	return regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(text)
}

// in returns v with every named value replaced by its name.
func (n *names) in(v any) any {
	switch v := v.(type) {
	case string:
		return n.inText(v)
	case map[string]any:
		return n.inMembers(v)
	case []any:
		named := make([]any, len(v))
		for i, item := range v {
			named[i] = n.in(item)
		}
		return named
	default:
		return v
	}
}

func (n *names) inMembers(members map[string]any) map[string]any {
	forms := clientMade()
	named := make(map[string]any, len(members))
	for key, value := range members {
		named[key] = n.in(value)
		if text, ok := value.(string); ok && forms[key] != nil && forms[key].MatchString(text) {
			named[key] = "<" + key + ">"
		}
		if seconds, ok := value.(float64); ok && slices.Contains(n.claimTimes[key], seconds) {
			named[key] = "<" + key + ">"
		}
		if name := n.dates.name(key, value); name != "" {
			named[key] = name
		}
	}
	return named
}

func (n *names) inText(text string) string {
	if name := n.ofCode[text]; name != "" {
		return name
	}
	if name := n.ofValue[text]; name != "" {
		return name
	}
	for value, name := range n.ofValue {
		if len(value) >= longEnough {
			text = strings.ReplaceAll(text, value, name)
		}
	}
	return text
}

// dateMembers returns the members of an output that hold a date, with the member of the response
// that each is copied from.
func dateMembers() map[string]string {
	return map[string]string{
		"createDate":            "DeviceCreateDate",
		"lastModifiedDate":      "DeviceLastModifiedDate",
		"lastAuthenticatedDate": "DeviceLastAuthenticatedDate",
	}
}

// dates are the dates in the responses so far, by the name of the member.
type dates map[string][]time.Time

// learn adds a date. On the wire it is a number of seconds since 1970.
func (d dates) learn(member string, seconds float64) {
	d[member] = append(d[member], time.UnixMicro(int64(seconds*1e6)))
}

// name returns the placeholder for a date in an output, or "" if no response had that date. Dates
// are compared to the millisecond, the precision of JavaScript.
func (d dates) name(member string, value any) string {
	text, _ := value.(string)
	date, err := time.Parse(time.RFC3339, text)
	brought := dateMembers()[member]
	same := func(t time.Time) bool { return t.Sub(date).Abs() <= time.Millisecond }
	if err != nil || !slices.ContainsFunc(d[brought], same) {
		return ""
	}
	return "<" + brought + ">"
}
