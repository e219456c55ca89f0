package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// SignUpInput is the input of [Session.SignUp].
type SignUpInput struct {
	redacted
	Username string // required; blanks around it are removed
	Password string // may be empty if the pool allows users without one
	// UserAttributes are the user's attributes by Cognito's names, such as "email". Blanks around
	// the values of email and phone_number are removed.
	UserAttributes map[string]string
	ValidationData map[string]string // for the pool's PreSignUp trigger
	ClientMetadata map[string]string // for the pool's triggers
	// AutoSignIn, if not nil, prepares [Session.AutoSignIn]: once it can be called, NextStep is
	// [CompleteAutoSignInSignUpStep]. This ends a sign-in that is under way in this session.
	AutoSignIn *AutoSignInOptions
}

// SignUpOutput is the output of [Session.SignUp]. It marshals to Amplify's JSON.
type SignUpOutput struct {
	IsSignUpComplete bool       `json:"isSignUpComplete"`
	UserID           string     `json:"userId"` // the new user's sub
	NextStep         SignUpStep `json:"nextStep"`
}

// ConfirmSignUpInput is the input of [Session.ConfirmSignUp].
type ConfirmSignUpInput struct {
	redacted
	Username         string // required
	ConfirmationCode string // required
	// ForceAliasCreation takes the e-mail address or phone number away from another user who has it
	// as an alias; that user can then no longer sign in with it. Without it Cognito returns
	// [ErrAliasExists].
	ForceAliasCreation bool
	ClientMetadata     map[string]string // for the pool's triggers
}

// ConfirmSignUpOutput is the output of [Session.ConfirmSignUp]. It marshals to Amplify's JSON.
type ConfirmSignUpOutput struct {
	IsSignUpComplete bool       `json:"isSignUpComplete"`
	NextStep         SignUpStep `json:"nextStep"`
}

// ResendSignUpCodeInput is the input of [Session.ResendSignUpCode].
type ResendSignUpCodeInput struct {
	Username       string            // required
	ClientMetadata map[string]string // for the pool's triggers
}

// SignUp creates a user. Unless the pool confirms users by itself, Cognito sends a code, which is
// passed to [Session.ConfirmSignUp]. The session notes that it waits for the code, for
// [Session.Status], and what [Session.AutoSignIn] needs.
//
// If the [Store] fails after the user was created, SignUp returns the output and the error, and
// AutoSignIn is not available.
//
// Errors:
//   - [ErrEmptySignUpUsername]: the user name is empty
//   - [ErrEmptySignUpPassword]: the password is empty, and the pool requires one
//   - [ErrUsernameExists]: the user name is taken
//   - [ErrInvalidPassword]: the password breaks the pool's policy
//   - [ErrInvalidParameter]: Cognito refused another input
//   - [ErrOutcomeUnknown]: the answer was lost, and the user may exist; call ResendSignUpCode
//     to find out
//
// Cognito: SignUp. Amplify: signUp.
func (s *Session) SignUp(ctx context.Context, in SignUpInput) (out SignUpOutput, err error) {
	defer nameVerb("SignUp", &err)
	in.Username = typed.Name(in.Username)
	if err := in.check(); err != nil {
		return SignUpOutput{}, err
	}
	person, err := userContext(ctx)
	if err != nil {
		return SignUpOutput{}, err
	}
	st, err := s.load(ctx)
	if err != nil {
		return SignUpOutput{}, err
	}
	created, err := s.client.cognito.SignUp(ctx, s.client.signUpRequest(in, person))
	if err != nil {
		return SignUpOutput{}, signUpError(ctx, err)
	}
	if aws.ToString(created.UserSub) == "" {
		return SignUpOutput{}, fail(ErrUnexpectedResponse, "the server returned no UserSub")
	}
	prepared := in.prepared(created, s.client.sessionValidity)
	var code *awaitedCode
	if !created.UserConfirmed {
		code = newAwaitedCode(in.Username, deliveryDetails(created.CodeDeliveryDetails), signUpCodeLife)
	}
	err = s.signedUp(ctx, st, code, prepared)
	return SignUpOutput{
		IsSignUpComplete: created.UserConfirmed,
		UserID:           aws.ToString(created.UserSub),
		NextStep:         signUpStep(created.UserConfirmed, prepared != nil && err == nil, created.CodeDeliveryDetails),
	}, err
}

func (in SignUpInput) check() error {
	if in.Username == "" {
		return fail(ErrEmptySignUpUsername, "the user name is empty")
	}
	if in.AutoSignIn != nil && signInFlows[in.AutoSignIn.AuthFlowType] == nil {
		return unknownFlow(in.AutoSignIn.AuthFlowType)
	}
	return nil
}

func (c *Client) signUpRequest(in SignUpInput, person UserContext) *cognitoidentityprovider.SignUpInput {
	request := &cognitoidentityprovider.SignUpInput{
		ClientId:        &c.clientID,
		SecretHash:      c.secretHash(in.Username),
		Username:        &in.Username,
		UserAttributes:  attributeList(in.UserAttributes),
		ValidationData:  attributeList(in.ValidationData),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: person.wire(),
	}
	if in.Password != "" {
		request.Password = &in.Password
	}
	return request
}

