package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// keyPair are the two keys of a pool: one signs ID tokens, the other access tokens.
type keyPair struct {
	id, access *rsa.PrivateKey
}

// signingKeys makes the keys when the first token or key set is asked for. All pools of a process share them, because making
// them takes a good part of a second; their ids are each pool's own.
var signingKeys = sync.OnceValues(newKeyPair)

func newKeyPair() (keyPair, error) {
	id, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return keyPair{}, fmt.Errorf("authtest: signing key: %w", err)
	}
	access, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return keyPair{}, fmt.Errorf("authtest: signing key: %w", err)
	}
	return keyPair{id: id, access: access}, nil
}

// keyIDs are the kids of a pool's keys.
type keyIDs struct {
	id, access string
}

func newKeyIDs() keyIDs {
	draw := func() string { return base64.StdEncoding.EncodeToString(randomBytes(32)) }
	return keyIDs{id: draw(), access: draw()}
}

func (p *Pool) publicKeys() (jose.JSONWebKeySet, error) {
	keys, err := signingKeys()
	if err != nil {
		return jose.JSONWebKeySet{}, err
	}
	public := func(key *rsa.PrivateKey, kid string) jose.JSONWebKey {
		return jose.JSONWebKey{Key: key.Public(), KeyID: kid, Algorithm: string(jose.RS256), Use: "sig"}
	}
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		public(keys.id, p.kids.id), public(keys.access, p.kids.access),
	}}, nil
}

func (p *Pool) serveJWKS(w http.ResponseWriter) {
	keys, err := p.publicKeys()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, keys)
}

// serveOpenIDConfiguration names the issuer of the tokens, and this pool's own address for the keys.
func (p *Pool) serveOpenIDConfiguration(w http.ResponseWriter) {
	writeJSON(w, map[string]any{
		"issuer":                                p.issuer(),
		"jwks_uri":                              p.URL + p.UserPoolID + "/.well-known/jwks.json",
		"id_token_signing_alg_values_supported": []string{string(jose.RS256)},
		"response_types_supported":              []string{"code", "token"},
		"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
		"subject_types_supported":               []string{"public"},
	})
}
