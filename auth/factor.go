package auth

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A Factor is a way in which a person proves who they are.
type Factor string

// The factors that Cognito checks.
const (
	FactorPassword Factor = "PASSWORD" // the password, proved by SRP or sent
	FactorTOTP     Factor = "TOTP"     // a code of an authenticator app
	FactorSMS      Factor = "SMS"      // a code by text message, as a first or second factor
	FactorEmail    Factor = "EMAIL"    // a code by e-mail, as a first or second factor
	FactorPasskey  Factor = "PASSKEY"  // a passkey
	FactorCustom   Factor = "CUSTOM"   // the challenges of the pool's triggers, which issued the tokens
	FactorDevice   Factor = "DEVICE"   // a device that the pool knows, which may have replaced a code
)

// A FactorProof says when a factor was proved last.
type FactorProof struct {
	Factor Factor    `json:"factor"`
	At     time.Time `json:"at"` // when Cognito's answer arrived, by this machine's clock
}

// Proved reports whether the person proved the factor within the last maxAge. Programs ask this
// before they let somebody change what matters, and call [Session.Reauthenticate] if the answer is
// no. A proof from the future is none: the clock was set back.
func (s AuthSession) Proved(factor Factor, maxAge time.Duration) bool {
	return slices.ContainsFunc(s.Factors, func(p FactorProof) bool {
		age := time.Since(p.At)
		return p.Factor == factor && age <= maxAge && age >= -trustedSkew
	})
}

// proofs are the factors proved in a session, each once, the newest last.
type proofs []FactorProof

// with returns the proofs with newer ones, which replace those of the same factor.
func (p proofs) with(newer ...FactorProof) proofs {
	kept := slices.DeleteFunc(slices.Clone(p), func(old FactorProof) bool {
		return slices.ContainsFunc(newer, func(n FactorProof) bool { return n.Factor == old.Factor })
	})
	return append(kept, newer...)
}

// prove notes that Cognito has accepted a factor.
func (p *pendingSignIn) prove(factor Factor) {
	if factor != "" {
		p.Factors = p.Factors.with(FactorProof{Factor: factor, At: expiry(0)})
	}
}

// accepts notes what the answer to a challenge has proved, now that next is what Cognito says to
// it. Cognito answers a wrong code with an error, so going on means that it was right.
func (p *pendingSignIn) accepts(challenge types.ChallengeNameType, responses map[string]string, next answer) {
	if next.challenge == challenge {
		return // asked again
	}
	switch challenge {
	case types.ChallengeNameTypePassword, types.ChallengeNameTypeSelectChallenge:
		p.acceptsPassword(responses, next)
	case types.ChallengeNameTypeCustomChallenge:
		// Only the pool's triggers know whether the answer was right. They say so with tokens,
		// which a known device must still ask for.
		if next.tokens != nil || next.challenge == types.ChallengeNameTypeDeviceSrpAuth {
			p.prove(FactorCustom)
		}
	case types.ChallengeNameTypeMfaSetup:
		if p.Setup == MFATypeTOTP {
			p.prove(FactorTOTP)
		}
	default:
		p.prove(provenBy[challenge])
	}
}

var provenBy = map[types.ChallengeNameType]Factor{
	types.ChallengeNameTypePasswordVerifier:       FactorPassword,
	types.ChallengeNameTypeSmsMfa:                 FactorSMS,
	types.ChallengeNameTypeSmsOtp:                 FactorSMS,
	types.ChallengeNameTypeEmailOtp:               FactorEmail,
	types.ChallengeNameTypeSoftwareTokenMfa:       FactorTOTP,
	types.ChallengeNameTypeWebAuthn:               FactorPasskey,
	types.ChallengeNameTypeDevicePasswordVerifier: FactorDevice,
}

// acceptsPassword notes a password that was sent, unless Cognito did not look at it: the person has
// no such factor, and is asked for a first factor again.
func (p *pendingSignIn) acceptsPassword(sent map[string]string, next answer) {
	_, known := sent["PASSWORD"]
	if known && !slices.Contains(firstChallenges, next.challenge) {
		p.prove(FactorPassword)
	}
}

// firstChallenges ask for a first factor, and for nothing else.
var firstChallenges = []types.ChallengeNameType{
	types.ChallengeNameTypeSelectChallenge, types.ChallengeNameTypePassword, types.ChallengeNameTypePasswordSrp,
	types.ChallengeNameTypePasswordVerifier, types.ChallengeNameTypeWebAuthn, types.ChallengeNameTypeSmsOtp,
}

// exportedProofs are proofs that were parted from their tokens. They count for tokens of the same
// sign-in of the same person only.
type exportedProofs struct {
	unprinted
	Subject   string `json:"sub"`
	OriginJTI string `json:"originJti"`
	Factors   proofs `json:"factors"`
	// ManagedLogin is that of the tokens.
	ManagedLogin bool `json:"managedLogin,omitempty"`
}

// export returns the proofs for tokens that are stored elsewhere; nil if there are none, or if the
// app client's tokens do not tell one sign-in from another.
func (t *tokens) export() *exportedProofs {
	access, err := decodeToken(t.AccessToken)
	origin := access.text("origin_jti")
	if err != nil || len(t.Factors) == 0 && !t.ManagedLogin || access.Subject == "" || origin == "" {
		return nil
	}
	return &exportedProofs{
		Subject: access.Subject, OriginJTI: origin, Factors: t.Factors, ManagedLogin: t.ManagedLogin,
	}
}

// restore sets the proofs of the tokens, if they are of the same sign-in of the same person.
func (e *exportedProofs) restore(t *tokens, access Token) {
	if e != nil && e.Subject == access.Subject && e.OriginJTI == access.text("origin_jti") {
		t.Factors, t.ManagedLogin = e.Factors, e.ManagedLogin
	}
}
