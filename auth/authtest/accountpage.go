package authtest

import (
	"maps"
	"slices"
)

// signsUp reports whether people may create accounts.
func (m *managedLogin) signsUp() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	create := m.settings.shown.AdminCreateUserConfig
	return create == nil || !create.AllowAdminCreateUserOnly
}

func (m *managedLogin) registration() *registration {
	return &registration{core: m.core, sessions: m.sessions, hidden: m.hidden}
}

// calledFor is the common part of a call for the user, as the app client makes it.
func (q *authorizeRequest) calledFor(username string) signedOutCall {
	in := signedOutCall{ClientID: q.client.id, Username: username}
	if secret := q.client.secret(); secret != "" {
		in.SecretHash = q.client.secretHash(secret, username)
	}
	return in
}

func (m *managedLogin) showSignUp(v visit) { m.showSignUpWith(v, map[string]string{}, "") }

// showSignUpWith asks for what the pool requires, and for the addresses that it verifies.
func (m *managedLogin) showSignUpWith(v visit, values map[string]string, problem string) {
	fields := []formField{
		{Name: "username", Label: m.nameLabel(), Type: "text", Autocomplete: "username", Value: values["username"]},
		{Name: "password", Label: "Password", Type: "password", Autocomplete: "new-password"},
	}
	for _, name := range m.signUpAttributes() {
		fields = append(fields, formField{
			Name: name, Label: m.attributeLabel(name), Type: "text", Autocomplete: "on", Value: values[name],
		})
	}
	v.show(htmlPage{
		Title: "Create an account", Problem: problem,
		Forms: []htmlForm{v.form("sign-up", "/signup", "Create the account", fields...)},
		Links: []htmlLink{{"sign-in", "Sign in", v.carry("/login")}},
	})
}

// signUpAttributes are the attributes that the page asks for.
func (m *managedLogin) signUpAttributes() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	asked := slices.Clone(m.settings.cfg.RequiredAttributes)
	for _, name := range m.settings.cfg.AutoVerifiedAttributes {
		if !slices.Contains(asked, name) && len(m.settings.cfg.UsernameAttributes) == 0 {
			asked = append(asked, name)
		}
	}
	return slices.DeleteFunc(asked, func(name string) bool {
		return slices.Contains(m.settings.cfg.UsernameAttributes, name)
	})
}

func (m *managedLogin) attributeLabel(name string) string {
	if label := map[string]string{attrEmail: "Email", attrPhone: "Phone number", "name": "Name"}[name]; label != "" {
		return label
	}
	return name
}

// sendSignUp is SignUp. A person who need not be confirmed is signed in.
func (m *managedLogin) sendSignUp(v visit) {
	values, attributes := map[string]string{"username": v.field("username")}, map[string]string{}
	for _, name := range m.signUpAttributes() {
		attributes[name] = v.field(name)
	}
	maps.Copy(values, attributes)
	in := signUpInput{signedOutCall: v.request.calledFor(values["username"]), Password: v.field("password")}
	for name, value := range attributes {
		in.UserAttributes = append(in.UserAttributes, attribute{name, value})
	}
	out, err := locking(m, func() (any, error) { return m.registration().signUp(in) })
	if err != nil {
		m.showSignUpWith(v, values, m.complaint(err))
		return
	}
	d := dialogue{client: v.request.client, username: values["username"], signedUp: true}
	if out.(signUpOutput).UserConfirmed {
		m.signInNewUser(v, d)
		return
	}
	m.openConfirmation(v, d, "")
}

// locking runs an operation that wants the pool's lock held.
func locking(m *managedLogin, operation func() (any, error)) (any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return operation()
}

// signInNewUser signs a person in who has just chosen the password.
func (m *managedLogin) signInNewUser(v visit, d dialogue) {
	out, err := m.signInWithoutPassword(d)
	if err != nil {
		m.showLoginWith(v, loginPage{username: d.username, problem: m.complaint(err)})
		return
	}
	m.proceedTo(v, d.username, out)
}

func (m *managedLogin) signInWithoutPassword(d dialogue) (outcome, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	in, err := m.signingIn(beginning{
		client: d.client, onPage: true, parameters: map[string]string{"USERNAME": d.username},
	})
	if err != nil {
		return outcome{}, err
	}
	return m.afterFirstFactor(in)
}

