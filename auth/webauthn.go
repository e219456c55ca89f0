package auth

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// maxCredential bounds the browser's answer, which usually has about one kilobyte.
const maxCredential = 64 << 10

func webAuthnStep(p *pendingSignIn) (SignInStep, error) {
	options := p.Parameters["CREDENTIAL_REQUEST_OPTIONS"]
	if err := checkRequestOptions(options); err != nil {
		return nil, fail(ErrInvalidPasskeyAuthenticationOptions, err.Error())
	}
	return ConfirmSignInWithWebAuthn{CredentialRequestOptions: json.RawMessage(options), ExpiresAt: p.ExpiresAt}, nil
}

// webAuthnResponse sends the browser's credential, or the choice of another way to sign in.
func webAuthnResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	if factor := AuthFactorType(in.ChallengeResponse); slices.Contains(firstFactors, factor) {
		if factor.isPassword() { // the next step asks for it and then sends the choice with it
			a.pending.Challenge = string(types.ChallengeNameTypeSelectChallenge)
		}
		return a.chooseFirstFactor(ctx, factor)
	}
	if err := checkCredential(in.ChallengeResponse); err != nil {
		return answer{}, fail(ErrPasskeyRetrievalFailed, err.Error())
	}
	return a.respond(ctx, types.ChallengeNameTypeWebAuthn, map[string]string{"CREDENTIAL": in.ChallengeResponse})
}

// firstFactors are the factor names that ConfirmSignIn accepts in place of a credential.
var firstFactors = []AuthFactorType{
	AuthFactorPassword, AuthFactorPasswordSRP, AuthFactorEmailOTP, AuthFactorSMSOTP, AuthFactorWebAuthn,
}

// checkRequestOptions requires the one member that a browser cannot do without: the challenge.
func checkRequestOptions(text string) error {
	var options map[string]any
	if json.Unmarshal([]byte(text), &options) != nil || options == nil {
		return errors.New("the server's options to use a passkey are not a JSON object")
	}
	if challenge, _ := options["challenge"].(string); challenge == "" {
		return errors.New("the server's options to use a passkey have no challenge")
	}
	return nil
}

// checkCredential requires the form of WebAuthn's AuthenticationResponseJSON.
func checkCredential(text string) error {
	if len(text) > maxCredential {
		return errors.New("the credential is larger than 64 KiB")
	}
	var credential map[string]any
	if json.Unmarshal([]byte(text), &credential) != nil || credential == nil {
		return errors.New("the credential is not a JSON object")
	}
	response, _ := credential["response"].(map[string]any)
	for _, member := range []any{
		credential["id"], credential["rawId"],
		response["clientDataJSON"], response["authenticatorData"], response["signature"],
	} {
		if value, _ := member.(string); value == "" {
			return errors.New("the credential lacks id, rawId, " +
				"or response with clientDataJSON, authenticatorData and signature")
		}
	}
	if credential["type"] != "public-key" {
		return errors.New(`the credential's type is not "public-key"`)
	}
	return nil
}
