package authtest

import (
	"encoding/base64"
	"strconv"
)

type listWebAuthnCredentialsInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
	MaxResults  int    `wire:"MaxResults,PasskeyPageSize"`
	NextToken   string `wire:"NextToken,PaginationToken"`
}

type listWebAuthnCredentialsOutput struct {
	Credentials []passkeyRecord
	NextToken   string `json:",omitempty"`
}

// passkeyRecord is a passkey as the API shows it.
type passkeyRecord struct {
	CredentialID            string `json:"CredentialId"`
	FriendlyCredentialName  string
	RelyingPartyID          string `json:"RelyingPartyId"`
	AuthenticatorAttachment string `json:",omitempty"`
	AuthenticatorTransports []string
	CreatedAt               float64
}

type deleteWebAuthnCredentialInput struct {
	AccessToken  string `wire:"AccessToken,Token,required"`
	CredentialID string `wire:"CredentialId,String,required"`
}

func (k *passkey) record() passkeyRecord {
	return passkeyRecord{
		CredentialID: base64.RawURLEncoding.EncodeToString(k.id), FriendlyCredentialName: k.friendlyName(),
		RelyingPartyID: k.relyingParty, AuthenticatorAttachment: k.attachment, AuthenticatorTransports: k.transports,
		CreatedAt: epoch(k.created),
	}
}

// listWebAuthnCredentials is a page of the user's passkeys, oldest first.
func (p *Pool) listWebAuthnCredentials(in listWebAuthnCredentialsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	after, err := devicePage{PaginationToken: in.NextToken}.after()
	if err != nil {
		return nil, err
	}
	fill(&in.MaxResults, maxPasskeys)
	out := listWebAuthnCredentialsOutput{Credentials: []passkeyRecord{}}
	last := after
	for _, k := range u.passkeys.list {
		switch {
		case k.serial <= after:
			continue
		case len(out.Credentials) == in.MaxResults:
			out.NextToken = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(last)))
			return out, nil
		}
		out.Credentials = append(out.Credentials, k.record())
		last = k.serial
	}
	return out, nil
}

func (p *Pool) deleteWebAuthnCredential(in deleteWebAuthnCredentialInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	id, err := base64.RawURLEncoding.DecodeString(in.CredentialID)
	if err != nil || !u.passkeys.remove(id) {
		return nil, refuse(codeResourceNotFound, "The credential does not exist.")
	}
	return struct{}{}, nil
}
