package auth

import (
	"cmp"
	"context"
	"errors"
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

	devices   deviceRecord                          // of the session's device scope, as far as this verb knows
	presented string                                // the name by which the device that was presented last was found
	begin     func(context.Context) (answer, error) // starts over; nil where the password is not at hand
	joined    bool                                  // another sign-in's device was waited for
}

// answer is what InitiateAuth and RespondToAuthChallenge both come back with: tokens, or a challenge.
type answer struct {
	challenge  types.ChallengeNameType
	parameters map[string]string
	session    string
	tokens     *types.AuthenticationResultType
	chosen     bool // nothing came from Cognito: the person made a choice within the challenge
}

// take makes asked the challenge that the sign-in waits at. From here on the user goes by the name that Cognito gave,
// which SECRET_HASH and the device records depend on.
func (p *pendingSignIn) take(asked answer, validity time.Duration) {
	if asked.session != p.Session || p.Challenge == "" {
		// The time runs anew for each challenge session. It has no monotonic part, like one that was stored.
		p.ExpiresAt = time.Now().Add(validity).UTC().Round(0)
	}
	p.Challenge = string(asked.challenge)
	p.Parameters = asked.parameters
	p.Session = asked.session
	p.Setup, p.TOTPSecret, p.Verified = "", "", false
	p.Username = cmp.Or(asked.parameters["USER_ID_FOR_SRP"], asked.parameters["USERNAME"], p.Username)
}

// initiate calls InitiateAuth with the name as it was typed.
func (a *attempt) initiate(ctx context.Context, flow types.AuthFlowType, parameters map[string]string) (answer, error) {
	client := a.session.client
	parameters["USERNAME"] = a.pending.LoginID
	if hash := client.secretHash(a.pending.LoginID); hash != nil {
		parameters["SECRET_HASH"] = *hash
	}
	request := &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       flow,
		AuthParameters: parameters,
		ClientId:       &client.clientID,
		ClientMetadata: a.metadata,
	}
	var out *cognitoidentityprovider.InitiateAuthOutput
	var err error
	if flow == types.AuthFlowTypeUserPasswordAuth {
		out, err = a.initiateOnce(ctx, request)
	} else if out, err = client.cognito.InitiateAuth(ctx, request); err != nil {
		err = apiError(ctx, a.op, err)
	}
	if err != nil {
		return answer{}, err
	}
	next, err := a.received(out.ChallengeName, out.ChallengeParameters, out.Session, out.AuthenticationResult)
	if err == nil && next.challenge == types.ChallengeNameTypeDeviceSrpAuth {
		return a.proveDevice(ctx, next)
	}
	return next, err
}

// initiateOnce is for a flow whose first request may have a code sent to the person, or count as a failed try. It carries the
// key of the device, which in SRP the proof of the password carries.
func (a *attempt) initiateOnce(
	ctx context.Context, request *cognitoidentityprovider.InitiateAuthInput,
) (*cognitoidentityprovider.InitiateAuthOutput, error) {
	a.presentDevice(a.pending.LoginID, request.AuthParameters)
	out, err := a.session.client.cognito.InitiateAuth(ctx, request, once)
	if err != nil {
		return nil, oneShotError(ctx, a.op, err)
	}
	return out, nil
}

// respond answers a challenge, and proves the device if that is what comes next.
func (a *attempt) respond(ctx context.Context, challenge types.ChallengeNameType, responses map[string]string) (answer, error) {
	next, err := a.send(ctx, challenge, responses)
	if a.begin == nil && a.presented != "" && errors.Is(err, ErrDeviceNotRecognized) {
		// The refusal is about the device, not about the person's answer, which cannot be asked for a second time.
		if err := a.dropDevice(ctx, err); err != nil {
			return answer{}, err
		}
		next, err = a.send(ctx, challenge, responses)
	}
	if err == nil && next.challenge == types.ChallengeNameTypeDeviceSrpAuth {
		return a.proveDevice(ctx, next)
	}
	return next, err
}

// send calls RespondToAuthChallenge with the newest challenge session, the user name that Cognito gave and the key of the
// device.
func (a *attempt) send(ctx context.Context, challenge types.ChallengeNameType, responses map[string]string) (answer, error) {
	client := a.session.client
	responses = maps.Clone(responses)
	responses["USERNAME"] = a.pending.Username
	a.presentDevice(a.pending.Username, responses)
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
		return answer{}, apiError(ctx, a.op, err)
	}
	return a.received(out.ChallengeName, out.ChallengeParameters, out.Session, out.AuthenticationResult)
}

