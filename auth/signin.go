package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// AuthFlowType is how a sign-in proves the password, by Amplify's name.
type AuthFlowType string

// The flows of SignIn.
const (
	// AuthFlowUserSRP proves the password without sending it. The default.
	AuthFlowUserSRP AuthFlowType = "USER_SRP_AUTH"
	// AuthFlowUserPassword sends the password to Cognito, over TLS. Pools that take users over from elsewhere need it.
	AuthFlowUserPassword AuthFlowType = "USER_PASSWORD_AUTH"
)

// SignInInput is the input of SignIn.
type SignInInput struct {
	redacted
	Username     string       // required: the user name, or an alias that the pool accepts
	Password     string       // required
	AuthFlowType AuthFlowType // default: AuthFlowUserSRP
	// ClientMetadata goes to the pool's triggers with every request of the sign-in, ConfirmSignIn's included unless
	// that is given its own. Differs from Amplify: it forgets this metadata after SignIn.
	ClientMetadata map[string]string
	// DeviceName names the device to its owner where the pool tracks devices. Default: Config.DeviceName.
	DeviceName string
}

// SignInOutput is the output of SignIn and ConfirmSignIn. It marshals to Amplify's JSON.
type SignInOutput struct {
	IsSignedIn bool       `json:"isSignedIn"`
	NextStep   SignInStep `json:"nextStep"` // never nil without an error
	NewDevice  NewDevice  `json:"-"`        // what came of registering this device, when the sign-in is done
}

// LogValue implements slog.LogValuer with the name of the step: its JSON may hold a TOTP secret.
func (o SignInOutput) LogValue() slog.Value {
	if o.NextStep == nil {
		return slog.GroupValue()
	}
	return slog.GroupValue(slog.Bool("isSignedIn", o.IsSignedIn), slog.String("signInStep", string(o.NextStep.Name())))
}

// ConfirmSignInInput is the input of ConfirmSignIn.
type ConfirmSignInInput struct {
	redacted
	// ChallengeResponse answers the step: a code, a new password, an e-mail address, or the name of a factor. Required,
	// but for ChallengeResponses.
	ChallengeResponse string
	// ChallengeResponses answers a ConfirmSignInWithUnknownChallenge in Cognito's own terms. USERNAME and SECRET_HASH
	// are added.
	ChallengeResponses map[string]string
	// FriendlyDeviceName optionally names the authenticator app at TOTP set-up.
	FriendlyDeviceName string
	// UserAttributes go with a new password: what MissingAttributes asks for, by Cognito's names.
	UserAttributes map[string]string
	// ClientMetadata goes to the pool's triggers. Default: what SignIn was given.
	ClientMetadata map[string]string
}

// SignIn starts a sign-in with a user name and password. The output says what comes next: mostly a second factor, to be
// given to ConfirmSignIn, or DoneSignInStep. A new SignIn takes the place of one that is half done; a failed one ends
// it too. Somebody who is signed in, or would be after a refresh, must sign out first. The tokens, or the half-done sign-in, are in the Store before SignIn returns.
//
// A user who is not confirmed, or must reset the password, gives the step ConfirmSignUpStep or ResetPasswordStep and no
// error. Errors: ErrEmptySignInUsername, ErrEmptySignInPassword, ErrUserAlreadyAuthenticated, ErrNotAuthorized,
// ErrUserNotFound (only from pools that tell), ErrTooManyRequests, ErrNetwork, ErrOutcomeUnknown, ErrUnexpectedResponse.
// Cognito: InitiateAuth, RespondToAuthChallenge, AssociateSoftwareToken. Amplify: signIn.
func (s *Session) SignIn(ctx context.Context, in SignInInput) (SignInOutput, error) {
	flow, err := in.flow()
	if err != nil {
		return SignInOutput{}, err
	}
	st, _, err := s.load(ctx, "SignIn")
	if err != nil {
		return SignInOutput{}, err
	}
	if st.Tokens != nil {
		if _, err := s.freshTokens(ctx, "SignIn", FetchAuthSessionInput{}); err == nil {
			return SignInOutput{}, fail("SignIn", ErrUserAlreadyAuthenticated, "somebody is signed in; sign out first")
		}
	}
	a, err := s.newAttempt(ctx, in)
	if err != nil {
		return SignInOutput{}, err
	}
	a.begin = func(ctx context.Context) (answer, error) { return flow(ctx, a, in.Password) }
	out, err := a.signIn(ctx)
	if err == nil {
		return out, nil
	}
	if err := a.dropOlder(ctx, st.Pending); err != nil {
		return SignInOutput{}, err
	}
	return stepOrError(err)
}

