package authtest

import (
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/skip2/go-qrcode"
)

// dialogue is a sign-in that waits for an answer on a page. The browser has a handle for it, and
// never the session of the challenge, which can be answered through the API.
type dialogue struct {
	client            *appClient
	username, session string
	challenge         string
	parameters        map[string]string
	// secret is that of the authenticator app to set up, if any.
	secret string
}

// challengePage is the page that asks for the answer to a challenge.
type challengePage struct {
	title string
	// forms are the forms of the page, of which one is sent.
	forms func(m *managedLogin, d dialogue) []challengeForm
}

// challengeForm is a form that answers a challenge. The names of its fields are those of the
// responses.
type challengeForm struct {
	ID, Button string
	Fields     []formField
}

type formField struct {
	Name, Label, Type, Autocomplete string
	// Choices makes the field one of several.
	Choices []formChoice
}

type formChoice struct{ Value, Label string }

func challengePages() map[string]challengePage {
	return map[string]challengePage{
		challengeTOTP:        {"Enter the code", codeForm("SOFTWARE_TOKEN_MFA_CODE", "Code that the app shows")},
		challengeSMS:         {"Enter the code", codeForm("SMS_MFA_CODE", "Code in the text message")},
		challengeEmail:       {"Enter the code", codeForm("EMAIL_OTP_CODE", "Code in the e-mail")},
		challengeSelectMFA:   {"Choose how to get a code", selectForm},
		challengeNewPassword: {"Choose a new password", newPasswordForm},
		challengeMFASetup:    {"Set up your authenticator app", setupForms},
	}
}

func codeForm(name, label string) func(*managedLogin, dialogue) []challengeForm {
	return func(*managedLogin, dialogue) []challengeForm {
		return []challengeForm{{ID: "code", Button: "Continue", Fields: []formField{
			{Name: name, Label: label, Type: "text", Autocomplete: "one-time-code"},
		}}}
	}
}

func selectForm(_ *managedLogin, d dialogue) []challengeForm {
	choices := []formChoice{}
	for _, factor := range d.list("MFAS_CAN_CHOOSE") {
		choices = append(choices, formChoice{factor, map[string]string{
			challengeSMS: "By text message", challengeTOTP: "From the authenticator app", challengeEmail: "By e-mail",
		}[factor]})
	}
	return []challengeForm{{ID: "choose", Button: "Continue", Fields: []formField{
		{Name: "ANSWER", Label: "Where the code comes from", Choices: choices},
	}}}
}

// newPasswordForm asks for the attributes that are missing as well.
func newPasswordForm(_ *managedLogin, d dialogue) []challengeForm {
	fields := []formField{{
		Name: "NEW_PASSWORD", Label: "New password", Type: "password", Autocomplete: "new-password",
	}}
	for _, name := range d.list("requiredAttributes") {
		label := strings.TrimPrefix(name, newAttributePrefix)
		fields = append(fields, formField{Name: name, Label: label, Type: "text", Autocomplete: "off"})
	}
	return []challengeForm{{ID: "new-password", Button: "Change the password", Fields: fields}}
}

// fieldAppCode is the first code of an authenticator app, which is no response to a challenge.
const fieldAppCode = "code"

func setupForms(_ *managedLogin, d dialogue) []challengeForm {
	forms := []challengeForm{}
	if d.secret != "" {
		forms = append(forms, challengeForm{ID: "app", Button: "Continue", Fields: []formField{
			{Name: fieldAppCode, Label: "Code that the app shows", Type: "text", Autocomplete: "one-time-code"},
		}})
	}
	if strings.Contains(d.parameters["MFAS_CAN_SETUP"], challengeEmail) {
		forms = append(forms, challengeForm{ID: "email", Button: "Get codes by e-mail", Fields: []formField{
			{Name: "EMAIL", Label: "Email", Type: "email", Autocomplete: "email"},
		}})
	}
	return forms
}

// list returns the JSON list in a parameter of the challenge.
func (d dialogue) list(parameter string) []string {
	var list []string
	_ = json.Unmarshal([]byte(d.parameters[parameter]), &list) // jsonText made it
	return list
}

// openDialogue shows the page of a challenge.
func (m *managedLogin) openDialogue(v visit, username string, out outcome) {
	d := dialogue{
		client: v.request.client, username: username,
		session: out.session, challenge: out.challenge, parameters: out.parameters,
	}
	if err := m.beginSetup(&d); err != nil {
		m.showLoginAgain(v, username, m.complaint(err))
		return
	}
	handle := newHandle()
	m.keepDialogue(handle, d)
	m.showChallenge(v, handle, d, "")
}

