package authtest

import (
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/url"
	"strings"

	"github.com/skip2/go-qrcode"
)

// dialogue is something that a person does on several pages: a sign-in that waits for the answer to
// a challenge, or a code that was sent. The browser has a handle for it, and never the session of
// the challenge, which can be answered through the API.
type dialogue struct {
	client             *appClient
	username           string
	session, challenge string
	parameters         map[string]string
	// secret is that of the authenticator app to set up, if any.
	secret string
	// signedUp says that the person has chosen the password on these pages just now.
	signedUp bool
}

// challengePage is the page that asks for the answer to a challenge. The fields of its forms, of
// which one is sent, have the names of the responses.
type challengePage struct {
	title string
	forms func(v visit, d dialogue) []htmlForm
}

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

const pathChallenge = "/login/challenge"

func codeForm(name, label string) func(visit, dialogue) []htmlForm {
	return func(v visit, _ dialogue) []htmlForm {
		return []htmlForm{v.form("code", pathChallenge, "Continue", codeField(name, label))}
	}
}

func selectForm(v visit, d dialogue) []htmlForm {
	labels := map[string]string{
		challengeSMS: "By text message", challengeTOTP: "From the authenticator app", challengeEmail: "By e-mail",
	}
	choices := []formChoice{}
	for _, factor := range d.list("MFAS_CAN_CHOOSE") {
		choices = append(choices, formChoice{factor, labels[factor]})
	}
	return []htmlForm{v.form("choose", pathChallenge, "Continue", formField{
		Name: "ANSWER", Label: "Where the code comes from", Choices: choices,
	})}
}

// newPasswordForm asks for the attributes that are missing as well.
func newPasswordForm(v visit, d dialogue) []htmlForm {
	fields := []formField{{
		Name: "NEW_PASSWORD", Label: "New password", Type: "password", Autocomplete: "new-password",
	}}
	for _, name := range d.list("requiredAttributes") {
		label := strings.TrimPrefix(name, newAttributePrefix)
		fields = append(fields, formField{Name: name, Label: label, Type: "text", Autocomplete: "on"})
	}
	return []htmlForm{v.form("new-password", pathChallenge, "Change the password", fields...)}
}

// fieldAppCode is the first code of an authenticator app, which is no response to a challenge.
const fieldAppCode = "code"

func setupForms(v visit, d dialogue) []htmlForm {
	forms := []htmlForm{}
	if d.secret != "" {
		code := codeField(fieldAppCode, "Code that the app shows")
		forms = append(forms, v.form("app", pathChallenge, "Continue", code))
	}
	if d.offers(challengeEmail) {
		forms = append(forms, v.form("email", pathChallenge, "Get codes by e-mail", formField{
			Name: "EMAIL", Label: "Email", Type: "email", Autocomplete: "email",
		}))
	}
	return forms
}

// offers reports whether the factor can be set up.
func (d dialogue) offers(factor string) bool {
	return strings.Contains(d.parameters["MFAS_CAN_SETUP"], `"`+factor+`"`)
}

// list returns the JSON list in a parameter of the challenge.
func (d dialogue) list(parameter string) []string {
	var list []string
	_ = json.Unmarshal([]byte(d.parameters[parameter]), &list) // jsonText made it
	return list
}

// openDialogue shows the page of a challenge.
func (lp *loginPages) openDialogue(v visit, username string, out outcome) {
	d := dialogue{
		client: v.request.client, username: username,
		session: out.session, challenge: out.challenge, parameters: out.parameters,
	}
	if err := lp.beginSetup(&d); err != nil {
		lp.showLoginWith(v, loginPage{username: username, problem: lp.complaint(err)})
		return
	}
	handle := newHandle()
	lp.keepDialogue(handle, d)
	lp.showChallenge(v, handle, d, "")
}

func (lp *loginPages) keepDialogue(handle string, d dialogue) {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	lp.login.dialogues.issue(handle, d)
}

func (lp *loginPages) findDialogue(handle string) (dialogue, bool) {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	return lp.login.dialogues.find(handle)
}

// beginSetup gets the secret of the authenticator app, if one is to be set up.
func (lp *loginPages) beginSetup(d *dialogue) error {
	if !d.offers(challengeTOTP) {
		return nil
	}
	in := associateSoftwareTokenInput{Session: d.session}
	out, err := lp.locked(func() (any, error) { return lp.account().associateSoftwareToken(in) })
	if err != nil {
		return err
	}
	associated := out.(associateSoftwareTokenOutput)
	d.secret, d.session = associated.SecretCode, associated.Session
	return nil
}

func (lp *loginPages) showChallenge(v visit, handle string, d dialogue, problem string) {
	asked, served := challengePages()[d.challenge]
	if !served {
		lp.showLoginWith(v, loginPage{username: d.username, problem: "The pages do not serve " + d.challenge + "."})
		return
	}
	p := htmlPage{Title: asked.title, Problem: problem, Secret: d.secret, Forms: asked.forms(v, d)}
	for _, form := range p.Forms {
		form.of(handle)
	}
	if sent := d.parameters["CODE_DELIVERY_DESTINATION"]; sent != "" {
		p.Lead = "The code was sent to " + sent + "."
	}
	if d.secret != "" {
		p.QRCode = qrCode(lp.identity.id, d)
	}
	v.show(p)
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
func (lp *loginPages) sendChallenge(v visit) {
	lp.inDialogue(v, func(handle string, d dialogue) {
		out, err := lp.answerDialogue(handle, &d, v)
		switch {
		case err == nil:
			lp.proceedTo(v, d.username, out)
		case lp.canAnswer(d):
			lp.showChallenge(v, handle, d, lp.complaint(err))
		default:
			lp.showLoginWith(v, loginPage{username: d.username, problem: lp.complaint(err)})
		}
	})
}

// canAnswer reports whether the challenge is still open.
func (lp *loginPages) canAnswer(d dialogue) bool {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	_, err := lp.sessions.pending(d.session)
	return err == nil
}

// answerDialogue gives the engine the fields of the form.
func (lp *loginPages) answerDialogue(handle string, d *dialogue, v visit) (outcome, error) {
	if code := v.field(fieldAppCode); code != "" && d.secret != "" {
		if err := lp.verifyApp(d, code); err != nil {
			return outcome{}, err
		}
		lp.keepDialogue(handle, *d)
	}
	asked, served := challengePages()[d.challenge]
	if !served {
		return outcome{}, notAuthorized(textInvalidSession)
	}
	call := v.request.calledFor(d.username)
	responses := map[string]string{"USERNAME": d.username, "SECRET_HASH": call.SecretHash}
	for _, form := range asked.forms(v, *d) {
		for _, field := range form.Fields {
			if value := v.field(field.Name); value != "" && field.Name != fieldAppCode {
				responses[field.Name] = value
			}
		}
	}
	return lp.answerChallenge(v.request.client, respondToAuthChallengeInput{
		ChallengeName: d.challenge, ClientID: d.client.id, ChallengeResponses: responses, Session: d.session,
	})
}

// verifyApp checks the first code of the authenticator app that is being set up.
func (lp *loginPages) verifyApp(d *dialogue, code string) error {
	in := verifySoftwareTokenInput{Session: d.session, UserCode: code}
	out, err := lp.locked(func() (any, error) { return lp.account().verifySoftwareToken(in) })
	if err != nil {
		return err
	}
	d.session = out.(verifySoftwareTokenOutput).Session
	return nil
}
