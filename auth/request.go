package auth

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// Bounds of what is stored between two steps. Cognito's challenge sessions have at most 4096 bytes.
const (
	maxChallengeSession    = 8 << 10
	maxChallengeParameters = 64 << 10
)

// opening is the first request of a sign-in.
type opening struct {
	flow       types.AuthFlowType
	parameters map[string]string
	// once means that the request must not be sent twice: it may send the person a code, count as a
	// failed try, or spend a challenge session.
	once bool
	// proof means that a proof of the password follows, which carries the device's key.
	proof bool
	// session is the challenge session of a sign-up, which is the first factor.
	session string
}

// initiate calls InitiateAuth, with the user name as it was typed.
func (a *attempt) initiate(ctx context.Context, o opening) (answer, error) {
	limited, cancel, err := a.hold(ctx)
	if err != nil {
		return answer{}, err
	}
	defer cancel()
	var options []func(*cognitoidentityprovider.Options)
	if o.once {
		options = append(options, once)
	}
	out, err := a.session.client.cognito.InitiateAuth(limited, a.openingRequest(o), options...)
	if err != nil {
		return answer{}, apiError(ctx, err)
	}
	next, err := a.checked(answer{
		challenge: out.ChallengeName, parameters: out.ChallengeParameters, available: out.AvailableChallenges,
		session: aws.ToString(out.Session), tokens: out.AuthenticationResult, at: serverTime(out.ResultMetadata),
	})
	if err != nil {
		return answer{}, err
	}
	a.pending.acceptsPassword(o.parameters, next)
	return a.received(ctx, next)
}

// openingRequest returns the request, with the name as it was typed and the device's key.
func (a *attempt) openingRequest(o opening) *cognitoidentityprovider.InitiateAuthInput {
	client := a.session.client
	parameters := cloned(o.parameters)
	parameters["USERNAME"] = a.pending.LoginID
	if !o.proof && o.session == "" { // somebody who has just signed up has no device
		a.device.present(a.pending.LoginID, parameters)
	}
	if hash := client.secretHash(a.pending.LoginID); hash != nil {
		parameters["SECRET_HASH"] = *hash
	}
	request := &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:        o.flow,
		AuthParameters:  parameters,
		ClientId:        &client.clientID,
		ClientMetadata:  a.metadata,
		UserContextData: a.person.wire(),
	}
	if o.session != "" {
		request.Session = &o.session
	}
	return request
}

// respond answers a challenge.
func (a *attempt) respond(
	ctx context.Context, challenge types.ChallengeNameType, responses map[string]string,
) (answer, error) {
	next, err := a.send(ctx, challenge, responses)
	if a.begin == nil && a.device.presented != "" && errors.Is(err, ErrDeviceNotRecognized) {
		// The device was refused, not the person's answer. The person cannot be asked for that
		// again, so it is sent again without the device.
		if err := a.device.giveUp(ctx, a.pending.Username, err); err != nil {
			return answer{}, err
		}
		next, err = a.send(ctx, challenge, responses)
	}
	if err != nil {
		return answer{}, err
	}
	return a.received(ctx, next)
}

// send calls RespondToAuthChallenge with the newest challenge session, Cognito's name of the user
// and the device's key.
func (a *attempt) send(
	ctx context.Context, challenge types.ChallengeNameType, responses map[string]string,
) (answer, error) {
	limited, cancel, err := a.hold(ctx)
	if err != nil {
		return answer{}, err
	}
	defer cancel()
	client := a.session.client
	responses = maps.Clone(responses)
	responses["USERNAME"] = a.pending.Username
	a.device.present(a.pending.Username, responses)
	if hash := client.secretHash(a.pending.Username); hash != nil {
		responses["SECRET_HASH"] = *hash
	}
	request := &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName:      challenge,
		ChallengeResponses: responses,
		ClientId:           &client.clientID,
		ClientMetadata:     a.metadata,
		UserContextData:    a.person.wire(),
	}
	if a.pending.Session != "" {
		request.Session = &a.pending.Session
	}
	out, err := client.cognito.RespondToAuthChallenge(limited, request)
	if err != nil {
		return answer{}, apiError(ctx, err)
	}
	next, err := a.checked(answer{
		challenge: out.ChallengeName, parameters: out.ChallengeParameters,
		session: aws.ToString(out.Session), tokens: out.AuthenticationResult, at: serverTime(out.ResultMetadata),
	})
	if err == nil {
		a.pending.accepts(challenge, responses, next)
	}
	return next, err
}

