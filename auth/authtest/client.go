package authtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// checkClient refuses an app client that the pool does not have.
func (p *Pool) checkClient(clientID string) error {
	if clientID != p.ClientID {
		return refuse(codeResourceNotFound, "User pool client %s does not exist.", clientID)
	}
	return nil
}

// secretComplaint says what is wrong with the client secret itself, which some calls send in place of a hash.
func (p *Pool) secretComplaint(secret string) string {
	switch {
	case p.ClientSecret == "" && secret != "":
		return "Client " + p.ClientID + " is not configured for secret but secret was received"
	case p.ClientSecret != "" && secret == "":
		return "Client " + p.ClientID + " is configured with secret but secret was not received"
	case !sameSecret(p.ClientSecret, secret):
		return "Unable to verify secret for client " + p.ClientID
	}
	return ""
}

// checkPool refuses another pool's id.
func (p *Pool) checkPool(id string) error {
	if id != p.UserPoolID {
		return refuse(codeResourceNotFound, "User pool %s does not exist.", id)
	}
	return nil
}

// checkSecretHash wants the hash exactly where the app client has a secret. The user name in the hash is the typed one in
// the first call of a flow and the internal one in answers to challenges.
func (p *Pool) checkSecretHash(hash, username string) error {
	switch {
	case p.ClientSecret == "" && hash == "":
		return nil
	case p.ClientSecret == "":
		return notAuthorized("Client " + p.ClientID + " is not configured for secret but secret hash was received")
	case hash == "":
		return notAuthorized("Client " + p.ClientID + " is configured with secret but SECRET_HASH was not received")
	}
	h := hmac.New(sha256.New, []byte(p.ClientSecret))
	h.Write([]byte(username + p.ClientID))
	if want := base64.StdEncoding.EncodeToString(h.Sum(nil)); !hmac.Equal([]byte(want), []byte(hash)) {
		return notAuthorized("Unable to verify secret hash for client " + p.ClientID)
	}
	return nil
}
