package texts_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func TestEveryErrorCodeHasASentence(t *testing.T) {
	t.Parallel()
	noMoreToSay := map[string]bool{"ErrDeviceKeyExists": true}
	for _, code := range constantsOf(t, "../*.go", "ErrorCode") {
		alone := auth.ErrorCode(code.value)
		for _, err := range []error{alone, &auth.Error{Op: "AnyVerb", Code: alone}} {
			id := texts.ForError(err)
			assert.Contains(t, texts.EnglishTexts(), id, code.name)
			assert.Equal(t, noMoreToSay[code.name], id == texts.ErrorGeneral, "%s: the general sentence", code.name)
		}
	}
}

func TestEverySentenceIsOfSomeError(t *testing.T) {
	t.Parallel()
	used := map[texts.ID]bool{}
	note := func(err error) { used[texts.ForError(err)] = true }
	for _, code := range constantsOf(t, "../*.go", "ErrorCode") {
		note(auth.ErrorCode(code.value))
		for _, verb := range []string{
			"SignIn", "ConfirmSignIn", "AutoSignIn", "ConfirmSignUp", "ResendSignUpCode", "ResetPassword",
			"ConfirmResetPassword", "UpdatePassword", "VerifyTOTPSetup", "FetchDevices",
			"CompleteAssociateWebAuthnCredential",
		} {
			note(&auth.Error{Op: verb, Code: auth.ErrorCode(code.value)})
		}
	}
	note(context.Canceled)
	note(context.DeadlineExceeded)
	note(auth.ErrRecordNotFound)
	for _, id := range constantsOf(t, "errorids.go", "ID") {
		assert.True(t, used[texts.ID(id.value)], "nothing leads to %s", id.name)
	}
}

func refused(message string) error {
	return &auth.Error{Op: "SignIn", Code: auth.ErrNotAuthorized, Message: message}
}

func TestForError(t *testing.T) {
	t.Parallel()
	in := func(verb string, code auth.ErrorCode) error { return &auth.Error{Op: verb, Code: code} }
	for _, tc := range []struct {
		name string
		err  error
		want texts.ID
	}{
		{"nil", nil, ""},
		{"another error", errors.New("boom"), texts.ErrorGeneral},
		{"a code that is new", in("SignIn", "BrandNewException"), texts.ErrorGeneral},
		{"an empty code", auth.ErrorCode(""), texts.ErrorGeneral},

		{"a wrong password", refused("Incorrect username or password."), texts.ErrorWrongNameOrPassword},
		{"a name that does not exist", in("SignIn", auth.ErrUserNotFound), texts.ErrorWrongNameOrPassword},
		{"a wrong password as the chosen factor", in("ConfirmSignIn", auth.ErrNotAuthorized), texts.ErrorWrongNameOrPassword},
		{"the bare code", auth.ErrNotAuthorized, texts.ErrorWrongNameOrPassword},
		{"a wrapped code", fmt.Errorf("web: %w", auth.ErrNotAuthorized), texts.ErrorWrongNameOrPassword},
		{"a wrapped error", fmt.Errorf("web: %w", in("SignIn", auth.ErrLockedOut)), texts.ErrorLockedOut},
		{"a disabled account", in("SignIn", auth.ErrUserDisabled), texts.ErrorAccountDisabled},
		{"an old temporary password", in("SignIn", auth.ErrTemporaryPasswordExpired), texts.ErrorTemporaryPasswordOld},
		{"a wrong current password", in("UpdatePassword", auth.ErrNotAuthorized), texts.ErrorWrongPassword},
		{"a refusal elsewhere", in("UpdateUserAttributes", auth.ErrNotAuthorized), texts.ErrorNotAllowed},

		{"a wrong code at sign-in", in("ConfirmSignIn", auth.ErrCodeMismatch), texts.ErrorWrongCode},
		{"an app's code again", in("ConfirmSignIn", auth.ErrExpiredCode), texts.ErrorUsedAppCode},
		{"an old code for an address", in("ConfirmUserAttribute", auth.ErrExpiredCode), texts.ErrorOldCode},
		{"a lost answer at sign-in", in("ConfirmSignIn", auth.ErrOutcomeUnknown), texts.ErrorUnknownSignIn},
		{"a lost answer at sign-up", in("SignUp", auth.ErrOutcomeUnknown), texts.ErrorUnknownOutcome},

		{"one passkey too many at the start", in("StartAssociateWebAuthnCredential", auth.ErrLimitExceeded), texts.ErrorPasskeysFull},
		{"one passkey too many", in("CompleteAssociateWebAuthnCredential", auth.ErrLimitExceeded), texts.ErrorPasskeysFull},
		{"a flow that is not allowed", in("SignIn", auth.ErrInvalidParameter), texts.ErrorService},
		{"a code for nobody", in("ResetPassword", auth.ErrInvalidParameter), texts.ErrorCodeNotSent},
		{"a Config that does not fit", in("ConfirmSignUp", auth.ErrInvalidConfig), texts.ErrorService},

		{"a stopped call", context.Canceled, texts.ErrorCanceled},
		{"a stopped verb", &auth.Error{Op: "SignIn", Err: context.Canceled}, texts.ErrorCanceled},
		{"a slow verb", &auth.Error{Op: "SignIn", Err: context.DeadlineExceeded}, texts.ErrorTimeout},
		{"a slow network", &auth.Error{Op: "SignIn", Code: auth.ErrNetwork, Err: context.DeadlineExceeded}, texts.ErrorNetwork},
		{"a failing Store", &auth.Error{Op: "SignIn", Err: errors.New("connection refused")}, texts.ErrorStore},
		{"a busy Store", &auth.Error{Op: "SignIn", Err: auth.ErrRecordConflict}, texts.ErrorChangedMeanwhile},
	} {
		assert.Equal(t, tc.want, texts.ForError(tc.err), tc.name)
	}
}

// Who may not know whether an account exists does not learn it from the sentence.
func TestConfirmationsHideWhoExists(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"ConfirmSignUp", "ConfirmResetPassword"} {
		for _, code := range []auth.ErrorCode{auth.ErrCodeMismatch, auth.ErrExpiredCode, auth.ErrUserNotFound} {
			assert.Equal(t, texts.ErrorWrongOrOldCode, texts.ForError(&auth.Error{Op: verb, Code: code}), "%s %s", verb, code)
		}
	}
}
