package authtest

import (
	"encoding/base64"
	"strconv"

	"github.com/go-webauthn/webauthn/protocol"
)

// requestOptions are WebAuthn's PublicKeyCredentialRequestOptionsJSON, as far as Cognito fills
// them.
type requestOptions struct {
	Challenge        protocol.URLEncodedBase64       `json:"challenge"`
	Timeout          int                             `json:"timeout"`
	RPID             string                          `json:"rpId"`
	AllowCredentials []protocol.CredentialDescriptor `json:"allowCredentials"`
	UserVerification string                          `json:"userVerification"`
}

// hasUsablePasskey reports whether the user can begin with a passkey. Who needs a second factor
// cannot, unless the pool counts a passkey that verifies its user as two and the user wants that.
func (fp factorPolicy) hasUsablePasskey(u *user) bool {
	rp, err := fp.relyingParty()
	return err == nil && u.status != statusForceChangePassword && len(u.passkeys.of(rp.RelyingPartyID)) > 0 &&
		(!fp.needsSecondFactor(u) || rp.isMultiFactor() && u.passkeys.multiFactor)
}

func (a *authentication) askPasskey(in firstChoice, _ string) (outcome, error) {
	rp, err := a.settings.factors().relyingParty()
	if err != nil {
		return outcome{}, err
	}
	challenge := newCeremonyChallenge()
	s := in.session(factorWebAuthn)
	s.ceremony = challenge.String()
	return a.ask(s, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": jsonText(requestOptions{
		Challenge: challenge, Timeout: ceremonyTimeout, RPID: rp.RelyingPartyID,
		AllowCredentials: descriptors(in.passkeys.of(rp.RelyingPartyID)), UserVerification: rp.verification(),
	})}), nil
}

// answerPasskey takes a signature for the session's challenge, which is good for one answer. After
// one that fails the user can choose again how to begin, also with a passkey.
func (a *authentication) answerPasskey(s *challengeSession, responses map[string]string) (outcome, error) {
	challenge := s.ceremony
	s.ceremony = ""
	rp, err := a.settings.factors().relyingParty()
	if err != nil {
		return outcome{}, err
	}
	got, err := protocol.ParseCredentialRequestResponseBytes([]byte(responses["CREDENTIAL"]))
	if err != nil {
		return outcome{}, refuse(codeInvalidParameter, "CREDENTIAL is not an AuthenticationResponseJSON: %v.", err)
	}
	if reason := a.judgeAssertion(s, rp, challenge, got); reason != "" {
		return outcome{}, notAuthorized("The passkey was not accepted: " + reason + ".")
	}
	return a.passChallenge(s)
}

// judgeAssertion says what is wrong with a signature, or "" and counts it.
func (a *authentication) judgeAssertion(
	s *challengeSession, rp webAuthnConfiguration, challenge string, got *protocol.ParsedCredentialAssertionData,
) string {
	k, handle := s.passkeys.find(got.RawID), got.Response.UserHandle
	switch {
	case challenge == "":
		return "the challenge was answered before"
	case k == nil:
		return "the user has no such passkey"
	case len(handle) > 0 && !sameSecret(string(handle), s.sub):
		return "it belongs to somebody else"
	}
	if err := rp.verifyAssertion(got, challenge, k); err != nil {
		return err.Error()
	}
	if !k.counted(got.Response.AuthenticatorData.Counter) {
		return "its counter has not grown, so it may be a copy"
	}
	return ""
}

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
func (o *ownPasskeys) listWebAuthnCredentials(in listWebAuthnCredentialsInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, err := o.tokenUser(in.AccessToken)
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

func (o *ownPasskeys) deleteWebAuthnCredential(in deleteWebAuthnCredentialInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
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
