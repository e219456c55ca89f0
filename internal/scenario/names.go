package scenario

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// names returns values that a run draws at random a name which is the same in every run.
type names struct {
	ofValue map[string]string
	ofCode  map[string]string // of this step only: a code of an earlier one must not pass for the current one
	count   map[string]int
	dates   dates
}

// longEnough is the length from which a value is also replaced inside a longer text, such as a
// secret in a URI. Shorter ones could be part of one by chance.
const longEnough = 16

func newNames() *names {
	return &names{ofValue: map[string]string{}, ofCode: map[string]string{}, count: map[string]int{}, dates: dates{}}
}

// serverMade are the members of a response that are drawn at random, and what they are called.
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

// clientMade are the members of a request that are drawn at random, and the form that each must
// have to pass for one.
func clientMade() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"SRP_A":                    regexp.MustCompile(`^[1-9a-f][0-9a-f]{740,767}$`),
		"PASSWORD_CLAIM_SIGNATURE": regexp.MustCompile(`^[A-Za-z0-9+/]{43}=$`),
		"TIMESTAMP": regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ` +
			`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-9][0-9]? [0-9]{2}:[0-9]{2}:[0-9]{2} UTC [0-9]{4}$`),
		"Salt":             regexp.MustCompile(`^[A-Za-z0-9+/]{20,23}={0,2}$`),
		"PasswordVerifier": regexp.MustCompile(`^[A-Za-z0-9+/]{508,514}={0,2}$`),
	}
}

// learn returns value the next name of its kind, unless it has one.
func (n *names) learn(kind, value string) {
	if value == "" || n.ofValue[value] != "" {
		return
	}
	n.count[kind]++
	n.ofValue[value] = fmt.Sprintf("<%s %d>", kind, n.count[kind])
}

// fix returns value the name, without a number.
func (n *names) fix(name, value string) { n.ofValue[value] = "<" + name + ">" }

// code returns a code the name of the placeholder that it stands for, until the next step. What has
// a name already keeps it.
func (n *names) code(placeholder, value string) {
	if n.ofValue[value] == "" {
		n.ofCode[value] = placeholder
	}
}

func (n *names) nextStep() { n.ofCode = map[string]string{} }

// learnResponse names what a response brings.
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
			n.learnSubject(value)
		case key == "USER_ID_FOR_SRP" && isUUID(value):
			n.learn("sub", value)
		}
	}
}

// learnSubject names the user's id that a token carries.
func (n *names) learnSubject(token string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return
	}
	var claims struct {
		Subject string `json:"sub"`
	}
	if json.Unmarshal(payload, &claims) == nil {
		n.learn("sub", claims.Subject)
	}
}

func isUUID(text string) bool {
	return regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(text)
}

// in returns v with every value that has a name replaced by it.
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
