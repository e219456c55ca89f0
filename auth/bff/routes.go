package bff

import (
	"net/http"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A route is a page and its form. The JSON for scripts has the same paths and fields.
type route struct {
	path    string
	show    func(*exchange) (*Page, error)    // GET
	act     func(*exchange) (*outcome, error) // POST
	fields  string                            // what act takes, besides "return"; "userAttributes" are those asked for
	access  access
	budget  budget
	hides   bool // its answer does not tell, by its time either, whether there is such a user
	signsUp bool
	// redirects is for managed login.
	redirects bool
	large     bool // its answer may be that of a passkey
}

// access says who may use a route.
type access int

const (
	anyone   access = iota
	signedIn        // somebody who is signed in
	recently        // and has proved a factor within Config.Recent
)

var routes = []route{
	{
		path: "sign-in", show: signInPage, act: signIn,
		fields: "username password preferredChallenge", budget: password, hides: true,
	},
	{path: "step", show: stepPage, act: answerStep, fields: answerFields, budget: answer, hides: true, large: true},
	{path: "redirect", show: redirectPage, act: startRedirect, fields: "provider", redirects: true},
	{path: callbackRoute, show: callbackPage, redirects: true},
	{path: "remember", show: rememberPage, act: remember, fields: "remember", access: signedIn},

	{
		path: "sign-up", show: signUpPage, act: signUp,
		fields: "username password passwordAgain userAttributes", budget: message, hides: true, signsUp: true,
	},
	{
		path: "confirm", show: confirmPage, act: confirmSignUp,
		fields: "username confirmationCode", budget: code, hides: true, signsUp: true,
	},
	{
		path: "confirm/resend", show: confirmPage, act: resendSignUpCode,
		fields: "username", budget: message, hides: true, signsUp: true,
	},

	{path: "forgot", show: forgotPage, act: forgotPassword, fields: "username", budget: message, hides: true},
	{
		path: "reset", show: resetPage, act: resetPassword,
		fields: "username confirmationCode newPassword newPasswordAgain", budget: code, hides: true,
	},

	{
		path: "verify", show: verifyPage, act: sendVerification,
		fields: "userAttributeKey", access: signedIn, budget: message,
	},
	{
		path: "verify/confirm", show: verifyCodePage, act: confirmVerification,
		fields: "userAttributeKey confirmationCode", access: signedIn, budget: answer,
	},

	{
		path: "step-up", show: stepUpPage, act: stepUp,
		fields: "password preferredChallenge " + answerFields, access: signedIn, budget: answer, large: true,
	},
	{path: "sign-out", show: signOutPage, act: signOut, fields: "everywhere"},
	{path: "user", show: userPage, access: signedIn},

	{path: "account", show: accountPage, access: signedIn},
	{path: "account/factors", show: factorsPage, act: changeFactor, fields: "factor preference", access: recently},
	{
		path: "account/totp", show: totpPage, act: setUpTOTP,
		fields: "start cancel code friendlyDeviceName", access: recently, budget: answer,
	},
	{
		path: "account/password", show: passwordPage, act: changePassword,
		fields: "oldPassword newPassword newPasswordAgain", access: recently, budget: answer,
	},
	{
		path: "account/details", show: detailsPage, act: changeDetail,
		fields: "userAttributeKey value", access: recently,
	},
	{path: "account/devices", show: devicesPage, act: forgetDevice, fields: "deviceId", access: recently},
	{path: "account/passkeys", show: passkeysPage, act: deletePasskey, fields: "credentialId", access: recently},
	{path: "account/passkeys/start", act: startPasskey, access: recently},
	{
		path: "account/passkeys/complete", show: passkeysPage, act: completePasskey,
		fields: "credential", access: recently, large: true,
	},
}

const answerFields = "challengeResponse challengeResponseAgain stepId friendlyDeviceName userAttributes"

// takes reports whether the route's form has a field of that name.
func (rt *route) takes(name string) bool {
	if name == "return" || name == "person" && rt.access != anyone {
		return true
	}
	if group, _, nested := strings.Cut(name, "."); nested {
		name = group
	}
	for field := range strings.FieldsSeq(rt.fields) {
		if field == name {
			return true
		}
	}
	return false
}

func (rt *route) methods() string {
	var list []string
	if rt.show != nil {
		list = append(list, http.MethodGet, http.MethodHead)
	}
	if rt.act != nil {
		list = append(list, http.MethodPost)
	}
	return strings.Join(list, ", ")
}

// admit refuses whoever may not use the route, and then a form of a page that was shown to somebody
// else: in another tab another person may have signed in since. Only after it has succeeded, the
// route's page may be shown.
func (x *exchange) admit() error {
	if x.route.access != anyone {
		if err := x.admitPerson(); err != nil {
			return err
		}
	}
	x.allowed = true
	return nil
}

func (x *exchange) admitPerson() error {
	slide := x.r.URL.Query().Get("slide") != "false"
	person, err := x.h.visitor(x.w, x.r, slide)
	if err != nil {
		return err
	}
	x.person = person
	if x.route.access == recently {
		if err := Recent(x.h.cfg.Recent).check(person, time.Now()); err != nil {
			return err
		}
	}
	if whose := x.in["person"]; whose != "" && whose != person.mark() {
		return auth.ErrUserChanged
	}
	return nil
}
