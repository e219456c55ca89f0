package authtest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// grant is what goes into a set of tokens.
type grant struct {
	client        *appClient
	username, sub string
	attributes    map[string]string
	identities    []userIdentity
	groups        membership
	// at is the time of the tokens, authTime that of the sign-in.
	at, authTime         time.Time
	originJTI, deviceKey string
	// eventID is what the pool knows the access token by.
	eventID string
	// oauth is what an OAuth request asked for; nil after a sign-in through the API.
	oauth *oauthTerms
	// nonce is that of the request, in its first tokens only.
	nonce string
	// refreshToken is "" where the client keeps the one it has.
	refreshToken string
	newDevice    *newDeviceMetadata
	// overrides are the changes of PreTokenGeneration.
	overrides ClaimsAndScopeOverrideDetails
}

// grant makes the next set of tokens of a login.
func (all *logins) grant(l *login, now time.Time) *grant {
	return &grant{
		eventID: all.event(l, now),
		client:  l.client, username: l.user.username, sub: l.user.sub, attributes: maps.Clone(l.user.attributes),
		groups: l.user.membership(),
		at:     now, authTime: l.at, originJTI: l.originJTI, deviceKey: l.deviceKey,
		oauth: l.oauth, identities: slices.Clone(l.user.identities),
	}
}

type authOutput struct {
	ChallengeName        string `json:",omitempty"`
	Session              string `json:",omitempty"`
	ChallengeParameters  map[string]string
	AvailableChallenges  []string              `json:",omitempty"`
	AuthenticationResult *authenticationResult `json:",omitempty"`
}

type authenticationResult struct {
	AccessToken       string
	IDToken           string `json:"IdToken,omitempty"`
	RefreshToken      string `json:",omitempty"`
	TokenType         string
	ExpiresIn         int64
	NewDeviceMetadata *newDeviceMetadata `json:",omitempty"`
}

// reply returns the outcome in the form of the API.
func (t *tokenIssuer) reply(o outcome) (any, error) {
	if o.grant == nil {
		return authOutput{
			ChallengeName:       o.challenge,
			Session:             o.session,
			ChallengeParameters: o.parameters,
			AvailableChallenges: o.available,
		}, nil
	}
	result, err := t.result(o.grant)
	if err != nil {
		return nil, err
	}
	return authOutput{ChallengeParameters: map[string]string{}, AuthenticationResult: result}, nil
}

// result signs the tokens of a grant. The caller does not hold the pool's lock.
func (t *tokenIssuer) result(g *grant) (*authenticationResult, error) {
	idKey, accessKey, err := t.keys.current()
	if err != nil {
		return nil, err
	}
	common := t.commonClaims(g)
	access, err := accessKey.sign(t.accessClaims(g, common))
	if err != nil {
		return nil, err
	}
	result := &authenticationResult{
		AccessToken: access, RefreshToken: g.refreshToken, TokenType: "Bearer",
		ExpiresIn: int64(g.client.accessValidity.Seconds()), NewDeviceMetadata: g.newDevice,
	}
	if g.oauth.identifies() {
		result.IDToken, err = idKey.sign(t.idClaims(g, common.with(g.idTokenBinding(access))))
	}
	return result, err
}

type claims map[string]any

func (c claims) with(more claims) claims {
	all := claims{}
	maps.Copy(all, c)
	maps.Copy(all, more)
	return all
}

// commonClaims are those that both tokens of a sign-in share.
func (t *tokenIssuer) commonClaims(g *grant) claims {
	common := claims{
		"sub":       g.sub,
		"iss":       t.issuer(),
		"event_id":  g.eventID,
		"auth_time": g.authTime.Unix(),
		"iat":       g.at.Unix(),
	}
	if *g.client.settings.EnableTokenRevocation {
		common["origin_jti"] = g.originJTI
	}
	return common
}

func (t *tokenIssuer) accessClaims(g *grant, common claims) claims {
	all := common.with(claims{
		"token_use": "access",
		"scope":     g.overrides.AccessTokenGeneration.scope(g.oauth.scope()),
		"client_id": g.client.id,
		"username":  g.username,
		"jti":       newUUID(),
		"exp":       g.at.Add(g.client.accessValidity).Unix(),
	})
	if g.deviceKey != "" {
		all["device_key"] = g.deviceKey
	}
	if len(g.groups.names) > 0 {
		all[claimGroups] = g.groups.names
	}
	g.oauth.mark(all)
	g.overrides.AccessTokenGeneration.apply(all)
	return all
}

func (t *tokenIssuer) idClaims(g *grant, common claims) claims {
	all := common.with(claims{
		"token_use": "id", "aud": g.client.id, "cognito:username": g.username,
		"jti": newUUID(), "exp": g.at.Add(g.client.idValidity).Unix(),
	})
	maps.Copy(all, g.groups.claims())
	for name, value := range g.attributes {
		if !g.client.mayRead(name) || !g.oauth.reveals(name) {
			continue
		}
		switch name {
		case attrEmailVerified, attrPhoneVerified:
			all[name] = value == "true"
		case "address":
			all[name] = map[string]string{"formatted": value}
		default:
			all[name] = value
		}
	}
	if len(g.identities) > 0 {
		list := []any{}
		for _, r := range g.identities {
			list = append(list, r.inToken())
		}
		all[attrIdentities] = list
	}
	g.overrides.IDTokenGeneration.apply(all)
	return all
}

// sign makes a JWT (RFC 7515, section 3.1) whose header has kid and alg, in this order and
// with escaped slashes as in the real ones, and nothing else. A kid has no character to escape but
// those.
func (k signingKey) sign(c claims) (string, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	header := `{"kid":"` + strings.ReplaceAll(k.kid, "/", `\/`) + `","alg":"RS256"}`
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(header)) + "." + encode(payload)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, k.PrivateKey, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return signed + "." + encode(signature), nil
}

// newRefreshToken returns a token that looks like a real one: five parts, encrypted so that only
// the service can read it.
func newRefreshToken() string {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`))
	parts := []string{header}
	for _, size := range []int{256, 12, 800, 16} {
		parts = append(parts, base64.RawURLEncoding.EncodeToString(randomBytes(size)))
	}
	return strings.Join(parts, ".")
}
