package auth

import (
	"cmp"
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// What a server may make us keep between two steps. Cognito's challenge sessions end at 4096 bytes.
const (
	maxChallengeSession    = 8 << 10
	maxChallengeParameters = 64 << 10
)

// storeTimeout bounds a save that goes on after its caller left.
const storeTimeout = 30 * time.Second

// attempt is one sign-in while a verb works on it.
type attempt struct {
	session  *Session
	op       string
	metadata map[string]string
	pending  pendingSignIn
	resumed  bool    // by ConfirmSignIn: the pending sign-in is in the Store
	setup    MFAType // the factor to set up that the person has just chosen
}

// answer is what InitiateAuth and RespondToAuthChallenge both come back with: tokens, or a challenge.
type answer struct {
	challenge  types.ChallengeNameType
	parameters map[string]string
	session    string
	tokens     *types.AuthenticationResultType
}

// take makes asked the challenge that the sign-in waits at. From here on the user goes by the name that Cognito gave,
// which SECRET_HASH and the device records depend on.
func (p *pendingSignIn) take(asked answer, validity time.Duration) {
	if asked.session != p.Session || p.Challenge == "" {
		p.ExpiresAt = time.Now().Add(validity) // the time runs for each challenge session anew
	}
	p.Challenge = string(asked.challenge)
	p.Parameters = asked.parameters
	p.Session = asked.session
	p.Setup, p.Verified = "", false
	p.Username = cmp.Or(asked.parameters["USER_ID_FOR_SRP"], asked.parameters["USERNAME"], p.Username)
}

// initiate calls InitiateAuth with the name as it was typed.
func (a *attempt) initiate(ctx context.Context, flow types.AuthFlowType, parameters map[string]string) (answer, error) {
	client := a.session.client
	parameters["USERNAME"] = a.pending.LoginID
	if hash := client.secretHash(a.pending.LoginID); hash != nil {
		parameters["SECRET_HASH"] = *hash
	}
	out, err := client.cognito.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       flow,
		AuthParameters: parameters,
		ClientId:       &client.clientID,
		ClientMetadata: a.metadata,
	})
	if err != nil {
		return answer{}, apiError(a.op, err)
	}
	return a.check(answer{
		challenge:  out.ChallengeName,
		parameters: out.ChallengeParameters,
		session:    aws.ToString(out.Session),
		tokens:     out.AuthenticationResult,
	})
}

// respond calls RespondToAuthChallenge with the newest challenge session and the user name that Cognito gave.
func (a *attempt) respond(ctx context.Context, challenge types.ChallengeNameType, responses map[string]string) (answer, error) {
	client := a.session.client
	responses = maps.Clone(responses)
	responses["USERNAME"] = a.pending.Username
	if hash := client.secretHash(a.pending.Username); hash != nil {
		responses["SECRET_HASH"] = *hash
	}
	request := &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName:      challenge,
		ChallengeResponses: responses,
		ClientId:           &client.clientID,
		ClientMetadata:     a.metadata,
	}
	if a.pending.Session != "" {
		request.Session = &a.pending.Session
	}
	out, err := client.cognito.RespondToAuthChallenge(ctx, request)
	if err != nil {
		return answer{}, apiError(a.op, err)
	}
	return a.check(answer{
		challenge:  out.ChallengeName,
		parameters: out.ChallengeParameters,
		session:    aws.ToString(out.Session),
		tokens:     out.AuthenticationResult,
	})
}

// check refuses an answer that is neither tokens nor a challenge, or too large to keep.
func (a *attempt) check(got answer) (answer, error) {
	size := 0
	for name, value := range got.parameters {
		size += len(name) + len(value)
	}
	switch {
	case got.tokens == nil && got.challenge == "":
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server gave neither tokens nor a challenge")
	case len(got.session) > maxChallengeSession, size > maxChallengeParameters, len(got.challenge) > maxCode:
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server's challenge is too large")
	}
	return got, nil
}

// proceed takes the server's answer to the caller: signed in, or the next step.
func (a *attempt) proceed(ctx context.Context, next answer) (SignInOutput, error) {
	if next.tokens != nil {
		return a.complete(ctx, next.tokens)
	}
	a.pending.take(next, a.session.client.sessionValidity)
	// Saved before the step is worked out: that may take another request, and the challenge must outlive its failure.
	if err := a.save(ctx); err != nil {
		return SignInOutput{}, err
	}
	step, err := challengeNamed(a.pending.Challenge).step(ctx, a)
	if err != nil {
		return SignInOutput{}, err
	}
	return SignInOutput{NextStep: step}, nil
}

// complete stores the tokens and ends the sign-in.
func (a *attempt) complete(ctx context.Context, result *types.AuthenticationResultType) (SignInOutput, error) {
	got := &tokens{
		AccessToken:   aws.ToString(result.AccessToken),
		IDToken:       aws.ToString(result.IdToken),
		RefreshToken:  aws.ToString(result.RefreshToken),
		SignInDetails: a.pending.SignInDetails,
	}
	if _, err := got.decode(a.op); err != nil {
		return SignInOutput{}, err
	}
	if err := a.replace(ctx, state{Tokens: got}); err != nil {
		return SignInOutput{}, err
	}
	return SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}}, nil
}

// save stores the sign-in as it stands.
func (a *attempt) save(ctx context.Context) error {
	pending := a.pending
	return a.replace(ctx, state{Pending: &pending})
}

// drop removes the sign-in from the Store.
func (a *attempt) drop(ctx context.Context) error {
	return a.replace(ctx, state{})
}

// replace stores next as the whole state of the session. A sign-in that was resumed yields to a newer one, and to a
// sign-out: whoever came later meant it.
func (a *attempt) replace(ctx context.Context, next state) error {
	// What Cognito has done already must not be lost to a caller who stops waiting.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return a.session.update(ctx, a.op, func(st *state) error {
		if a.resumed && (st.Pending == nil || st.Pending.ID != a.pending.ID) {
			return &Error{
				Op: a.op, Code: ErrSignIn, Message: "the sign-in was replaced or ended meanwhile",
				Recovery: "Start the sign-in again.",
			}
		}
		*st = next
		return nil
	})
}
