package bff

import (
	"cmp"
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
	page.Step, page.StepID, page.Until = step, status.StepID, x.until(status.ExpiresAt)
	page.body = auth.SignInOutput{NextStep: step, StepID: status.StepID}
	form := Form{Action: x.h.at(route, ""), Button: x.text(texts.ForSignIn(step.Name()).Button)}
	form.Fields = []Field{hidden("stepId", status.StepID)}
	fill, ok := stepForms[step.Name()]
	if !ok {
		fill = unknownForm
	}
	if err := fill(x, step, status.Username, page, &form); err != nil {
		return nil, err
	}
	if len(form.Fields) > 0 {
		page.Forms = append([]Form{form}, page.Forms...)
		page.Links = append(page.Links, x.startAgain(step, status.Username))
	}
	return page, nil
}

// startAgain is the way out of a step: for whoever got no code, and for anybody else.
func (x *exchange) startAgain(step auth.SignInStep, username string) Link {
	before := ""
	switch name := step.Name(); {
	case name == auth.StepConfirmSignInWithSMSCode, name == auth.StepConfirmSignInWithEmailCode:
		before = x.text(texts.NoCode)
	case username != "":
		before = x.texts.Format(texts.SignInNotYou, texts.Params{Name: username})
	}
	return Link{before, x.text(texts.StartAgain), x.h.at("sign-in", x.back)}
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
	auth.StepContinueSignInWithMFASelection:         mfaForm,
	auth.StepContinueSignInWithMFASetupSelection:    mfaSetupForm,
	auth.StepContinueSignInWithFirstFactorSelection: firstFactorForm,
}

// paramsOf returns what the texts of a step are filled with.
func paramsOf(step auth.SignInStep) texts.Params {
	sms, _ := step.(auth.ConfirmSignInWithSMSCode)
	email, _ := step.(auth.ConfirmSignInWithEmailCode)
	app, _ := step.(auth.ConfirmSignInWithTOTPCode)
	return texts.Params{
		Destination:   cmp.Or(sms.CodeDeliveryDetails.Destination, email.CodeDeliveryDetails.Destination),
		Authenticator: app.FriendlyDeviceName,
	}
}

func codeForm(x *exchange, step auth.SignInStep, _ string, page *Page, form *Form) error {
	if step.Name() == auth.StepConfirmSignInWithTOTPCode {
		page.Help = &Help{x.text(texts.LostApp), x.text(texts.LostAppHelp)}
	}
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
	form.Fields = append(form.Fields, x.textField("challengeResponse", texts.FieldAnswer, "off"))
	return nil
}

func newPasswordForm(x *exchange, step auth.SignInStep, username string, _ *Page, form *Form) error {
	required, _ := step.(auth.ConfirmSignInWithNewPasswordRequired)
	form.Fields = append(append(form.Fields, x.ownerField(username)),
		x.newPasswordFields("challengeResponse")...)
	for _, attribute := range required.MissingAttributes {
		form.Fields = append(form.Fields, x.attributeField(attribute))
	}
	return nil
}

func passwordForm(x *exchange, _ auth.SignInStep, username string, _ *Page, form *Form) error {
	form.Fields = append(form.Fields, x.ownerField(username),
		x.passwordField("challengeResponse", texts.FieldPassword))
	return nil
}

