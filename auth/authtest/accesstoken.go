package authtest

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
)

// tokenUser returns the owner of an access token.
func (p *Pool) tokenUser(token string) (*user, error) {
	payload, err := p.verifiedPayload(token)
	if err != nil {
		return nil, err
	}
	var c struct {
		Sub      string
		TokenUse string `json:"token_use"`
		Exp      int64
	}
	switch {
	case json.Unmarshal(payload, &c) != nil || c.TokenUse != "access":
		return nil, notAuthorized("Invalid Access Token")
	case p.Now().Unix() >= c.Exp:
		return nil, notAuthorized("Access Token has expired")
	}
	if u := p.users.anyName(c.Sub); u != nil {
		return u, nil
	}
	return nil, refuse(codeUserNotFound, textUserDoesNotExist)
}

// verifiedPayload returns the claims of a token that one of the pool's keys signed.
func (p *Pool) verifiedPayload(token string) ([]byte, error) {
	unsigned := notAuthorized("Could not verify signature for Access Token")
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, unsigned
	}
	keys, err := p.publicKeys()
	if err != nil {
		return nil, err
	}
	for _, key := range keys.Key(signed.Signatures[0].Header.KeyID) {
		if payload, err := signed.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, unsigned
}
