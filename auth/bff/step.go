package bff

import (
	"errors"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// errNoSignIn is the error of a step when no sign-in is under way.
var errNoSignIn = &auth.Error{Op: "ConfirmSignIn", Code: auth.ErrSignIn, Message: "no sign-in is under way"}

// stepPage shows the step that waits, whatever became of it in other tabs.
func stepPage(x *exchange) (*Page, error) {
	f, err := x.flow()
	switch {
	case err != nil:
		return nil, err
	case f != nil && f.status.State == auth.StateSigningIn:
		return x.pending(f.status, "step")
	case x.script:
		return nil, errNoSignIn
	}
	page, err := signInPage(x)
	if err == nil && x.failure == nil {
		page.Error = x.sentence(errNoSignIn)
	}
	return page, err
}

// pending returns the page of a step.
func (x *exchange) pending(status auth.Status, route string) (*Page, error) {
	step := status.NextStep
	page := x.page(string(step.Name()), texts.ForSignIn(step.Name()), paramsOf(step))
	page.Step, page.Until = step, status.ExpiresAt
	page.body = auth.SignInOutput{NextStep: step, StepID: status.StepID}
	form := Form{Action: x.h.at(route, ""), Button: x.texts.Text(texts.ForSignIn(step.Name()).Button)}
	form.Fields = []Field{hidden("stepId", status.StepID)}
	fill, ok := stepForms[step.Name()]
	if !ok {
		fill = unknownForm
	}
	if err := fill(x, step, status.Username, page, &form); err != nil {
		return nil, err
	}
	page.Forms = append([]Form{form}, page.Forms...)
	page.Links = append(page.Links, Link{x.texts.Text(texts.StartAgain), x.h.at("sign-in", x.back)})
	return page, nil
}

// stepForms fill in the form of each step.
var stepForms = map[auth.SignInStepName]func(*exchange, auth.SignInStep, string, *Page, *Form) error{
	auth.StepConfirmSignInWithSMSCode:               codeForm,
	auth.StepConfirmSignInWithEmailCode:             codeForm,
	auth.StepConfirmSignInWithTOTPCode:              codeForm,
	auth.StepConfirmSignInWithCustomChallenge:       customForm,
	auth.StepConfirmSignInWithNewPasswordRequired:   newPasswordForm,
	auth.StepConfirmSignInWithPassword:              passwordForm,
	auth.StepConfirmSignInWithWebAuthn:              passkeyForm,
	auth.StepContinueSignInWithTOTPSetup:            totpForm,
	auth.StepContinueSignInWithEmailSetup:           emailForm,
	auth.StepContinueSignInWithMFASelection:         choiceForm,
	auth.StepContinueSignInWithMFASetupSelection:    choiceForm,
	auth.StepContinueSignInWithFirstFactorSelection: choiceForm,
}

// paramsOf returns what the texts of a step are filled with.
func paramsOf(step auth.SignInStep) texts.Params {
	switch step := step.(type) {
	case auth.ConfirmSignInWithSMSCode:
		return texts.Params{Destination: step.CodeDeliveryDetails.Destination}
	case auth.ConfirmSignInWithEmailCode:
		return texts.Params{Destination: step.CodeDeliveryDetails.Destination}
	case auth.ConfirmSignInWithTOTPCode:
		return texts.Params{Authenticator: step.FriendlyDeviceName}
	}
	return texts.Params{}
}

func codeForm(x *exchange, step auth.SignInStep, _ string, _ *Page, form *Form) error {
	form.Fields = append(form.Fields, x.codeField("challengeResponse", texts.ForSignIn(step.Name()).Field))
	return nil
}

// customForm asks what the pool's trigger asks. Its parameters are shown as they are, but for the
// user's name.
func customForm(x *exchange, step auth.SignInStep, _ string, page *Page, form *Form) error {
	custom, _ := step.(auth.ConfirmSignInWithCustomChallenge)
	for _, name := range slices.Sorted(maps.Keys(custom.AdditionalInfo)) {
		if name != "USERNAME" {
			page.Facts = append(page.Facts, Fact{name, custom.AdditionalInfo[name]})
		}
	}
	form.Fields = append(form.Fields, Field{
		Name: "challengeResponse", Label: x.texts.Text(texts.FieldAnswer), Type: "text", Autocomplete: "off",
	})
	return nil
}

func newPasswordForm(x *exchange, step auth.SignInStep, username string, _ *Page, form *Form) error {
	required, _ := step.(auth.ConfirmSignInWithNewPasswordRequired)
	form.Fields = append(form.Fields, x.ownerField(username),
		x.passwordField("challengeResponse", texts.FieldNewPassword, true),
		x.passwordField("challengeResponseAgain", texts.FieldNewPasswordAgain, true))
	for _, attribute := range required.MissingAttributes {
		form.Fields = append(form.Fields, x.attributeField(attribute))
	}
	return nil
}

// ownerField has password managers keep a new password under the right name. It is not sent.
func (x *exchange) ownerField(username string) Field {
	return Field{
		Label: x.texts.Text(texts.FieldUsername), Type: "text", Value: username, Autocomplete: "username", ReadOnly: true,
	}
}

func passwordForm(x *exchange, _ auth.SignInStep, username string, _ *Page, form *Form) error {
	form.Fields = append(form.Fields, x.ownerField(username), x.passwordField("challengeResponse", texts.FieldPassword, false))
	return nil
}

// passkeyForm has the script fill in the answer. Without scripts there is another way.
func passkeyForm(x *exchange, step auth.SignInStep, _ string, page *Page, form *Form) error {
	passkey, _ := step.(auth.ConfirmSignInWithWebAuthn)
	page.Passkey = string(passkey.CredentialRequestOptions)
	other := Form{Action: form.Action, Button: x.texts.Text(texts.SignInWithPassword)}
	other.Fields = append(slices.Clone(form.Fields), hidden("challengeResponse", string(auth.AuthFactorPassword)))
	page.Forms = []Form{other}
	form.Fields = append(form.Fields, hidden("challengeResponse", ""))
	return nil
}

func totpForm(x *exchange, step auth.SignInStep, username string, page *Page, form *Form) error {
	setup, _ := step.(auth.ContinueSignInWithTOTPSetup)
	var err error
	if page.Setup, err = x.setup(setup.TOTPSetupDetails, username); err != nil {
		return err
	}
	form.Fields = append(form.Fields, x.codeField("challengeResponse", texts.FieldAppCode), Field{
		Name: "friendlyDeviceName", Label: x.texts.Text(texts.FieldAppName), Type: "text", Autocomplete: "off", Optional: true,
	})
	return nil
}

// setup returns what an authenticator app needs, in the forms that a page shows.
func (x *exchange) setup(details auth.TOTPSetupDetails, username string) (*Setup, error) {
	uri := details.SetupURI(x.h.cfg.AppName, username)
	image, err := mfa.QRCodeSVG(uri)
	if err != nil {
		return nil, err
	}
	var groups []string
	for group := range slices.Chunk([]byte(details.SharedSecret), 4) {
		groups = append(groups, string(group))
	}
	return &Setup{
		QRCode: template.HTML(image), //nolint:gosec // made here, of numbers only
		Secret: strings.Join(groups, " "),
		URI:    template.URL(uri), //nolint:gosec // its scheme is otpauth, and the rest is escaped
	}, nil
}

func emailForm(x *exchange, _ auth.SignInStep, _ string, _ *Page, form *Form) error {
	form.Fields = append(form.Fields, Field{
		Name: "challengeResponse", Label: x.texts.Text(texts.FieldEmail), Type: "email", Autocomplete: "email",
	})
	return nil
}

// choiceForm asks for a choice among the factors, in the order of the service.
func choiceForm(x *exchange, step auth.SignInStep, _ string, _ *Page, form *Form) error {
	var options []Option
	factor := func(value string, id texts.ID) {
		label := x.texts.Format(id, texts.Params{Name: value})
		options = append(options, Option{Value: value, Label: label, Checked: len(options) == 0})
	}
	switch step := step.(type) {
	case auth.ContinueSignInWithMFASelection:
		for _, kind := range step.AllowedMFATypes {
			factor(string(kind), texts.ForMFAType(kind))
		}
	case auth.ContinueSignInWithMFASetupSelection:
		for _, kind := range step.AllowedMFATypes {
			factor(string(kind), texts.ForMFAType(kind))
		}
	case auth.ContinueSignInWithFirstFactorSelection:
		kinds := step.AvailableChallenges
		if kinds == nil { // Cognito tells them at the start only
			kinds = []auth.AuthFactorType{auth.AuthFactorPassword}
		}
		for _, kind := range kinds {
			factor(string(kind), texts.ForFirstFactor(kind))
		}
	}
	form.Fields = append(form.Fields, Field{
		Name: "challengeResponse", Label: x.texts.Text(texts.FieldChoice), Type: "radio", Options: options,
	})
	return nil
}

// unknownForm is that of a challenge that this version does not know. A program that knows it has a
// template of its own.
func unknownForm(x *exchange, _ auth.SignInStep, _ string, _ *Page, form *Form) error {
	form.Fields = append(form.Fields, Field{
		Name: "challengeResponse", Label: x.texts.Text(texts.FieldAnswer), Type: "text", Autocomplete: "off",
	})
	form.Button = x.texts.Text(texts.Continue)
	return nil
}

// answerStep answers the step that the form was made for, and no other one.
func answerStep(x *exchange) (*outcome, error) {
	f, err := x.flow()
	switch {
	case err != nil:
		return nil, err
	case f == nil:
		return nil, errNoSignIn
	case f.status.State == auth.StateSignedIn: // the process that signed in has died before it could tell
		return x.finish(f, auth.SignInOutput{IsSignedIn: true, NextStep: auth.DoneSignInStep{}})
	}
	out, err := x.answer(f.session)
	if err != nil {
		x.report(EventSignInFailed, codeOf(err))
		if f.status.NextStep != nil && f.status.NextStep.Name() == auth.StepConfirmSignInWithPassword {
			err = x.hidden(err)
		}
		return nil, err
	}
	return x.proceed(f, f.status.Username, out)
}

// answer sends the answer in the form, for the step that the form was made for.
func (x *exchange) answer(session *auth.Session) (auth.SignInOutput, error) {
	if x.in["stepId"] == "" {
		return auth.SignInOutput{}, errInput
	}
	if again, given := x.in["challengeResponseAgain"]; given && again != x.in["challengeResponse"] {
		return auth.SignInOutput{}, errDifferent
	}
	out, err := session.ConfirmSignIn(x.r.Context(), auth.ConfirmSignInInput{
		StepID: x.in["stepId"], ChallengeResponse: x.in["challengeResponse"],
		FriendlyDeviceName: x.in["friendlyDeviceName"], UserAttributes: x.attributes(),
	})
	if errors.Is(err, auth.ErrSignIn) {
		err = errNoSignIn
	}
	return out, err
}