// signUpError returns the error of a refused sign-up. Amplify has a name of its own for one
// refusal.
func signUpError(ctx context.Context, err error) error {
	refused := apiError(ctx, err)
	if refused.Code == ErrInvalidParameter && strings.Contains(refused.Message, "'password'") &&
		strings.Contains(refused.Message, "Member must not be null") {
		refused.Code, refused.refines = ErrEmptySignUpPassword, []ErrorCode{ErrInvalidParameter}
	}
	return refused
}

// ConfirmSignUp completes a sign-up with the code that Cognito sent. The user can then sign in.
// NextStep is [CompleteAutoSignInSignUpStep] if this session's [Session.SignUp], for the same user
// name, asked for it: then [Session.AutoSignIn] signs the user in.
//
// If the [Store] fails after the sign-up was confirmed, ConfirmSignUp returns the output and the
// error.
//
// Errors:
//   - [ErrEmptyConfirmSignUpUsername], [ErrEmptyConfirmSignUpCode]: an input is empty
//   - [ErrCodeMismatch]: the code is wrong; it may be corrected
//   - [ErrExpiredCode]: the code is too old; call [Session.ResendSignUpCode]
//   - [ErrAliasExists]: the address or number belongs to another user; see ForceAliasCreation
//   - [ErrNotAuthorized]: the user is already confirmed
//   - [ErrLimitExceeded]: there were too many tries in an hour
//
// Cognito: ConfirmSignUp. Amplify: confirmSignUp.
func (s *Session) ConfirmSignUp(ctx context.Context, in ConfirmSignUpInput) (out ConfirmSignUpOutput, err error) {
	defer nameVerb("ConfirmSignUp", &err)
	in.Username, in.ConfirmationCode = typed.Name(in.Username), typed.Code(in.ConfirmationCode)
	switch {
	case in.Username == "":
		return ConfirmSignUpOutput{}, fail(ErrEmptyConfirmSignUpUsername, "the user name is empty")
	case in.ConfirmationCode == "":
		return ConfirmSignUpOutput{}, fail(ErrEmptyConfirmSignUpCode, "the confirmation code is empty")
	}
	st, err := s.load(ctx)
	if err != nil {
		return ConfirmSignUpOutput{}, err
	}
	var prepared *pendingSignIn
	if st.autoSignIn() && st.Pending.LoginID == in.Username {
		prepared = st.Pending
	}
	session, err := s.confirmSignUp(ctx, in, prepared.forwarded())
	if err != nil {
		return ConfirmSignUpOutput{}, err
	}
	err = s.signUpConfirmed(ctx, st, in.Username, prepared, session)
	autoSignIn := prepared != nil && err == nil
	return ConfirmSignUpOutput{IsSignUpComplete: true, NextStep: signUpStep(true, autoSignIn, nil)}, err
}

// confirmSignUp returns the challenge session that comes with the confirmation, or "". A challenge
// session that is over must not keep the user from confirming, so it then tries again without one.
func (s *Session) confirmSignUp(ctx context.Context, in ConfirmSignUpInput, session *string) (string, error) {
	person, err := userContext(ctx)
	if err != nil {
		return "", err
	}
	out, err := s.client.cognito.ConfirmSignUp(ctx, &cognitoidentityprovider.ConfirmSignUpInput{
		ClientId:           &s.client.clientID,
		SecretHash:         s.client.secretHash(in.Username),
		Username:           &in.Username,
		ConfirmationCode:   &in.ConfirmationCode,
		ForceAliasCreation: in.ForceAliasCreation,
		Session:            session,
		ClientMetadata:     in.ClientMetadata,
		UserContextData:    person.wire(),
	})
	if err == nil {
		return aws.ToString(out.Session), nil
	}
	refused := apiError(ctx, err)
	if session != nil && errors.Is(refused, ErrNotAuthorized) && strings.Contains(refused.Message, "session") {
		return s.confirmSignUp(ctx, in, nil)
	}
	return "", refused
}

// ResendSignUpCode sends a new code for [Session.ConfirmSignUp]. Earlier codes stop working. It
// returns where the code was sent, also beside an error of the [Store].
//
// Errors:
//   - [ErrEmptySignUpUsername]: the user name is empty
//   - [ErrLimitExceeded]: more than five codes in an hour
//
// Cognito: ResendConfirmationCode. Amplify: resendSignUpCode.
func (s *Session) ResendSignUpCode(
	ctx context.Context, in ResendSignUpCodeInput,
) (sent CodeDeliveryDetails, err error) {
	defer nameVerb("ResendSignUpCode", &err)
	in.Username = typed.Name(in.Username)
	if in.Username == "" {
		return CodeDeliveryDetails{}, fail(ErrEmptySignUpUsername, "the user name is empty")
	}
	person, err := userContext(ctx)
	if err != nil {
		return CodeDeliveryDetails{}, err
	}
	out, err := s.client.cognito.ResendConfirmationCode(ctx, &cognitoidentityprovider.ResendConfirmationCodeInput{
		ClientId:        &s.client.clientID,
		SecretHash:      s.client.secretHash(in.Username),
		Username:        &in.Username,
		ClientMetadata:  in.ClientMetadata,
		UserContextData: person.wire(),
	})
	if err != nil {
		return CodeDeliveryDetails{}, apiError(ctx, err)
	}
	sent = deliveryDetails(out.CodeDeliveryDetails)
	code := newAwaitedCode(in.Username, sent, signUpCodeLife)
	return sent, s.finish(ctx, func(st *state) error {
		st.SignUp = code
		return nil
	})
}
