package authtest

import (
	"maps"
	"slices"
)

// signsUp reports whether people may create accounts.
func (lp *loginPages) signsUp() bool {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	create := lp.settings.shown.AdminCreateUserConfig
	return create == nil || !create.AllowAdminCreateUserOnly
}

// calledFor is the common part of a call for the user, as the app client makes it.
func (q *authorizeRequest) calledFor(username string) signedOutCall {
	in := signedOutCall{ClientID: q.client.id, Username: username}
	if secret := q.client.secret(); secret != "" {
		in.SecretHash = q.client.secretHash(secret, username)
	}
	return in
}

func (lp *loginPages) showSignUp(v visit) { lp.showSignUpWith(v, map[string]string{}, "") }

// showSignUpWith asks for what the pool requires, and for the addresses that it verifies.
func (lp *loginPages) showSignUpWith(v visit, values map[string]string, problem string) {
	fields := []formField{
		{Name: "username", Label: lp.nameLabel(), Type: "text", Autocomplete: "username", Value: values["username"]},
		{Name: "password", Label: "Password", Type: "password", Autocomplete: "new-password"},
	}
	for _, name := range lp.signUpAttributes() {
		fields = append(fields, formField{
			Name: name, Label: lp.attributeLabel(name), Type: "text", Autocomplete: "on", Value: values[name],
		})
	}
	v.show(htmlPage{
		Title: "Create an account", Problem: problem,
		Forms: []htmlForm{v.form("sign-up", "/signup", "Create the account", fields...)},
		Links: []htmlLink{{"sign-in", "Sign in", v.carry("/login")}},
	})
}

// signUpAttributes are the attributes that the page asks for.
func (lp *loginPages) signUpAttributes() []string {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	asked := slices.Clone(lp.settings.cfg.RequiredAttributes)
	for _, name := range lp.settings.cfg.AutoVerifiedAttributes {
		if !slices.Contains(asked, name) && len(lp.settings.cfg.UsernameAttributes) == 0 {
			asked = append(asked, name)
		}
	}
	return slices.DeleteFunc(asked, func(name string) bool {
		return slices.Contains(lp.settings.cfg.UsernameAttributes, name)
	})
}

func (lp *loginPages) attributeLabel(name string) string {
	if label := map[string]string{attrEmail: "Email", attrPhone: "Phone number", "name": "Name"}[name]; label != "" {
		return label
	}
	return name
}

// sendSignUp is SignUp. A person who need not be confirmed is signed in.
func (lp *loginPages) sendSignUp(v visit) {
	values, attributes := map[string]string{"username": v.field("username")}, map[string]string{}
	for _, name := range lp.signUpAttributes() {
		attributes[name] = v.field(name)
	}
	maps.Copy(values, attributes)
	in := signUpInput{signedOutCall: v.request.calledFor(values["username"]), Password: v.field("password")}
	for name, value := range attributes {
		in.UserAttributes = append(in.UserAttributes, attribute{name, value})
	}
	out, err := lp.locked(func() (any, error) { return lp.registration().signUp(in) })
	if err != nil {
		lp.showSignUpWith(v, values, lp.complaint(err))
		return
	}
	d := dialogue{client: v.request.client, username: values["username"], signedUp: true}
	if out.(signUpOutput).UserConfirmed {
		lp.signInNewUser(v, d)
		return
	}
	lp.openConfirmation(v, d, "")
}

// signInNewUser signs a person in who has just chosen the password.
func (lp *loginPages) signInNewUser(v visit, d dialogue) {
	out, err := lp.signInWithoutPassword(d)
	if err != nil {
		lp.showLoginWith(v, loginPage{username: d.username, problem: lp.complaint(err)})
		return
	}
	lp.proceedTo(v, d.username, out)
}

func (lp *loginPages) signInWithoutPassword(d dialogue) (outcome, error) {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	in, err := lp.signingIn(beginning{
		client: d.client, onPage: true, parameters: map[string]string{"USERNAME": d.username},
	})
	if err != nil {
		return outcome{}, err
	}
	return lp.afterFirstFactor(in)
}

// openConfirmation asks for the code of a sign-up.
func (lp *loginPages) openConfirmation(v visit, d dialogue, problem string) {
	handle := newHandle()
	lp.keepDialogue(handle, d)
	lp.showConfirmation(v, handle, htmlPage{Problem: problem})
}

func (lp *loginPages) showConfirmation(v visit, handle string, p htmlPage) {
	p.Title, p.Lead = "Confirm your account", "Enter the code that was sent to you."
	confirm := v.form("confirm", "/confirmUser", "Confirm", codeField("code", "Code"))
	again := v.form("resend", "/resendcode", "Send another code")
	p.Forms = []htmlForm{confirm.of(handle), again.of(handle)}
	v.show(p)
}

