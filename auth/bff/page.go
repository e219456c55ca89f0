package bff

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// A Page is what a template is executed with. Which of its fields a page has depends on the page;
// everything in it may be shown to the person and, Setup above all, to nobody else.
type Page struct {
	Name     string // of the template, without ".html", such as "sign-in" or a step's name
	App      string // [Config].AppName
	Language string // for the lang attribute
	Prefix   string // [Config].Prefix, below which the assets are
	Tab      string // what the browser shows on its tab, with the App; "Error:" stands before it if there is an Error
	Title    string
	Lead     string
	Error    string // what went wrong; empty if nothing did
	Notice   string // what was done
	Facts    []Fact
	Forms    []Form // the first one is what the page is for
	Links    []Link

	// Step is the step of the sign-in that the page asks for, if it is one.
	Step auth.SignInStep
	// Setup has the QR code and the secret of an authenticator app that is being set up.
	Setup *Setup
	// Until is when the page is of no use any more; zero if there is no such time.
	Until time.Time
	// Passkey is WebAuthn's PublicKeyCredentialRequestOptionsJSON, for the script.
	Passkey string

	text func(texts.ID) string
	body any // the JSON of the page
}

// Text returns a text by its id in package texts, in the person's language.
func (p *Page) Text(id string) string { return p.text(texts.ID(id)) }

// A Fact is something that a page tells, such as a device.
type Fact struct{ Label, Value string }

// A Form is posted to Action.
type Form struct {
	Action string
	Title  string // empty for the form that the page is for
	Fields []Field
	Button string
}

// A Field is an input of a form.
type Field struct {
	Name, Label, Type string // Type is that of an <input>, or "radio" for a choice among Options
	Value             string
	Autocomplete      string
	InputMode         string
	Optional          bool
	ReadOnly          bool
	Options           []Option
}

// An Option is one of the values of a choice.
type Option struct {
	Value, Label string
	Checked      bool
}

// A Link leads to another page.
type Link struct{ Text, To string }

// A Setup is what an authenticator app needs. It is secret.
type Setup struct {
	QRCode template.HTML // an <svg>
	Secret string        // in groups of four
	URI    template.URL  // for an app on the same device
}

//go:embed templates
var embedded embed.FS

// assets are the files that the pages load.
var assets = []string{"style.css", "passkey.js"}

func asset(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Del("Vary") // it is the same for everybody
		http.ServeFileFS(w, r, embedded, "templates/"+name)
	})
}

// templates are those of the pages. A page whose name has none is made from "page".
type templates struct{ all *template.Template }

func newTemplates(replaced fs.FS) (templates, error) {
	all, err := template.ParseFS(embedded, "templates/*.html")
	if err != nil {
		return templates{}, fmt.Errorf("bff: %w", err)
	}
	if replaced == nil {
		return templates{all}, nil
	}
	if all, err = all.ParseFS(replaced, "*.html"); err != nil {
		return templates{}, fmt.Errorf("bff: Config.Templates: %w", err)
	}
	return templates{all}, nil
}

func (t templates) render(page *Page) ([]byte, error) {
	which := t.all.Lookup(page.Name + ".html")
	if which == nil {
		which = t.all.Lookup("page.html")
	}
	if which == nil {
		return nil, errors.New("bff: there is no page.html")
	}
	var out bytes.Buffer
	err := which.Execute(&out, page)
	return out.Bytes(), err
}