func (m *managedLogin) keepDialogue(handle string, d dialogue) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.login.dialogues.issue(handle, d)
}

// beginSetup gets the secret of the authenticator app, if one is to be set up.
func (m *managedLogin) beginSetup(d *dialogue) error {
	if d.challenge != challengeMFASetup || !strings.Contains(d.parameters["MFAS_CAN_SETUP"], challengeTOTP) {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	out, err := m.account().associateSoftwareToken(associateSoftwareTokenInput{Session: d.session})
	if err != nil {
		return err
	}
	associated := out.(associateSoftwareTokenOutput)
	d.secret, d.session = associated.SecretCode, associated.Session
	return nil
}

func (m *managedLogin) account() *ownAccount { return &ownAccount{core: m.core, sessions: m.sessions} }

// challengeContent is what the page of a challenge shows.
type challengeContent struct {
	Lead, Dialogue string
	Secret         string
	QRCode         template.URL
	Forms          []challengeForm
}

func (m *managedLogin) showChallenge(v visit, handle string, d dialogue, problem string) {
	asked, served := challengePages()[d.challenge]
	if !served {
		m.showLoginAgain(v, d.username, "The pages do not serve "+d.challenge+".")
		return
	}
	content := challengeContent{Dialogue: handle, Secret: d.secret, Forms: asked.forms(m, d)}
	if sent := d.parameters["CODE_DELIVERY_DESTINATION"]; sent != "" {
		content.Lead = "The code was sent to " + sent + "."
	}
	if d.secret != "" {
		content.QRCode = qrCode(m.identity.id, d)
	}
	p := v.page(asked.title, content)
	p.Problem = problem
	m.show(v.w, http.StatusOK, "challenge", p)
}

// qrCode is the image of the Key URI of an authenticator app.
func qrCode(issuer string, d dialogue) template.URL {
	uri := "otpauth://totp/" + url.PathEscape(issuer+":"+d.username) + "?secret=" + d.secret +
		"&issuer=" + url.QueryEscape(issuer)
	const size = 200
	png, err := qrcode.Encode(uri, qrcode.Medium, size)
	if err != nil {
		return "" // the name is too long for a code; the key is on the page
	}
	//nolint:gosec // base64 needs no escaping
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
}

// sendChallenge answers the challenge of a dialogue. A wrong answer shows the page again, unless
// the sign-in is over.
func (m *managedLogin) sendChallenge(v visit) {
	handle := v.field("dialogue")
	d, found := m.findDialogue(handle)
	if !found || d.client.id != v.request.client.id {
		m.showLoginAgain(v, "", textExpiredSession)
		return
	}
	out, err := m.answerDialogue(handle, &d, v)
	switch {
	case err == nil:
		m.proceedTo(v, d.username, out)
	case m.canAnswer(d):
		m.showChallenge(v, handle, d, m.complaint(err))
	default:
		m.showLoginAgain(v, d.username, m.complaint(err))
	}
}

func (m *managedLogin) findDialogue(handle string) (dialogue, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.login.dialogues.find(handle)
}

// canAnswer reports whether the challenge is still open.
func (m *managedLogin) canAnswer(d dialogue) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.sessions.pending(d.session)
	return err == nil
}

// answerDialogue gives the engine the fields of the form.
func (m *managedLogin) answerDialogue(handle string, d *dialogue, v visit) (outcome, error) {
	if code := v.field(fieldAppCode); code != "" && d.secret != "" {
		if err := m.verifyApp(d, code); err != nil {
			return outcome{}, err
		}
		m.keepDialogue(handle, *d)
	}
	responses := map[string]string{"USERNAME": d.username}
	if secret := d.client.secret(); secret != "" {
		responses["SECRET_HASH"] = d.client.secretHash(secret, d.username)
	}
	for _, form := range challengePages()[d.challenge].forms(m, *d) {
		for _, field := range form.Fields {
			if value := v.field(field.Name); value != "" && field.Name != fieldAppCode {
				responses[field.Name] = value
			}
		}
	}
	in := respondToAuthChallengeInput{
		ChallengeName: d.challenge, ClientID: d.client.id, ChallengeResponses: responses, Session: d.session,
	}
	return m.answerChallenge(v.request.client, in)
}

// verifyApp checks the first code of the authenticator app that is being set up.
func (m *managedLogin) verifyApp(d *dialogue, code string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	out, err := m.account().verifySoftwareToken(verifySoftwareTokenInput{Session: d.session, UserCode: code})
	if err != nil {
		return err
	}
	d.session = out.(verifySoftwareTokenOutput).Session
	return nil
}