// openConfirmation asks for the code of a sign-up.
func (m *managedLogin) openConfirmation(v visit, d dialogue, problem string) {
	handle := newHandle()
	m.keepDialogue(handle, d)
	m.showConfirmation(v, handle, htmlPage{Problem: problem})
}

func (m *managedLogin) showConfirmation(v visit, handle string, p htmlPage) {
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
func (m *managedLogin) inDialogue(v visit, answer func(handle string, d dialogue)) {
	handle := v.field("dialogue")
	d, found := m.findDialogue(handle)
	if !found || d.client.id != v.request.client.id {
		m.showLoginWith(v, loginPage{problem: textExpiredSession})
		return
	}
	answer(handle, d)
}

// sendConfirmation is ConfirmSignUp. Who has signed up on these pages just now is then signed in.
func (m *managedLogin) sendConfirmation(v visit) {
	m.inDialogue(v, func(handle string, d dialogue) {
		in := confirmSignUpInput{signedOutCall: v.request.calledFor(d.username), ConfirmationCode: v.field("code")}
		_, err := locking(m, func() (any, error) { return m.registration().confirmSignUp(in) })
		switch {
		case err != nil:
			m.showConfirmation(v, handle, htmlPage{Problem: m.complaint(err)})
		case d.signedUp:
			m.signInNewUser(v, d)
		default:
			m.showLoginWith(v, loginPage{username: d.username, notice: "The account is confirmed. Sign in."})
		}
	})
}

// sendCodeAgain is ResendConfirmationCode.
func (m *managedLogin) sendCodeAgain(v visit) {
	m.inDialogue(v, func(handle string, d dialogue) {
		in := resendConfirmationCodeInput{v.request.calledFor(d.username)}
		_, err := locking(m, func() (any, error) { return m.registration().resendConfirmationCode(in) })
		if err != nil {
			m.showConfirmation(v, handle, htmlPage{Problem: m.complaint(err)})
			return
		}
		m.showConfirmation(v, handle, htmlPage{Notice: "Another code was sent."})
	})
}

func (m *managedLogin) showForgotPassword(v visit) {
	m.showForgotPasswordWith(v, v.request.loginHint, "")
}

func (m *managedLogin) showForgotPasswordWith(v visit, username, problem string) {
	v.show(htmlPage{
		Title: "Reset your password", Problem: problem,
		Forms: []htmlForm{v.form("forgot-password", "/forgotPassword", "Send a code", formField{
			Name: "username", Label: m.nameLabel(), Type: "text", Autocomplete: "username", Value: username,
		})},
		Links: []htmlLink{{"sign-in", "Sign in", v.carry("/login")}},
	})
}

// sendForgotPassword is ForgotPassword.
func (m *managedLogin) sendForgotPassword(v visit) {
	username := v.field("username")
	in := forgotPasswordInput{v.request.calledFor(username)}
	out, err := locking(m, func() (any, error) { return m.registration().forgotPassword(in) })
	if err != nil {
		m.showForgotPasswordWith(v, username, m.complaint(err))
		return
	}
	handle := newHandle()
	m.keepDialogue(handle, dialogue{client: v.request.client, username: username})
	lead := "The code was sent to " + out.(forgotPasswordOutput).CodeDeliveryDetails.Destination + "."
	m.showReset(v, handle, htmlPage{Lead: lead})
}

func (m *managedLogin) showReset(v visit, handle string, p htmlPage) {
	p.Title = "Choose a new password"
	reset := v.form("reset", "/confirmforgotPassword", "Change the password", codeField("code", "Code"),
		formField{Name: "password", Label: "New password", Type: "password", Autocomplete: "new-password"})
	p.Forms = []htmlForm{reset.of(handle)}
	v.show(p)
}

// sendNewPassword is ConfirmForgotPassword.
func (m *managedLogin) sendNewPassword(v visit) {
	m.inDialogue(v, func(handle string, d dialogue) {
		in := confirmForgotPasswordInput{
			signedOutCall:    v.request.calledFor(d.username),
			ConfirmationCode: v.field("code"), Password: v.field("password"),
		}
		if _, err := locking(m, func() (any, error) { return m.registration().confirmForgotPassword(in) }); err != nil {
			m.showReset(v, handle, htmlPage{Problem: m.complaint(err)})
			return
		}
		m.showLoginWith(v, loginPage{username: d.username, notice: "The password is changed. Sign in."})
	})
}