// show sends a page, or its JSON to a script.
func (x *exchange) show(status int, page *Page) {
	if x.script {
		x.sendJSON(status, page.body)
		return
	}
	page.App, page.Language, page.Prefix, page.text = x.h.cfg.AppName, x.texts.Language(), x.h.cfg.Prefix, x.text
	page.Tab = x.texts.Format(texts.PageTitle, texts.Params{Title: cmp.Or(page.Tab, page.Title), App: page.App})
	if page.Error != "" {
		page.Tab = x.texts.Format(texts.ErrorPageTitle, texts.Params{Title: page.Tab})
	}
	x.carry(page)
	html, err := x.h.templates.render(page)
	if err != nil {
		// The error of a template may quote what the page shows.
		x.h.cfg.Logger.ErrorContext(x.r.Context(), "bff: a template failed", "page", page.Name)
		http.Error(x.w, x.text(texts.ErrorGeneral), http.StatusInternalServerError)
		return
	}
	x.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	x.w.WriteHeader(status)
	if x.r.Method != http.MethodHead {
		_, _ = x.w.Write(html) //nolint:gosec // html/template escapes; fails only if the browser has gone
	}
}

// carry puts the way back into the page's forms, and whose they are.
func (x *exchange) carry(page *Page) {
	for i := range page.Forms {
		form := &page.Forms[i]
		if x.back != "" {
			form.Fields = append(form.Fields, hidden("return", x.back))
		}
		if x.person != nil && x.route.access != anyone {
			form.Fields = append(form.Fields, hidden("person", x.person.mark()))
		}
	}
}

func hidden(name, value string) Field { return Field{Name: name, Type: "hidden", Value: value} }

func (x *exchange) text(id texts.ID) string { return x.texts.Text(id) }

// page returns a page with the texts of a step.
func (x *exchange) page(name string, t texts.Page, p texts.Params) *Page {
	page := &Page{Name: name, Title: x.text(t.Title)}
	if t.Lead != "" {
		page.Lead = x.texts.Format(t.Lead, p)
	}
	return page
}

// textField is a field for text.
func (x *exchange) textField(name string, label texts.ID, autocomplete string) Field {
	return Field{Name: name, Label: x.text(label), Type: "text", Autocomplete: autocomplete}
}

// appNameField is the optional field for the name of an authenticator app.
func (x *exchange) appNameField() Field {
	field := x.textField("friendlyDeviceName", texts.FieldAppName, "off")
	field.Optional = true
	return field
}

// codeField is the field for a code that was sent or that an app shows.
func (x *exchange) codeField(name string, label texts.ID) Field {
	field := x.textField(name, label, "one-time-code")
	field.InputMode = "numeric"
	return field
}

// passwordField is the field for a password; it says whether it is a new one.
func (x *exchange) passwordField(name string, label texts.ID, isNew bool) Field {
	complete := "current-password"
	if isNew {
		complete = "new-password"
	}
	return Field{Name: name, Label: x.text(label), Type: "password", Autocomplete: complete}
}

// nameField tells a password manager whose password or code it is.
func (x *exchange) nameField(username string, shown bool) Field {
	field := x.textField("username", texts.FieldUsername, "username")
	field.Value = username
	if !shown {
		field.Type, field.ReadOnly = "hidden", true
	}
	return field
}

// attributeField is the field for an attribute of the user.
func (x *exchange) attributeField(name string) Field {
	field := Field{
		Name: "userAttributes." + name, Type: "text",
		Label: x.texts.Format(texts.ForAttribute(name), texts.Params{Name: strings.TrimPrefix(name, "custom:")}),
	}
	if kind, ok := inputs[name]; ok {
		field.Type, field.Autocomplete = kind[0], kind[1]
	}
	return field
}

// inputs are the type and the autocomplete of the fields for attributes.
var inputs = map[string][2]string{
	"address":            {"text", "street-address"},
	"birthdate":          {"date", "bday"},
	"email":              {"email", "email"},
	"family_name":        {"text", "family-name"},
	"given_name":         {"text", "given-name"},
	"middle_name":        {"text", "additional-name"},
	"name":               {"text", "name"},
	"nickname":           {"text", "nickname"},
	"phone_number":       {"tel", "tel"},
	"picture":            {"url", "off"},
	"preferred_username": {"text", "nickname"},
	"profile":            {"url", "url"},
	"website":            {"url", "url"},
}
