package auth

import (
	"context"
	"errors"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// What a server may make us keep between two steps. Cognito's challenge sessions end at 4096 bytes.
const (
	maxChallengeSession    = 8 << 10
	maxChallengeParameters = 64 << 10
)

// opening is the first request of a sign-in.
type opening struct {
	flow       types.AuthFlowType
	parameters map[string]string
	// once is for a request that may have a code sent to the person, count as a failed try, or spend a challenge session.
	once bool
	// proof says that a proof of the password follows, which carries the key of the device.
	proof bool
	// session is the challenge session of a sign-up, which stands for the first factor.
	session string
}

// initiate calls InitiateAuth with the name as it was typed.
func (a *attempt) initiate(ctx context.Context, o opening) (answer, error) {
	limited, cancel, err := a.claim(ctx)
	if err != nil {
		return answer{}, err
	}
	defer cancel()
	var options []func(*cognitoidentityprovider.Options)
	failed := apiError
	if o.once {
		options, failed = append(options, once), oneShotError
	}
	out, err := a.session.client.cognito.InitiateAuth(limited, a.opening(o), options...)
	if err != nil {
		return answer{}, failed(ctx, a.op, err)
	}
	return a.received(ctx, answer{
		challenge: out.ChallengeName, parameters: out.ChallengeParameters, available: out.AvailableChallenges,
		session: aws.ToString(out.Session), tokens: out.AuthenticationResult, at: serverTime(out.ResultMetadata),
	})
}

func (a *attempt) opening(o opening) *cognitoidentityprovider.InitiateAuthInput {
	client := a.session.client
	parameters := cloned(o.parameters)
	parameters["USERNAME"] = a.pending.LoginID
	if !o.proof && o.session == "" { // somebody who has just signed up has no device
		a.presentDevice(a.pending.LoginID, parameters)
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
func (a *attempt) respond(ctx context.Context, challenge types.ChallengeNameType, responses map[string]string) (answer, error) {
	next, err := a.send(ctx, challenge, responses)
	if a.begin == nil && a.presented != "" && errors.Is(err, ErrDeviceNotRecognized) {
		// The refusal is about the device, not about the person's answer, which cannot be asked for a second time.
		if err := a.dropDevice(ctx, err); err != nil {
			return answer{}, err
		}
		next, err = a.send(ctx, challenge, responses)
	}
	if err != nil {
		return answer{}, err
	}
	return a.received(ctx, next)
}

// send calls RespondToAuthChallenge with the newest challenge session, the user name that Cognito gave and the key of the
// device.
func (a *attempt) send(ctx context.Context, challenge types.ChallengeNameType, responses map[string]string) (answer, error) {
	limited, cancel, err := a.claim(ctx)
	if err != nil {
		return answer{}, err
	}
	defer cancel()
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
		UserContextData:    a.person.wire(),
	}
	if a.pending.Session != "" {
		request.Session = &a.pending.Session
	}
	out, err := client.cognito.RespondToAuthChallenge(limited, request)
	if err != nil {
		return answer{}, apiError(ctx, a.op, err)
	}
	return a.checked(answer{
		challenge: out.ChallengeName, parameters: out.ChallengeParameters,
		session: aws.ToString(out.Session), tokens: out.AuthenticationResult, at: serverTime(out.ResultMetadata),
	})
}

// received proves the device if that is what the server asks for, which it may do after any step.
func (a *attempt) received(ctx context.Context, next answer) (answer, error) {
	next, err := a.checked(next)
	if err == nil && next.challenge == types.ChallengeNameTypeDeviceSrpAuth {
		return a.proveDevice(ctx, next)
	}
	return next, err
}

// checked refuses an answer that is neither tokens nor a challenge, or too large to keep.
func (a *attempt) checked(got answer) (answer, error) {
	size := 0
	for name, value := range got.parameters {
		size += len(name) + len(value)
	}
	for _, name := range got.available {
		size += len(name) + len(`"",`)
	}
	switch {
	case got.tokens == nil && got.challenge == "":
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server gave neither tokens nor a challenge")
	case len(got.session) > maxChallengeSession, size > maxChallengeParameters, len(got.challenge) > maxCode:
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server's challenge is too large")
	}
	return got, nil
}
