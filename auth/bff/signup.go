package bff

import (
	"cmp"
	"errors"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func signUpPage(x *exchange) (*Page, error) {
	form := Form{Action: x.h.at("sign-up", ""), Button: x.text(texts.SignUpButton)}
	form.Fields = append(form.Fields, x.nameField(x.in["username"]))
	for _, attribute := range x.h.cfg.SignUpAttributes {
		if attribute != string(x.h.cfg.LoginWith) {
			form.Fields = append(form.Fields, x.attributeField(attribute))
		}
	}
	form.Fields = append(form.Fields, x.newPasswordFields("password")...)
	return &Page{
		Name: "sign-up", Title: x.text(texts.SignUpTitle), Forms: []Form{form},
		Links: []Link{x.signInLink()},
		body:  map[string][]string{"userAttributes": x.h.cfg.SignUpAttributes},
	}, nil
}

// signInLink leads whoever has an account to the sign-in.
func (x *exchange) signInLink() Link {
	return Link{x.text(texts.SignUpHaveAccount), x.text(texts.SignInButton), x.h.at("sign-in", x.back)}
}

// signUp creates a user. A name that is taken is answered as one that is free, unless RevealUsers
// is set: then the code never comes, and the page has the way to sign in.
func signUp(x *exchange) (*outcome, error) {
	if again, given := x.in["passwordAgain"]; given && again != x.in["password"] {
		return nil, errDifferent
	}
	attributes, err := x.attributes(x.h.cfg.SignUpAttributes)
	if err != nil {
		return nil, err
	}
	if address := string(x.h.cfg.LoginWith); x.h.cfg.LoginWith != auth.LoginWithUsername && attributes[address] == "" {
		attributes[address] = x.in["username"]
	}
	f, err := x.begin()
	if err != nil {
		return nil, err
	}
	how := x.h.cfg.SignIn
	out, err := f.session.SignUp(x.r.Context(), auth.SignUpInput{
		Username: x.in["username"], Password: x.in["password"], UserAttributes: attributes,
		ClientMetadata: how.ClientMetadata,
		AutoSignIn: &auth.AutoSignInOptions{
			AuthFlowType: how.AuthFlowType, PreferredChallenge: how.PreferredChallenge,
			ClientMetadata: how.ClientMetadata,
		},
	})
	taken := errors.Is(err, auth.ErrUsernameExists) && !x.h.cfg.RevealUsers
	if err != nil && !taken {
		return nil, err
	}
	if err == nil {
		x.report(EventSignedUp, "")
	}
	if err := x.keep(f, x.in["username"]); err != nil {
		return nil, err
	}
	if _, ready := out.NextStep.(auth.CompleteAutoSignInSignUpStep); ready {
		return x.signInAfterSignUp(f, auth.AutoSignInInput{Password: x.in["password"], DeviceName: deviceName(x.r)})
	}
	if !x.h.cfg.RevealUsers {
		out = auth.SignUpOutput{NextStep: auth.ConfirmSignUpWithCode{}}
	}
	return &outcome{to: x.h.at("confirm", x.back), body: out}, nil
}

// signInAfterSignUp signs in whoever has just signed up.
func (x *exchange) signInAfterSignUp(f *flow, in auth.AutoSignInInput) (*outcome, error) {
	if !hasPassword(x.h.cfg.SignIn) {
		in.Password = ""
	}
	out, err := f.session.AutoSignIn(x.r.Context(), in)
	if err != nil {
		x.report(EventSignInFailed, codeOf(err))
		done := auth.SignUpOutput{IsSignUpComplete: true, NextStep: auth.DoneSignUpStep{}}
		return &outcome{to: x.h.at("sign-in", x.back), body: done}, nil
	}
	return x.proceed(f, f.username(), out)
}

func confirmPage(x *exchange) (*Page, error) {
	f, err := x.flow()
	if err != nil {
		return nil, err
	}
	name := cmp.Or(x.in["username"], f.username())
	page := x.page("confirm", texts.ForSignUp(auth.SignUpStepConfirmSignUp), texts.Params{})
	page.Forms = []Form{{
		Action: x.h.at("confirm", ""), Button: x.text(texts.ConfirmSignUpButton),
		Fields: []Field{x.knownNameField(name), x.codeField("confirmationCode", texts.FieldCode)},
	}, {
		Action: x.h.at("confirm/resend", ""), Button: x.text(texts.ResendButton), Above: x.text(texts.NoCode),
		Fields: []Field{x.knownNameField(name)}, Quiet: true,
	}}
	page.Links = []Link{x.signInLink()}
	if x.r.URL.Query().Get("done") == "resend" {
		page.Notice = x.texts.Format(texts.ResendDone, texts.Params{})
	}
	return page, nil
}

// confirmSignUp confirms a sign-up, in the flow that began it if that is still there.
func confirmSignUp(x *exchange) (*outcome, error) {
	f, err := x.resume()
	if err != nil {
		return nil, err
	}
	out, err := f.session.ConfirmSignUp(x.r.Context(), auth.ConfirmSignUpInput{
		Username: x.in["username"], ConfirmationCode: x.in["confirmationCode"],
		ClientMetadata: x.h.cfg.SignIn.ClientMetadata,
	})
	if err != nil {
		return nil, x.hiddenCode("ConfirmSignUp", err)
	}
	_, ready := out.NextStep.(auth.CompleteAutoSignInSignUpStep)
	if ready && !hasPassword(x.h.cfg.SignIn) {
		return x.signInAfterSignUp(f, auth.AutoSignInInput{DeviceName: deviceName(x.r)})
	}
	if err := x.keep(f, x.in["username"]); err != nil {
		return nil, err
	}
	// The password is needed again: nobody has kept it.
	return &outcome{to: withDone(x.h.at("sign-in", x.back), "sign-up"), body: out}, nil
}

// hiddenCode returns the error of a code as it is shown: it does not tell whether there is such a
// user, and whether one has asked for a code.
func (x *exchange) hiddenCode(op string, err error) error {
	switch codeOf(err) {
	case auth.ErrCodeMismatch, auth.ErrExpiredCode, auth.ErrUserNotFound, auth.ErrNotAuthorized, auth.ErrUserDisabled,
		auth.ErrAliasExists, auth.ErrLimitExceeded, auth.ErrTooManyFailedAttempts, auth.ErrUserNotConfirmed,
		auth.ErrInvalidParameter:
		if !x.h.cfg.RevealUsers {
			return &auth.Error{Op: op, Code: auth.ErrCodeMismatch, Message: "the code is wrong or too old"}
		}
	}
	return err
}

// resendSignUpCode answers the same whether or not there is such a user.
func resendSignUpCode(x *exchange) (*outcome, error) {
	f, err := x.resume()
	if err != nil {
		return nil, err
	}
	if err := x.sendCode(f, x.in["username"]); err != nil {
		return nil, err
	}
	if err := x.keep(f, x.in["username"]); err != nil {
		return nil, err
	}
	return &outcome{to: withDone(x.h.at("confirm", x.back), "resend"), body: struct{}{}}, nil
}

// sendSignUpCode sends a code to somebody who signs in and has not confirmed the sign-up: Cognito
// does not do so by itself.
func (x *exchange) sendSignUpCode(f *flow, username string) error {
	if err := x.limit(message, username); err != nil {
		return nil //nolint:nilerr // the page has a button for it
	}
	return x.sendCode(f, username)
}

func (x *exchange) sendCode(f *flow, username string) error {
	_, err := f.session.ResendSignUpCode(x.r.Context(), auth.ResendSignUpCodeInput{
		Username: username, ClientMetadata: x.h.cfg.SignIn.ClientMetadata,
	})
	return x.hiddenSend(err)
}

// hiddenSend drops what tells of a user, or of Cognito's limits for one, from the error of a
// message with a code.
func (x *exchange) hiddenSend(err error) error {
	if err == nil || x.h.cfg.RevealUsers || auth.Retryable(err) {
		return err
	}
	switch codeOf(err) {
	case auth.ErrUserNotFound, auth.ErrNotAuthorized, auth.ErrUserDisabled, auth.ErrInvalidParameter,
		auth.ErrLimitExceeded, auth.ErrCodeDeliveryFailure, auth.ErrUserNotConfirmed, auth.ErrUserLambdaValidation:
		x.h.cfg.Logger.InfoContext(x.r.Context(), "bff: no code was sent", "reason", string(codeOf(err)))
		return nil
	}
	return err
}

// withDone adds to a local URL what was done.
func withDone(to, what string) string { return withQuery(to, "done", what) }

// withQuery adds a word to a local URL.
func withQuery(to, name, word string) string {
	if strings.Contains(to, "?") {
		return to + "&" + name + "=" + word
	}
	return to + "?" + name + "=" + word
}
