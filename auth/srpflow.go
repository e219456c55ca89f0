package auth

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// srpFlow proves the password by SRP. A lost answer to the proof costs no more than starting over, which it does once:
// nobody had to type anything in between.
func srpFlow(ctx context.Context, a *attempt, password string) (answer, error) {
	next, err := srpRound(ctx, a, password)
	if errors.Is(err, ErrOutcomeUnknown) && ctx.Err() == nil {
		return srpRound(ctx, a, password)
	}
	return next, err
}

func srpRound(ctx context.Context, a *attempt, password string) (answer, error) {
	handshake, err := srp.Begin()
	if err != nil {
		return answer{}, wrap(a.op, err)
	}
	next, err := a.initiate(ctx, types.AuthFlowTypeUserSrpAuth, map[string]string{"SRP_A": handshake.A()})
	if err != nil || next.challenge != types.ChallengeNameTypePasswordVerifier {
		return next, err
	}
	return a.provePassword(ctx, handshake, password, next)
}

// provePassword answers PASSWORD_VERIFIER. The password is hashed with USER_ID_FOR_SRP, never with the name as typed.
func (a *attempt) provePassword(ctx context.Context, handshake *srp.Handshake, password string, asked answer) (answer, error) {
	user := asked.parameters["USER_ID_FOR_SRP"]
	if user == "" {
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server's challenge lacks USER_ID_FOR_SRP")
	}
	identity := srp.Identity{Pool: a.session.client.poolName, User: user, Password: password}
	claim, err := handshake.Sign(identity, asked.parameters, time.Now())
	if err != nil {
		return answer{}, fail(a.op, ErrUnexpectedResponse, err.Error())
	}
	a.pending.take(asked, a.session.client.sessionValidity)
	return a.respond(ctx, types.ChallengeNameTypePasswordVerifier, claimMembers(claim))
}
