package cookiestore

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// claims are what this package reads of a token. They are as good as the token: read them of
// verified ones only.
type claims struct {
	Subject       string `json:"sub"`
	Username      string `json:"username"`
	IssuedAt      int64  `json:"iat"`
	Email         string `json:"email"`
	EmailVerified any    `json:"email_verified"` // true or "true"
	Phone         string `json:"phone_number"`
	PhoneVerified any    `json:"phone_number_verified"`
}

// claimsOf returns the zero claims for what is no token.
func claimsOf(token string) claims {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	var c claims
	data, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(data, &c) != nil {
		return claims{}
	}
	return c
}

// goesBy reports whether a name to sign in with is provably the person's, by the verified access
// and ID token.
func goesBy(name string, access, id claims) bool {
	for _, known := range []struct {
		name     string
		verified any
	}{{access.Username, true}, {id.Email, id.EmailVerified}, {id.Phone, id.PhoneVerified}} {
		if known.name != "" && strings.EqualFold(name, known.name) && (known.verified == true || known.verified == "true") {
			return true
		}
	}
	return false
}

// flows are the sign-in flows that Amplify names in signInDetails.
var flows = map[auth.AuthFlowType]bool{
	"USER_SRP_AUTH": true, "USER_PASSWORD_AUTH": true, "USER_AUTH": true, "CUSTOM_WITH_SRP": true, "CUSTOM_WITHOUT_SRP": true,
}

// details reads signInDetails, which the browser can write as it likes: what is not confirmed by
// the tokens does not count.
func details(cookie string, access, id claims) auth.SignInDetails {
	var d auth.SignInDetails
	if json.Unmarshal([]byte(cookie), &d) != nil || !goesBy(d.LoginID, access, id) {
		return auth.SignInDetails{}
	}
	if !flows[d.AuthFlowType] {
		d.AuthFlowType = ""
	}
	return d
}

// nameFor is what Amplify would call the person in LastAuthUser. It depends on the flow: some know
// only what was typed.
func nameFor(t auth.Tokens, access claims) string {
	typed := t.AuthFlowType == "USER_PASSWORD_AUTH" || t.AuthFlowType == "USER_AUTH"
	if typed && t.LoginID != "" || access.Username == "" {
		return t.LoginID
	}
	return access.Username
}
