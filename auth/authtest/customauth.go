package authtest

import (
	"maps"
	"math/big"
	"slices"
)

const (
	challengeCustom = "CUSTOM_CHALLENGE"
	resultSRPA      = "SRP_A"
)

// customAuth is the progress of a CUSTOM_AUTH sign-in. It is immutable.
type customAuth struct {
	results []ChallengeResult
	// clientPublic is the SRP_A of a sign-in that can ask for the password, or nil.
	clientPublic *big.Int
}

// with returns the progress with one more result. It returns nil in other flows.
func (c *customAuth) with(result ChallengeResult) *customAuth {
	if c == nil {
		return nil
	}
	return &customAuth{results: append(slices.Clone(c.results), result), clientPublic: c.clientPublic}
}

// beginCustom begins CUSTOM_AUTH, with SRP where the client says so. Without the password there is
// no second factor.
func (o *authOperations) beginCustom(b beginning) (outcome, error) {
	custom, err := o.newCustomAuth(b.parameters)
	if err != nil {
		return outcome{}, err
	}
	in, err := o.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	if err := in.checkStatus(); err != nil && custom.clientPublic == nil {
		return outcome{}, err
	}
	in.custom, in.passed = custom, custom.clientPublic == nil
	return o.define(in)
}

func (o *authOperations) newCustomAuth(parameters map[string]string) (*customAuth, error) {
	switch parameters["CHALLENGE_NAME"] {
	case "":
		return &customAuth{}, nil
	case resultSRPA:
	default:
		return nil, malformed(codeInvalidParameter, "CHALLENGE_NAME is not %s", resultSRPA)
	}
	if err := checkKeys(parameters, "SRP_A"); err != nil {
		return nil, err
	}
	clientPublic, err := o.passwords.group.parsePublic(parameters["SRP_A"])
	return &customAuth{
		results: []ChallengeResult{{ChallengeName: resultSRPA, ChallengeResult: true}}, clientPublic: clientPublic,
	}, err
}

// define lets the trigger decide what follows.
func (a *authentication) define(in signIn) (outcome, error) {
	run := a.lambdas.triggers.DefineAuthChallenge
	if run == nil {
		return outcome{}, noCustomAuth()
	}
	said, err := fire(
		a.lambdas,
		in.occasion("DefineAuthChallenge", "DefineAuthChallenge_Authentication"),
		run,
		DefineAuthChallengeRequest{
			UserAttributes: in.eventAttributes(), Session: in.results(), ClientMetadata: maps.Clone(in.metadata),
			UserNotFound: in.simulated,
		},
	)
	switch {
	case err != nil:
		return outcome{}, err
	case said.FailAuthentication:
		return outcome{}, final(notAuthorized(textWrongPassword))
	case said.IssueTokens:
		in.custom = nil
		return a.proceed(in)
	case said.ChallengeName == challengeCustom:
		return a.askCustom(in)
	case said.ChallengeName == challengePasswordVerifier &&
		in.custom.clientPublic != nil && len(in.custom.results) == 1:
		return a.askPasswordVerifier(in, in.custom.clientPublic, true), nil
	}
	return outcome{}, refuse(
		codeInvalidLambdaResponse,
		"DefineAuthChallenge answered neither with a challenge that can follow nor "+
			"with the end of the sign-in.",
	)
}

func (in signIn) results() []ChallengeResult {
	return append([]ChallengeResult{}, in.custom.results...)
}

func (a *authentication) askCustom(in signIn) (outcome, error) {
	run := a.lambdas.triggers.CreateAuthChallenge
	if run == nil {
		return outcome{}, noCustomAuth()
	}
	made, err := fire(
		a.lambdas,
		in.occasion("CreateAuthChallenge", "CreateAuthChallenge_Authentication"),
		run,
		CreateAuthChallengeRequest{
			UserAttributes: in.eventAttributes(), ChallengeName: challengeCustom, Session: in.results(),
			ClientMetadata: maps.Clone(in.metadata), UserNotFound: in.simulated,
		},
	)
	if err != nil {
		return outcome{}, err
	}
	parameters := map[string]string{}
	maps.Copy(parameters, made.PublicChallengeParameters)
	parameters["USERNAME"] = in.username
	s := challengeSession{
		challenge: challengeCustom,
		signIn:    in,
		private:   maps.Clone(made.PrivateChallengeParameters),
		label:     made.ChallengeMetadata,
	}
	return outcome{challenge: s.challenge, session: a.sessions.open(s), parameters: parameters}, nil
}

