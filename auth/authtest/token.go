package authtest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// grant is a finished sign-in, as it goes into the tokens.
type grant struct {
	username, sub string
	attributes    map[string]string
	at            time.Time
}

func (p *Pool) grantTokens(u *user) outcome {
	return outcome{grant: &grant{
		username: u.username, sub: u.sub, attributes: maps.Clone(u.attributes), at: p.Now(),
	}}
}

type authOutput struct {
	ChallengeName        string `json:",omitempty"`
	Session              string `json:",omitempty"`
	ChallengeParameters  map[string]string
	AuthenticationResult *authenticationResult `json:",omitempty"`
}

type authenticationResult struct {
	AccessToken  string
	IDToken      string `json:"IdToken"`
	RefreshToken string
	TokenType    string
	ExpiresIn    int64
}

// reply puts an outcome into the form of the API. Tokens are signed here, outside the pool's lock.
func (p *Pool) reply(o outcome) (any, error) {
	if o.grant == nil {
		return authOutput{ChallengeName: o.challenge, Session: o.session, ChallengeParameters: o.parameters}, nil
	}
	keys, err := signingKeys()
	if err != nil {
		return nil, err
	}
	common := p.commonClaims(o.grant)
	access, err := signToken(keys.access, p.kids.access, p.accessClaims(o.grant, common))
	if err != nil {
		return nil, err
	}
	id, err := signToken(keys.id, p.kids.id, p.idClaims(o.grant, common))
	if err != nil {
		return nil, err
	}
	return authOutput{ChallengeParameters: map[string]string{}, AuthenticationResult: &authenticationResult{
		AccessToken: access, IDToken: id, RefreshToken: newRefreshToken(), TokenType: "Bearer",
		ExpiresIn: int64(p.cfg.AccessTokenValidity.Seconds()),
	}}, nil
}

type claims map[string]any

func (c claims) with(more claims) claims {
	all := maps.Clone(c)
	maps.Copy(all, more)
	return all
}

// commonClaims are those that both tokens of a sign-in share.
func (p *Pool) commonClaims(g *grant) claims {
	return claims{
		"sub": g.sub, "iss": p.issuer(), "origin_jti": newUUID(), "event_id": newUUID(),
		"auth_time": g.at.Unix(), "iat": g.at.Unix(),
	}
}

func (p *Pool) accessClaims(g *grant, common claims) claims {
	return common.with(claims{
		"token_use": "access", "scope": "aws.cognito.signin.user.admin", "client_id": p.ClientID, "username": g.username,
		"jti": newUUID(), "exp": g.at.Add(p.cfg.AccessTokenValidity).Unix(),
	})
}

func (p *Pool) idClaims(g *grant, common claims) claims {
	all := common.with(claims{
		"token_use": "id", "aud": p.ClientID, "cognito:username": g.username,
		"jti": newUUID(), "exp": g.at.Add(p.cfg.IDTokenValidity).Unix(),
	})
	for name, value := range g.attributes {
		switch name {
		case attrEmailVerified, attrPhoneVerified:
			all[name] = value == "true"
		case "address":
			all[name] = map[string]string{"formatted": value}
		default:
			all[name] = value
		}
	}
	return all
}

func (p *Pool) issuer() string {
	if p.cfg.Issuer != "" {
		return p.cfg.Issuer
	}
	return "https://cognito-idp." + p.cfg.Region + ".amazonaws.com/" + p.UserPoolID
}

// signToken makes a JWT whose header has kid and alg and nothing else.
func signToken(key any, kid string, c claims) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// newRefreshToken looks like the real one, an encrypted token of five parts that only the service can read.
func newRefreshToken() string {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`))
	parts := []string{header}
	for _, size := range []int{256, 12, 800, 16} {
		parts = append(parts, base64.RawURLEncoding.EncodeToString(randomBytes(size)))
	}
	return strings.Join(parts, ".")
}