// passkeyForm has the script fill in the answer. Without scripts there is another way.
func passkeyForm(x *exchange, step auth.SignInStep, _ string, page *Page, form *Form) error {
	passkey, _ := step.(auth.ConfirmSignInWithWebAuthn)
	form.Scripted, form.Passkey = true, x.passkeyCall("get", texts.ErrorPasskeyNotUsed)
	form.Passkey.Options = string(passkey.CredentialRequestOptions)
	other := Form{Action: form.Action, Button: x.text(texts.SignInWithPassword), Above: x.text(texts.Or), Quiet: true}
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
	form.Fields = append(form.Fields, x.codeField("challengeResponse", texts.FieldAppCode), x.appNameField())
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

func emailForm(x *exchange, _ auth.SignInStep, _ string, page *Page, form *Form) error {
	field := Field{
		Name: "challengeResponse", Label: x.text(texts.FieldEmail),
		Type: "email", Autocomplete: "email", InputMode: "email",
	}
	if x.in["stepId"] == page.StepID { // or the answer was to another step, such as a password
		field.Value = x.in["challengeResponse"]
	}
	form.Fields = append(form.Fields, field)
	return nil
}

func mfaForm(x *exchange, step auth.SignInStep, _ string, _ *Page, form *Form) error {
	choice, _ := step.(auth.ContinueSignInWithMFASelection)
	form.Fields = append(form.Fields, choiceField(x, choice.AllowedMFATypes, texts.ForMFAType))
	return nil
}

func mfaSetupForm(x *exchange, step auth.SignInStep, _ string, _ *Page, form *Form) error {
	choice, _ := step.(auth.ContinueSignInWithMFASetupSelection)
	form.Fields = append(form.Fields, choiceField(x, choice.AllowedMFATypes, texts.ForMFAType))
	return nil
}

func firstFactorForm(x *exchange, step auth.SignInStep, _ string, _ *Page, form *Form) error {
	choice, _ := step.(auth.ContinueSignInWithFirstFactorSelection)
	factors := choice.AvailableChallenges
	switch {
	case factors == nil: // Cognito tells them at the start only
		factors = []auth.AuthFactorType{auth.AuthFactorPassword}
	case slices.Contains(factors, auth.AuthFactorPasswordSRP): // the same password, of which Cognito learns nothing
		factors = slices.DeleteFunc(slices.Clone(factors), func(factor auth.AuthFactorType) bool {
			return factor == auth.AuthFactorPassword
		})
	}
	form.Fields = append(form.Fields, choiceField(x, factors, texts.ForFirstFactor))
	return nil
}

// choiceField asks for a choice among the factors, in the order of the service.
func choiceField[F ~string](x *exchange, factors []F, name func(F) texts.ID) Field {
	field := Field{Name: "challengeResponse", Label: x.text(texts.FieldChoice), Type: "radio"}
	for i, factor := range factors {
		label := x.texts.Format(name(factor), texts.Params{Name: string(factor)})
		field.Options = append(field.Options, Option{Value: string(factor), Label: label, Checked: i == 0})
	}
	return field
}

// unknownForm asks nothing: nobody knows what this challenge wants. A program that does has a
// template of its own.
func unknownForm(x *exchange, _ auth.SignInStep, _ string, page *Page, form *Form) error {
	form.Fields = nil
	page.Next = &Link{Text: x.text(texts.StartAgain), To: x.h.at("sign-in", x.back)}
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
	if err := x.limitAnswer(f.status.NextStep, f.status.Username); err != nil {
		return nil, err
	}
	out, err := x.answer(f.session, f.status.NextStep)
	if err != nil {
		x.report(EventSignInFailed, codeOf(err))
		if f.status.NextStep != nil && f.status.NextStep.Name() == auth.StepConfirmSignInWithPassword {
			err = x.hidden(err)
		}
		return nil, err
	}
	return x.proceed(f, f.status.Username, out)
}

// answer sends the answer in the form, for the step that the form was made for; step is the one
// that waits.
func (x *exchange) answer(session *auth.Session, step auth.SignInStep) (auth.SignInOutput, error) {
	if x.in["stepId"] == "" {
		return auth.SignInOutput{}, errInput
	}
	if again, given := x.in["challengeResponseAgain"]; given && again != x.in["challengeResponse"] {
		return auth.SignInOutput{}, errDifferent
	}
	required, _ := step.(auth.ConfirmSignInWithNewPasswordRequired)
	attributes, err := x.attributes(required.MissingAttributes)
	if err != nil {
		return auth.SignInOutput{}, err
	}
	out, err := session.ConfirmSignIn(x.r.Context(), auth.ConfirmSignInInput{
		StepID: x.in["stepId"], ChallengeResponse: x.in["challengeResponse"],
		FriendlyDeviceName: x.in["friendlyDeviceName"], UserAttributes: attributes,
	})
	if errors.Is(err, auth.ErrSignIn) {
		err = errNoSignIn
	}
	return out, err
}
