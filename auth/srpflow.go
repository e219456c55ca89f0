package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// openWithSRP proves the password by SRP. A lost answer to the proof costs no more than starting over, which it does once:
// nobody had to type anything in between.
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

// proveWithSRP has ask send SRP_A and, if the server asks for the proof then, answers PASSWORD_VERIFIER. The password is hashed with
// USER_ID_FOR_SRP, never with the name as typed.
func (a *attempt) proveWithSRP(ctx context.Context, password string, ask func(srpA string) (answer, error)) (answer, error) {
	handshake, err := srp.Begin()
	if err != nil {
		return answer{}, wrap(a.op, err)
	}
	asked, err := ask(handshake.A())
	if err != nil || asked.challenge != types.ChallengeNameTypePasswordVerifier {
		return asked, err
	}
	user := asked.parameters["USER_ID_FOR_SRP"]
	if user == "" {
		return answer{}, fail(a.op, ErrUnexpectedResponse, "the server's challenge lacks USER_ID_FOR_SRP")
	}
	identity := srp.Identity{Pool: a.session.client.poolName, User: user, Password: password}
	claim, err := handshake.Sign(identity, asked.parameters, asked.at)
	if err != nil {
		return answer{}, fail(a.op, ErrUnexpectedResponse, err.Error())
	}
	a.pending.take(asked, a.session.client.sessionValidity)
	return a.respond(ctx, types.ChallengeNameTypePasswordVerifier, claimMembers(claim))
}