// received makes an answer of what either operation returned. It refuses what is neither tokens nor a challenge, or too
// large to keep.
func (a *attempt) received(
	challenge types.ChallengeNameType, parameters map[string]string, session *string, tokens *types.AuthenticationResultType,
) (answer, error) {
	size := 0
	for name, value := range parameters {
		size += len(name) + len(value)
	}
	got := answer{challenge: challenge, parameters: parameters, session: aws.ToString(session), tokens: tokens}
	switch {
	case tokens == nil && challenge == "":
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server gave neither tokens nor a challenge")
	case len(got.session) > maxChallengeSession, size > maxChallengeParameters, len(challenge) > maxCode:
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server's challenge is too large")
	}
	return got, nil
}

// proceed takes the server's answer to the caller: signed in, or the next step.
func (a *attempt) proceed(ctx context.Context, next answer) (SignInOutput, error) {
	if next.tokens != nil {
		return a.complete(ctx, next.tokens)
	}
	if !next.chosen {
		a.pending.take(next, a.session.client.sessionValidity)
		// Saved before the step is worked out: that may take another request, and the challenge must outlive its failure.
		if err := a.save(ctx); err != nil {
			return SignInOutput{}, err
		}
	}
	if prepare := challengeNamed(a.pending.Challenge).prepare; prepare != nil {
		if err := prepare(ctx, a); err != nil {
			return SignInOutput{}, err
		}
	}
	step, err := a.pending.nextStep(a.op)
	if err != nil {
		return SignInOutput{}, err
	}
	return SignInOutput{NextStep: step}, nil
}

// complete stores the tokens, registers the device if it is new to the pool, and ends the sign-in.
func (a *attempt) complete(ctx context.Context, result *types.AuthenticationResultType) (SignInOutput, error) {
	got := &tokens{
		AccessToken:   aws.ToString(result.AccessToken),
		IDToken:       aws.ToString(result.IdToken),
		RefreshToken:  aws.ToString(result.RefreshToken),
		SignInDetails: a.pending.SignInDetails,
	}
	session, err := got.decode(a.op)
	if err != nil {
		return SignInOutput{}, err
	}
	got.DeviceKey = a.deviceKey(session, result.NewDeviceMetadata)
	got.received(time.Now(), result.ExpiresIn, session)
	if err := a.change(ctx, func(st *state) { *st = state{Tokens: got} }); err != nil {
		return SignInOutput{}, err
	}
	if !a.joined {
		a.session.client.tell(ctx, Event{Name: EventSignedIn, SessionKey: a.session.key})
	}
	done := SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}}
	if result.NewDeviceMetadata == nil {
		done.NewDevice.Err = a.learnAliases(ctx, session)
		return done, nil
	}
	reg := a.registration(session, result.NewDeviceMetadata)
	done.NewDevice = a.session.registerDevice(ctx, reg)
	if errors.Is(done.NewDevice.Err, errDeviceTaken) {
		return a.joinDevice(ctx, got, reg)
	}
	return done, nil
}

// save stores the sign-in as it stands. Tokens of before, which could not be renewed, stay until there are new ones.
func (a *attempt) save(ctx context.Context) error {
	pending := a.pending
	pending.Saves++
	err := a.change(ctx, func(st *state) { st.Pending = &pending })
	if err == nil {
		a.pending.Saves = pending.Saves
	}
	return err
}

// drop removes the sign-in from the Store.
func (a *attempt) drop(ctx context.Context) error {
	return a.change(ctx, func(st *state) { st.Pending = nil })
}

// change changes the session's state. A sign-in that was resumed yields to a newer one, to a sign-out, and to another call
// that has answered the same step: whoever was later, or faster, counts.
func (a *attempt) change(ctx context.Context, change func(*state)) error {
	// What Cognito has done already must not be lost to a caller who stops waiting.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return a.session.update(ctx, a.op, func(st *state) error {
		if a.resumed && (st.Pending == nil || st.Pending.ID != a.pending.ID || st.Pending.Saves != a.pending.Saves) {
			return &Error{
				Op: a.op, Code: ErrSignIn, Message: "the sign-in was replaced or ended meanwhile",
				Recovery: "Start the sign-in again.",
			}
		}
		change(st)
		return nil
	})
}
