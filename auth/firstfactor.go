package auth

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func selectChallengeStep(p *pendingSignIn) (SignInStep, error) {
	if p.Chosen != "" {
		return ConfirmSignInWithPassword{ExpiresAt: p.ExpiresAt}, nil
	}
	return ContinueSignInWithFirstFactorSelection{AvailableChallenges: p.Available, ExpiresAt: p.ExpiresAt}, nil
}

// selectChallengeResponse takes the choice of a first factor or, once that is a password, the password, which Cognito
// wants together with the choice.
func selectChallengeResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	chosen := a.pending.Chosen
	if chosen == "" {
		return a.chooseFirstFactor(ctx, AuthFactorType(in.ChallengeResponse))
	}
	return a.sendPassword(ctx, chosen, in.ChallengeResponse, map[string]string{"ANSWER": string(chosen)})
}

// chooseFirstFactor checks the choice against what was offered. A list that came through ConfirmSignIn is not known, because
// Cognito does not give it there.
func (a *attempt) chooseFirstFactor(ctx context.Context, factor AuthFactorType) (answer, error) {
	if len(a.pending.Available) > 0 && !slices.Contains(a.pending.Available, factor) {
		return answer{}, fail(a.op, ErrIncorrectFirstFactor, "the answer is not one of the ways to sign in that were offered")
	}
	if !factor.isPassword() {
		return a.respond(ctx, types.ChallengeNameTypeSelectChallenge, map[string]string{"ANSWER": string(factor)})
	}
	a.pending.Chosen = factor
	return answer{chosen: true}, a.settle(ctx)
}

func passwordStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithPassword{ExpiresAt: p.ExpiresAt}, nil
}

// passwordResponse answers a server that asks for the password by itself.
func passwordResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	return a.sendPassword(ctx, AuthFactorType(a.pending.Challenge), in.ChallengeResponse, map[string]string{})
}

// sendPassword answers the pending challenge with the password, or with the proof of it.
func (a *attempt) sendPassword(
	ctx context.Context, factor AuthFactorType, password string, responses map[string]string,
) (answer, error) {
	challenge := types.ChallengeNameType(a.pending.Challenge)
	if factor == AuthFactorPassword {
		responses["PASSWORD"] = password
		return a.respond(ctx, challenge, responses)
	}
	return a.proveWithSRP(ctx, password, func(srpA string) (answer, error) {
		responses["SRP_A"] = srpA
		return a.respond(ctx, challenge, responses)
	})
}
