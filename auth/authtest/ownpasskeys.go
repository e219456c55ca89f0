package authtest

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
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

// listWebAuthnCredentials returns a page of the user's passkeys, oldest first.
func (o *ownPasskeys) listWebAuthnCredentials(in listWebAuthnCredentialsInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	fill(&in.MaxResults, maxPasskeys)
	keys, next, err := pageBySerial(
		o.list("passkeys of "+u.username),
		u.passkeys.list,
		func(k *passkey) int { return k.serial },
		in.MaxResults,
		in.NextToken,
	)
	if err != nil {
		return nil, err
	}
	out := listWebAuthnCredentialsOutput{Credentials: []passkeyRecord{}, NextToken: next}
	for _, k := range keys {
		out.Credentials = append(out.Credentials, k.record())
	}
	return out, nil
}

func (o *ownPasskeys) deleteWebAuthnCredential(in deleteWebAuthnCredentialInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	id, err := base64.RawURLEncoding.DecodeString(in.CredentialID)
	if err != nil || !u.passkeys.remove(id) {
		return nil, refuse(codeResourceNotFound, "The credential does not exist.")
	}
	return struct{}{}, nil
}

type startWebAuthnRegistrationInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

type startWebAuthnRegistrationOutput struct {
	CredentialCreationOptions creationOptions
}

// creationOptions are WebAuthn's PublicKeyCredentialCreationOptionsJSON, as far as Cognito fills
// them.
type creationOptions struct {
	AuthenticatorSelection authenticatorSelection         `json:"authenticatorSelection"`
	Challenge              protocol.URLEncodedBase64      `json:"challenge"`
	ExcludeCredentials     []credentialDescriptor         `json:"excludeCredentials"`
	PubKeyCredParams       []protocol.CredentialParameter `json:"pubKeyCredParams"`
	RP                     rpEntity                       `json:"rp"`
	Timeout                int                            `json:"timeout"`
	User                   userEntity                     `json:"user"`
}

type authenticatorSelection struct {
	RequireResidentKey bool   `json:"requireResidentKey"`
	ResidentKey        string `json:"residentKey"`
	UserVerification   string `json:"userVerification"`
}

type rpEntity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type userEntity struct {
	ID          protocol.URLEncodedBase64 `json:"id"`
	Name        string                    `json:"name"`
	DisplayName string                    `json:"displayName"`
}

type completeWebAuthnRegistrationInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
	Credential  any    `wire:"Credential,,required"`
}

// ownPasskeys are the operations of signed-in users on their passkeys.
type ownPasskeys struct {
	*core
}

// registering returns the user who registers a passkey, and the relying party.
func (o *ownPasskeys) registering(token string) (*user, accessToken, webAuthnConfiguration, error) {
	u, claims, err := o.tokenOwner(token)
	if err != nil {
		return nil, claims, webAuthnConfiguration{}, err
	}
	rp, err := o.settings.factors().relyingParty()
	switch {
	case err != nil:
		return nil, claims, rp, err
	case len(u.passkeys.list) >= maxPasskeys:
		return nil, claims, rp, refuse(codeLimitExceeded, "The user has %d passkeys already.", maxPasskeys)
	}
	return u, claims, rp, nil
}

func (o *ownPasskeys) startWebAuthnRegistration(in startWebAuthnRegistrationInput) (any, error) {
	u, claims, rp, err := o.registering(in.AccessToken)
	if err != nil {
		return nil, err
	}
	client, err := o.client(claims.ClientID)
	if err != nil {
		return nil, err
	}
	challenge := newCeremonyChallenge()
	u.passkeys.registration = &passkeyRegistration{
		challenge: challenge.String(), clientID: client.id, expires: o.clock.now().Add(client.sessionValidity),
	}
	return startWebAuthnRegistrationOutput{creationOptions{
		AuthenticatorSelection: authenticatorSelection{
			RequireResidentKey: true, ResidentKey: "required", UserVerification: rp.verification(),
		},
		Challenge:          challenge,
		ExcludeCredentials: descriptors(u.passkeys.of(rp.RelyingPartyID)),
		PubKeyCredParams:   passkeyAlgorithms(),
		RP:                 rpEntity{ID: rp.RelyingPartyID, Name: rp.RelyingPartyID},
		Timeout:            registrationTimeout,
		User:               userEntity{ID: []byte(u.sub), Name: u.username, DisplayName: u.username},
	}}, nil
}

func (o *ownPasskeys) completeWebAuthnRegistration(in completeWebAuthnRegistrationInput) (any, error) {
	u, claims, rp, err := o.registering(in.AccessToken)
	if err != nil {
		return nil, err
	}
	got, err := parseRegistration(in.Credential)
	if err != nil {
		return nil, err
	}
	r := u.passkeys.registration
	switch {
	case r == nil || !o.clock.now().Before(r.expires) ||
		!sameSecret(r.challenge, got.Response.CollectedClientData.Challenge):
		return nil, refuse(codeWebAuthnChallenge, "No registration with this challenge is under way.")
	case r.clientID != claims.ClientID:
		return nil, refuse(codeWebAuthnClient, "The registration was started by another client.")
	}
	u.passkeys.registration = nil // whatever comes of it: a challenge is good for one answer
	if err := rp.verifyRegistration(got, r.challenge); err != nil {
		return nil, err
	}
	if o.users.hasPasskey(got.RawID) {
		return nil, refuse(codeWebAuthnUnsupported, "The credential is registered already.")
	}
	u.passkeys.add(o.newPasskey(got, rp))
	return struct{}{}, nil
}

func parseRegistration(credential any) (*protocol.ParsedCredentialCreationData, error) {
	object, ok := credential.(map[string]any)
	if !ok {
		return nil, malformed(codeInvalidParameter, "The credential is not a JSON object.")
	}
	raw, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	got, err := protocol.ParseCredentialCreationResponseBytes(raw)
	if err != nil {
		return nil, refuse(codeInvalidParameter, "The credential is not a RegistrationResponseJSON: %v.", err)
	}
	return got, nil
}

func (o *ownPasskeys) newPasskey(got *protocol.ParsedCredentialCreationData, rp webAuthnConfiguration) *passkey {
	data := got.Response.AttestationObject.AuthData
	transports := make([]string, 0, len(got.Response.Transports))
	for _, transport := range got.Response.Transports {
		transports = append(transports, string(transport))
	}
	return &passkey{
		id:             slices.Clone(got.RawID),
		publicKey:      slices.Clone(data.AttData.CredentialPublicKey),
		signCount:      data.Counter,
		backupEligible: data.Flags.HasBackupEligible(),
		relyingParty:   rp.RelyingPartyID,
		attachment:     string(got.AuthenticatorAttachment),
		transports:     transports,
		created:        o.clock.now(),
	}
}