// of makes the form belong to the dialogue.
func (f htmlForm) of(handle string) htmlForm {
	f.Hidden["dialogue"] = handle
	return f
}

func codeField(name, label string) formField {
	return formField{Name: name, Label: label, Type: "text", Autocomplete: "one-time-code"}
}

// inDialogue calls answer for the dialogue of the form, or shows the first page.
func (lp *loginPages) inDialogue(v visit, answer func(handle string, d dialogue)) {
	handle := v.field("dialogue")
	d, found := lp.findDialogue(handle)
	if !found || d.client.id != v.request.client.id {
		lp.showLoginWith(v, loginPage{problem: textExpiredSession})
		return
	}
	answer(handle, d)
}

// sendConfirmation is ConfirmSignUp. Who has signed up on these pages just now is then signed in.
func (lp *loginPages) sendConfirmation(v visit) {
	lp.inDialogue(v, func(handle string, d dialogue) {
		in := confirmSignUpInput{signedOutCall: v.request.calledFor(d.username), ConfirmationCode: v.field("code")}
		_, err := lp.locked(func() (any, error) { return lp.registration().confirmSignUp(in) })
		switch {
		case err != nil:
			lp.showConfirmation(v, handle, htmlPage{Problem: lp.complaint(err)})
		case d.signedUp:
			lp.signInNewUser(v, d)
		default:
			lp.showLoginWith(v, loginPage{username: d.username, notice: "The account is confirmed. Sign in."})
		}
	})
}

// sendCodeAgain is ResendConfirmationCode.
func (lp *loginPages) sendCodeAgain(v visit) {
	lp.inDialogue(v, func(handle string, d dialogue) {
		in := resendConfirmationCodeInput{v.request.calledFor(d.username)}
		_, err := lp.locked(func() (any, error) { return lp.registration().resendConfirmationCode(in) })
		if err != nil {
			lp.showConfirmation(v, handle, htmlPage{Problem: lp.complaint(err)})
			return
		}
		lp.showConfirmation(v, handle, htmlPage{Notice: "Another code was sent."})
	})
}

func (lp *loginPages) showForgotPassword(v visit) {
	lp.showForgotPasswordWith(v, v.request.loginHint, "")
}

func (lp *loginPages) showForgotPasswordWith(v visit, username, problem string) {
	v.show(htmlPage{
		Title: "Reset your password", Problem: problem,
		Forms: []htmlForm{v.form("forgot-password", "/forgotPassword", "Send a code", formField{
			Name: "username", Label: lp.nameLabel(), Type: "text", Autocomplete: "username", Value: username,
		})},
		Links: []htmlLink{{"sign-in", "Sign in", v.carry("/login")}},
	})
}

// sendForgotPassword is ForgotPassword.
func (lp *loginPages) sendForgotPassword(v visit) {
	username := v.field("username")
	in := forgotPasswordInput{v.request.calledFor(username)}
	out, err := lp.locked(func() (any, error) { return lp.registration().forgotPassword(in) })
	if err != nil {
		lp.showForgotPasswordWith(v, username, lp.complaint(err))
		return
	}
	handle := newHandle()
	lp.keepDialogue(handle, dialogue{client: v.request.client, username: username})
	lead := "The code was sent to " + out.(forgotPasswordOutput).CodeDeliveryDetails.Destination + "."
	lp.showReset(v, handle, htmlPage{Lead: lead})
}

func (lp *loginPages) showReset(v visit, handle string, p htmlPage) {
	p.Title = "Choose a new password"
	reset := v.form("reset", "/confirmforgotPassword", "Change the password", codeField("code", "Code"),
		formField{Name: "password", Label: "New password", Type: "password", Autocomplete: "new-password"})
	p.Forms = []htmlForm{reset.of(handle)}
	v.show(p)
}

// sendNewPassword is ConfirmForgotPassword.
func (lp *loginPages) sendNewPassword(v visit) {
	lp.inDialogue(v, func(handle string, d dialogue) {
		in := confirmForgotPasswordInput{
			signedOutCall:    v.request.calledFor(d.username),
			ConfirmationCode: v.field("code"), Password: v.field("password"),
		}
		_, err := lp.locked(func() (any, error) { return lp.registration().confirmForgotPassword(in) })
		if err != nil {
			lp.showReset(v, handle, htmlPage{Problem: lp.complaint(err)})
			return
		}
		lp.showLoginWith(v, loginPage{username: d.username, notice: "The password is changed. Sign in."})
	})
}
