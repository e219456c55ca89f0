package bff

import (
	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// stepUpPage asks the person who is signed in for another proof: first how the sign-in began, then
// step by step.
func stepUpPage(x *exchange) (*Page, error) {
	status, err := x.person.Session.Status(x.r.Context())
	if err != nil {
		return nil, err
	}
	if status.Reauthenticating && status.NextStep != nil {
		return x.pending(status, "step-up")
	}
	login := x.person.login()
	page := &Page{
		Name: "step-up", Title: x.text(texts.StepUpTitle), Lead: x.text(texts.StepUpLead),
		body: map[string]bool{"isSignedIn": true},
	}
	form := Form{Action: x.h.at("step-up", ""), Button: x.text(texts.Continue), Fields: []Field{x.ownerField(login)}}
	if hasPassword(x.h.cfg.SignIn) {
		form.Fields = append(form.Fields, x.passwordField("password", texts.FieldPassword))
	}
	if x.offerWays(&form) {
		form.Passkey = &PasskeyCall{Call: "show"}
	}
	page.Forms = []Form{form}
	page.Links = []Link{{"", x.text(texts.NotNow), x.h.cfg.Home}}
	if x.person.atManagedLogin() { // there may be nothing to prove it by
		page.Lead = x.text(texts.StepUpElsewhere)
		page.Links = append(page.Links, Link{"", x.text(texts.SignOutTitle), x.h.at("sign-out", "")})
	}
	return page, nil
}

// stepUp begins another proof, or goes on with it. The session gets another id at its end.
func stepUp(x *exchange) (*outcome, error) {
	out, err := x.prove()
	if err != nil {
		x.report(EventStepUpFailed, codeOf(err))
		return nil, err
	}
	if !out.IsSignedIn {
		return &outcome{to: x.h.at("step-up", x.back), body: out}, nil
	}
	if err := x.renewID(); err != nil {
		return nil, err
	}
	x.report(EventStepUp, "")
	return &outcome{to: x.h.back(x.back), body: out}, nil
}

// prove begins a proof, or answers the step of one.
func (x *exchange) prove() (auth.SignInOutput, error) {
	ctx, session := x.r.Context(), x.person.Session
	if _, answers := x.in["stepId"]; answers {
		status, err := session.Status(ctx)
		if err != nil {
			return auth.SignInOutput{}, err
		}
		if err := x.limitAnswer(status.NextStep, x.name()); err != nil {
			return auth.SignInOutput{}, err
		}
		return x.answer(session, status.NextStep)
	}
	in := x.start()
	if in.Password != "" {
		if err := x.limit(password, x.name()); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	if err := x.limitStart(in, x.name()); err != nil {
		return auth.SignInOutput{}, err
	}
	return session.Reauthenticate(ctx, in)
}
