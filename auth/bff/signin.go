package bff

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// withCookie returns the request as it would be if the browser had sent that cookie.
func withCookie(r *http.Request, name, value string) *http.Request {
	r = r.Clone(r.Context())
	r.AddCookie(&http.Cookie{Name: name, Value: value}) //nolint:gosec // it is not sent
	return r
}

// hasPassword reports whether a sign-in begins with a password.
func hasPassword(in auth.SignInInput) bool {
	switch in.AuthFlowType {
	case auth.AuthFlowCustomWithoutSRP:
		return false
	case auth.AuthFlowUserAuth:
		return in.PreferredChallenge == auth.AuthFactorPassword || in.PreferredChallenge == auth.AuthFactorPasswordSRP
	}
	return true
}

// notices are what the sign-in page says after something was done.
var notices = map[string]texts.ID{
	"reset":    texts.ResetDoneTitle,
	"sign-up":  texts.SignUpDoneTitle,
	"sign-out": texts.SignOutDone,
}

func signInPage(x *exchange) (*Page, error) {
	if x.r.Method != http.MethodPost {
		if _, err := x.h.visitor(x.w, x.r, true); err == nil {
			return x.alreadySignedIn()
		}
	}
	f, err := x.flow()
	if err != nil {
		return nil, err
	}
	name := cmp.Or(x.in["username"], f.username())
	page := &Page{
		Name:  "sign-in",
		Tab:   x.text(texts.SignInTitle),
		Title: x.texts.Format(texts.SignInHeading, texts.Params{App: x.h.cfg.AppName}),
		body:  map[string]bool{"isSignedIn": false},
	}
	if id, ok := notices[x.r.URL.Query().Get("done")]; ok {
		page.Notice = x.text(id)
	}
	form := Form{Action: x.h.at("sign-in", ""), Button: x.text(texts.Continue), Fields: []Field{x.nameField(name)}}
	if hasPassword(x.h.cfg.SignIn) {
		field := x.passwordField("password", texts.FieldPassword)
		field.Link = &Link{Text: x.text(texts.SignInForgot), To: x.h.at("forgot", x.back)}
		form.Fields, form.Button = append(form.Fields, field), x.text(texts.SignInButton)
	}
	if x.offerWays(&form) {
		form.Passkey = &PasskeyCall{Call: "offer", Answer: x.h.at("step", "")}
		for i := range form.Fields {
			form.Fields[i].Autocomplete += " webauthn" // passkeys are among what the browser fills in
		}
	}
	page.Forms = []Form{form}
	if !x.h.cfg.HideSignUp {
		page.Links = append(page.Links, Link{
			x.text(texts.SignInNoAccount), x.text(texts.SignUpTitle), x.h.at("sign-up", x.back),
		})
	}
	page.Providers = x.providerLinks()
	return page, nil
}

// ways are the texts of the first factors that can stand beside the password.
var ways = map[auth.AuthFactorType]texts.ID{
	auth.AuthFactorWebAuthn: texts.SignInWithPasskey,
	auth.AuthFactorEmailOTP: texts.SignInWithEmailCode,
	auth.AuthFactorSMSOTP:   texts.SignInWithSMSCode,
}

// offerWays adds the configured first factors to a form that begins a sign-in, and reports whether
// a passkey is one of them.
func (x *exchange) offerWays(form *Form) (passkeys bool) {
	for _, factor := range x.h.cfg.FirstFactors {
		form.Or = x.text(texts.Or)
		passkey := factor == auth.AuthFactorWebAuthn
		form.Ways = append(form.Ways, Way{"preferredChallenge", string(factor), x.text(ways[factor]), passkey})
		passkeys = passkeys || passkey
	}
	return passkeys
}

// start is the input of a sign-in, or of another proof, as the form and the configuration have it.
func (x *exchange) start() auth.SignInInput {
	in := x.h.cfg.SignIn
	in.Username, in.Password, in.DeviceName = x.in["username"], x.in["password"], deviceName(x.r)
	wish := auth.AuthFactorType(x.in["preferredChallenge"])
	if wish != "" {
		in.PreferredChallenge = wish
	}
	if slices.Contains(x.h.cfg.FirstFactors, wish) {
		in.AuthFlowType, in.Password = auth.AuthFlowUserAuth, ""
	}
	return in
}

// alreadySignedIn sends whoever is signed in to where they want to go.
func (x *exchange) alreadySignedIn() (*Page, error) {
	if x.script {
		return &Page{body: auth.SignInOutput{IsSignedIn: true, NextStep: auth.DoneSignInStep{}}}, nil
	}
	http.Redirect(x.w, x.r, x.h.back(x.back), http.StatusSeeOther)
	return nil, errAnswered
}