// answerCustom lets the trigger check the answer. A wrong answer is a step like a right one.
func (a *authentication) answerCustom(s *challengeSession, responses map[string]string) (outcome, error) {
	run := a.lambdas.triggers.VerifyAuthChallenge
	if run == nil {
		return outcome{}, noCustomAuth()
	}
	in := s.signIn
	o := in.occasion("VerifyAuthChallengeResponse", "VerifyAuthChallengeResponse_Authentication")
	judged, err := fire(a.lambdas, o, run, VerifyAuthChallengeRequest{
		UserAttributes: in.eventAttributes(), PrivateChallengeParameters: maps.Clone(s.private),
		ChallengeAnswer: responses["ANSWER"], ClientMetadata: maps.Clone(in.metadata), UserNotFound: in.simulated,
	})
	if err != nil {
		return outcome{}, err
	}
	in.custom = in.custom.with(ChallengeResult{
		ChallengeName: challengeCustom, ChallengeResult: judged.AnswerCorrect, ChallengeMetadata: s.label,
	})
	return a.define(in)
}

func noCustomAuth() error {
	return refuse(codeInvalidParameter, "Custom auth lambda trigger is not configured for the user pool.")
}

// ChallengeResult is a completed step of a CUSTOM_AUTH sign-in.
type ChallengeResult struct {
	// ChallengeName is SRP_A, PASSWORD_VERIFIER, a second factor or CUSTOM_CHALLENGE.
	ChallengeName   string `json:"challengeName"`
	ChallengeResult bool   `json:"challengeResult"`
	// ChallengeMetadata is what CreateAuthChallenge called its challenge.
	ChallengeMetadata string `json:"challengeMetadata,omitempty"`
}

// DefineAuthChallengeEvent is the event of [Triggers].DefineAuthChallenge.
type DefineAuthChallengeEvent = Event[DefineAuthChallengeRequest, DefineAuthChallengeResponse]

// DefineAuthChallengeRequest holds the steps of the sign-in so far. Session is empty at first.
// ClientMetadata is that of RespondToAuthChallenge, also in the other two triggers of CUSTOM_AUTH.
// UserNotFound is only true if the client hides which users exist.
type DefineAuthChallengeRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	Session        []ChallengeResult `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   bool              `json:"userNotFound,omitempty"`
}

// DefineAuthChallengeResponse decides what follows: the tokens, a refusal, or a challenge.
// ChallengeName is CUSTOM_CHALLENGE, or PASSWORD_VERIFIER directly after SRP_A.
type DefineAuthChallengeResponse struct {
	ChallengeName      string `json:"challengeName"`
	IssueTokens        bool   `json:"issueTokens"`
	FailAuthentication bool   `json:"failAuthentication"`
}

// CreateAuthChallengeEvent is the event of [Triggers].CreateAuthChallenge.
type CreateAuthChallengeEvent = Event[CreateAuthChallengeRequest, CreateAuthChallengeResponse]

// CreateAuthChallengeRequest asks for a challenge.
type CreateAuthChallengeRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ChallengeName  string            `json:"challengeName"`
	Session        []ChallengeResult `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   bool              `json:"userNotFound,omitempty"`
}

// CreateAuthChallengeResponse is a challenge. The client receives PublicChallengeParameters,
// VerifyAuthChallenge the private ones.
type CreateAuthChallengeResponse struct {
	PublicChallengeParameters  map[string]string `json:"publicChallengeParameters"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeMetadata          string            `json:"challengeMetadata"`
}

// VerifyAuthChallengeEvent is the event of [Triggers].VerifyAuthChallenge.
type VerifyAuthChallengeEvent = Event[VerifyAuthChallengeRequest, VerifyAuthChallengeResponse]

// VerifyAuthChallengeRequest is an answer to check.
type VerifyAuthChallengeRequest struct {
	UserAttributes             map[string]string `json:"userAttributes"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeAnswer            string            `json:"challengeAnswer"`
	ClientMetadata             map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound               bool              `json:"userNotFound,omitempty"`
}

// VerifyAuthChallengeResponse is the result of the check. A wrong answer is no error:
// DefineAuthChallenge decides what follows.
type VerifyAuthChallengeResponse struct {
	AnswerCorrect bool `json:"answerCorrect"`
}
