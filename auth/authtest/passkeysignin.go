package authtest

import (
	"github.com/go-webauthn/webauthn/protocol"
)

// requestOptions are WebAuthn's PublicKeyCredentialRequestOptionsJSON, as far as Cognito fills
// them.
type requestOptions struct {
	Challenge        protocol.URLEncodedBase64 `json:"challenge"`
	Timeout          int                       `json:"timeout"`
	RPID             string                    `json:"rpId"`
	AllowCredentials []credentialDescriptor    `json:"allowCredentials"`
	UserVerification string                    `json:"userVerification"`
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
		Challenge: challenge, Timeout: assertionTimeout, RPID: rp.RelyingPartyID,
		AllowCredentials: descriptors(in.passkeys.of(rp.RelyingPartyID)), UserVerification: rp.verification(),
	})}), nil
}

// answerPasskey checks a signature of the session's challenge, which can be answered once. After a
// wrong one the user can choose a first factor again, also a passkey.
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

// judgeAssertion returns what is wrong with a signature, or "" after counting it.
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
