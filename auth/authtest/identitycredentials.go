package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuedKey are temporary AWS credentials and whose they are.
type issuedKey struct {
	accessKey, secret, token string
	identityID, role         string
	sessionName              string
	expires                  time.Time
}

// issue makes new credentials. Nothing about them is predictable.
func (f *identityService) issue(role, sessionName, identityID string, validity time.Duration) *issuedKey {
	sweep(f.issued, &f.size, func(k *issuedKey) bool { return f.clock.longGone(k.expires) })
	k := &issuedKey{
		accessKey: "ASIA" + randomText(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
		secret:    base64.StdEncoding.EncodeToString(randomBytes(30)),
		token:     base64.StdEncoding.EncodeToString(randomBytes(720)),
		role:      role, sessionName: sessionName, identityID: identityID, expires: f.clock.now().Add(validity),
	}
	f.issued[k.accessKey] = k
	return k
}

type getCredentialsInput struct {
	identityTarget
	Logins        map[string]string `wire:"Logins"`
	CustomRoleArn string            `wire:"CustomRoleArn"`
}

type credentialsOutput struct {
	identityOutput
	Credentials wireCredentials
}

type wireCredentials struct {
	AccessKeyID  string `json:"AccessKeyId"`
	SecretKey    string
	SessionToken string
	Expiration   float64
}

// federatedSession is the name of the role sessions that the enhanced flow makes.
const federatedSession = "CognitoIdentityCredentials"

func (f *identityService) getCredentialsForIdentity(in getCredentialsInput) (any, error) {
	p, logins, err := f.callers(in.IdentityID, in.Logins)
	if err != nil {
		return nil, err
	}
	owner, err := p.present(in.IdentityID, logins)
	if err != nil {
		return nil, err
	}
	role, err := p.role(logins, in.CustomRoleArn)
	if err != nil {
		return nil, err
	}
	k := f.issue(role, federatedSession, owner.id, p.validity)
	return credentialsOutput{
		identityOutput: identityOutput{IdentityID: owner.id},
		Credentials: wireCredentials{
			AccessKeyID: k.accessKey, SecretKey: k.secret, SessionToken: k.token, Expiration: epoch(k.expires),
		},
	}, nil
}

// callers returns the pool of a named identity and the verified logins of the caller.
func (f *identityService) callers(id string, logins map[string]string) (*identityPool, []*loginToken, error) {
	p, err := f.withIdentity(id)
	if err != nil {
		return nil, nil, err
	}
	verified, err := f.verifiedLogins(p, logins)
	return p, verified, err
}

// role returns the role of the caller.
func (p *identityPool) role(logins []*loginToken, custom string) (string, error) {
	role := p.guestRole
	switch {
	case len(logins) == 0 && custom != "":
		return "", notAuthorized("Guests cannot choose their role.")
	case len(logins) > 0:
		var err error
		if role, err = p.chosenRole(logins[0], custom); err != nil {
			return "", err
		}
	}
	if role == "" {
		return "", refuse(codeIdentityConfig, textIdentityPoolRoles)
	}
	return role, nil
}

// openIDTokenValidity is how long a token of GetOpenIdToken is valid.
const openIDTokenValidity = 10 * time.Minute

// openIDIssuer is the iss claim of the tokens of GetOpenIdToken.
const openIDIssuer = "https://cognito-identity.amazonaws.com"

// openIDToken are the claims of a token of GetOpenIdToken.
type openIDToken struct {
	Iss string   `json:"iss"`
	Aud string   `json:"aud"` // the identity pool
	Sub string   `json:"sub"` // the identity
	AMR []string `json:"amr"`
	Iat int64    `json:"iat"`
	Exp int64    `json:"exp"`
}

// openIDKey signs those tokens. It is made on first use, which only the basic flow comes to.
var openIDKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

type getOpenIDTokenInput struct {
	identityTarget
	Logins map[string]string `wire:"Logins"`
}

type openIDTokenOutput struct {
	identityOutput
	Token string
}

func (f *identityService) getOpenIDToken(in getOpenIDTokenInput) (any, error) {
	p, logins, err := f.callers(in.IdentityID, in.Logins)
	if err != nil {
		return nil, err
	}
	if !p.classic {
		return nil, refuse(codeInvalidParameter, "Basic (classic) flow is not enabled, please use enhanced flow.")
	}
	owner, err := p.present(in.IdentityID, logins)
	if err != nil {
		return nil, err
	}
	amr := []string{roleUnauthenticated}
	if len(logins) > 0 {
		amr = []string{roleAuthenticated}
	}
	for _, l := range logins {
		amr = append(amr, l.provider)
	}
	now := f.clock.now()
	token, err := openIDToken{
		Iss: openIDIssuer, Aud: p.id, Sub: owner.id, AMR: amr,
		Iat: now.Unix(), Exp: now.Add(openIDTokenValidity).Unix(),
	}.sign()
	if err != nil {
		return nil, err
	}
	return openIDTokenOutput{identityOutput: identityOutput{IdentityID: owner.id}, Token: token}, nil
}

func (t openIDToken) sign() (string, error) {
	key, err := openIDKey()
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// verifiedOpenIDToken returns the claims of a token of GetOpenIdToken, valid or expired.
func verifiedOpenIDToken(token string) (t openIDToken, ok bool) {
	key, err := openIDKey()
	if err != nil {
		return t, false
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return t, false
	}
	payload, err := signed.Verify(key.Public())
	return t, err == nil && json.Unmarshal(payload, &t) == nil
}