// errAnswered says that the request was answered already.
var errAnswered = errors.New("bff: answered")

func signIn(x *exchange) (*outcome, error) {
	in := x.start()
	if in.Username == "" {
		return nil, auth.ErrEmptySignInUsername
	}
	if err := x.limitStart(in, in.Username); err != nil {
		return nil, err
	}
	f, err := x.begin()
	if err != nil {
		return nil, err
	}
	out, err := f.session.SignIn(x.r.Context(), in)
	if err != nil {
		x.report(EventSignInFailed, codeOf(err))
		return nil, x.hidden(err)
	}
	return x.proceed(f, in.Username, out)
}

// proceed leads to the next step of a sign-in.
func (x *exchange) proceed(f *flow, username string, out auth.SignInOutput) (*outcome, error) {
	to := "step"
	switch out.NextStep.Name() {
	case auth.StepDone:
		return x.finish(f, out)
	case auth.StepConfirmSignUp:
		to = "confirm"
		if err := x.sendSignUpCode(f, username); err != nil {
			return nil, err
		}
	case auth.StepResetPassword:
		to = "reset" // without another code, which would make the one that was sent worthless
	default:
		username = "" // Status has it
	}
	if err := x.keep(f, username); err != nil {
		return nil, err
	}
	return &outcome{to: x.h.at(to, x.back), body: out}, nil
}

// hidden returns the error of a sign-in as it is shown: a wrong password, an unknown name, a locked
// and a disabled account are one, unless RevealUsers is set.
func (x *exchange) hidden(err error) error {
	var e *auth.Error
	if !errors.As(err, &e) || x.h.cfg.RevealUsers && e.Code != auth.ErrUserNotFound {
		return err
	}
	switch e.Code {
	case auth.ErrUserNotFound, auth.ErrNotAuthorized, auth.ErrLockedOut, auth.ErrUserDisabled,
		auth.ErrTemporaryPasswordExpired:
		return &auth.Error{Op: "SignIn", Code: auth.ErrNotAuthorized, Message: "Incorrect username or password."}
	}
	return err
}

func signOutPage(x *exchange) (*Page, error) {
	all := Form{
		Action: x.h.at("sign-out", ""), Above: x.text(texts.Or), Quiet: true, Hint: x.text(texts.SignOutEverywhereHint),
		Button: x.text(texts.SignOutEverywhere), Fields: []Field{hidden("everywhere", "on")},
	}
	return &Page{
		Name: "sign-out", Title: x.text(texts.SignOutTitle),
		Forms: []Form{{Action: x.h.at("sign-out", ""), Button: x.text(texts.SignOutButton)}, all},
		Links: []Link{{"", x.text(texts.NotNow), x.h.back(x.back)}},
	}, nil
}

// signOut signs out here or everywhere. It succeeds even if Cognito cannot be told; then the
// tokens, which no browser has, end by themselves.
func signOut(x *exchange) (*outcome, error) {
	done := signedOut{}
	if id := x.h.cookies.read(x.r, x.h.cookies.session); id != "" {
		key := forSession.key(id)
		out, err := x.session(key).SignOut(x.r.Context(), auth.SignOutInput{Global: x.in["everywhere"] != ""})
		if err != nil && !errors.Is(err, auth.ErrSignOutIncomplete) {
			return nil, &unavailable{err}
		}
		done = signedOut{out.WasSignedIn, out.Revoked, out.URL}
		x.h.activity.drop(key)
		x.h.report(x.r, key, EventSignedOut, codeOf(err))
	}
	if f, err := x.flow(); err == nil && f != nil {
		if err := end(x.r.Context(), f.session); err != nil {
			return nil, &unavailable{err}
		}
	}
	x.h.cookies.clear(x.w, x.r, x.h.cookies.session)
	x.h.cookies.clear(x.w, x.r, x.h.cookies.flow)
	if done.URL != "" { // the browser has a session there too
		return &outcome{to: done.URL, away: true, body: done}, nil
	}
	return &outcome{to: withDone(x.h.at("sign-in", ""), "sign-out"), body: done}, nil
}

// signedOut tells a script what worked.
type signedOut struct {
	WasSignedIn bool   `json:"wasSignedIn"`
	Revoked     bool   `json:"revoked"`
	URL         string `json:"url,omitempty"` // where a browser has to go, to end its session at managed login
}