// dropOlder ends a half-done sign-in that this one was to take the place of.
func (a *attempt) dropOlder(ctx context.Context, older *pendingSignIn) error {
	if older == nil {
		return nil
	}
	return a.change(ctx, func(st *state) {
		if st.Pending != nil && st.Pending.ID == older.ID {
			st.Pending = nil
		}
	})
}

// signIn starts over once, without the device, if the pool does not recognize it.
func (a *attempt) signIn(ctx context.Context) (SignInOutput, error) {
	next, err := a.begin(ctx)
	if errors.Is(err, ErrDeviceNotRecognized) {
		if err := a.dropDevice(ctx, err); err != nil {
			return SignInOutput{}, err
		}
		next, err = a.begin(ctx)
	}
	if err != nil {
		return SignInOutput{}, err
	}
	return a.proceed(ctx, next)
}

// flow checks the input and picks how its password is proved.
func (in SignInInput) flow() (signInFlow, error) {
	switch {
	case in.Username == "":
		return nil, fail("SignIn", ErrEmptySignInUsername, "the user name is empty")
	case in.Password == "":
		return nil, fail("SignIn", ErrEmptySignInPassword, "the password is empty")
	}
	switch in.AuthFlowType {
	case "", AuthFlowUserSRP:
		return srpFlow, nil
	case AuthFlowUserPassword:
		return passwordFlow, nil
	default:
		return nil, fail("SignIn", ErrInvalidParameter, "unknown AuthFlowType "+bounded(string(in.AuthFlowType), maxCode))
	}
}

// A signInFlow carries a sign-in to its first challenge that the person must answer, or to the tokens.
type signInFlow func(ctx context.Context, a *attempt, password string) (answer, error)

func passwordFlow(ctx context.Context, a *attempt, password string) (answer, error) {
	return a.initiate(ctx, types.AuthFlowTypeUserPasswordAuth, map[string]string{"PASSWORD": password})
}

func (s *Session) newAttempt(ctx context.Context, in SignInInput) (*attempt, error) {
	devices, _, err := s.loadDevices(ctx, "SignIn")
	if err != nil {
		return nil, err
	}
	flow := cmp.Or(in.AuthFlowType, AuthFlowUserSRP)
	return &attempt{
		session:  s,
		op:       "SignIn",
		metadata: in.ClientMetadata,
		devices:  devices,
		pending: pendingSignIn{
			ID:            rand.Text(),
			Username:      in.Username,
			Metadata:      in.ClientMetadata,
			DeviceName:    cmp.Or(bounded(in.DeviceName, maxDeviceName-4), s.client.deviceName),
			SignInDetails: SignInDetails{LoginID: in.Username, AuthFlowType: flow},
		},
	}, nil
}

// stepOrError turns the two refusals that Amplify reports as steps into them.
func stepOrError(err error) (SignInOutput, error) {
	switch {
	case errors.Is(err, ErrUserNotConfirmed):
		return SignInOutput{NextStep: ConfirmSignUpStep{}}, nil
	case errors.Is(err, ErrPasswordResetRequired):
		return SignInOutput{NextStep: ResetPasswordStep{}}, nil
	default:
		return SignInOutput{}, err
	}
}