// received sends the device's proof, if the answer asks for it. Cognito may ask for it after any
// step.
func (a *attempt) received(ctx context.Context, next answer) (answer, error) {
	if next.challenge == types.ChallengeNameTypeDeviceSrpAuth {
		return a.proveDevice(ctx, next)
	}
	return next, nil
}

// checked returns an error for an answer that is neither tokens nor a challenge, or too large to
// store.
func (a *attempt) checked(got answer) (answer, error) {
	size := 0
	for name, value := range got.parameters {
		size += len(name) + len(value)
	}
	for _, name := range got.available {
		size += len(strconv.Quote(string(name))) + len(",")
	}
	switch {
	case got.tokens == nil && got.challenge == "":
		return answer{}, fail(ErrUnexpectedResponse, "the server returned neither tokens nor a challenge")
	case len(got.session) > maxChallengeSession, size > maxChallengeParameters, len(got.challenge) > maxCode:
		return answer{}, fail(ErrUnexpectedResponse, "the server's challenge is too large")
	}
	return got, nil
}

// openWithSRP starts a sign-in with a proof of the password by SRP. If the answer to the proof is
// lost, it starts over once: the person need not type anything again.
func (a *attempt) openWithSRP(ctx context.Context, o opening, password string) (answer, error) {
	o.proof, o.parameters = true, cloned(o.parameters)
	round := func() (answer, error) {
		return a.proveWithSRP(ctx, password, func(srpA string) (answer, error) {
			o.parameters["SRP_A"] = srpA
			return a.initiate(ctx, o)
		})
	}
	next, err := round()
	if errors.Is(err, ErrOutcomeUnknown) && ctx.Err() == nil {
		return round()
	}
	return next, err
}

// proveWithSRP calls ask to send SRP_A and, if the server then asks for the proof, answers
// PASSWORD_VERIFIER. The password is hashed with USER_ID_FOR_SRP, not with the name as typed.
func (a *attempt) proveWithSRP(
	ctx context.Context, password string, ask func(srpA string) (answer, error),
) (answer, error) {
	handshake, err := srp.Begin()
	if err != nil {
		return answer{}, err
	}
	asked, err := ask(handshake.A())
	if err != nil || asked.challenge != types.ChallengeNameTypePasswordVerifier {
		return asked, err
	}
	user := asked.parameters["USER_ID_FOR_SRP"]
	if user == "" {
		return answer{}, fail(ErrUnexpectedResponse, "the server's challenge lacks USER_ID_FOR_SRP")
	}
	identity := srp.Identity{Pool: a.session.client.poolName, User: user, Password: password}
	proof, err := handshake.Sign(identity, asked.parameters, asked.at)
	if err != nil {
		return answer{}, fail(ErrUnexpectedResponse, err.Error())
	}
	a.pending.moveTo(asked, a.session.client.sessionValidity)
	return a.respond(ctx, types.ChallengeNameTypePasswordVerifier, proofMembers(proof))
}

func proofMembers(proof srp.Proof) map[string]string {
	return map[string]string{
		"PASSWORD_CLAIM_SECRET_BLOCK": proof.SecretBlock,
		"PASSWORD_CLAIM_SIGNATURE":    proof.Signature,
		"TIMESTAMP":                   proof.Timestamp,
	}
}

// trustedSkew is how far this machine's clock may be off before the server's time is used instead.
const trustedSkew = time.Minute

// serverTime returns the time of an answer, for the timestamp of a proof: Cognito refuses an old
// one, and a wrong clock on this machine must not keep people out.
func serverTime(answer middleware.Metadata) time.Time {
	now := time.Now()
	server, ok := awsmiddleware.GetServerTime(answer)
	if !ok || server.Sub(now).Abs() < trustedSkew {
		return now
	}
	return server
}
