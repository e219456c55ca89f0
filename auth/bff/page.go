package bff

import (
	"html/template"
	"slices"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// A Page is what a template is executed with; see [Config.Templates]. Which of its fields a page
// has depends on the page. All of it may be shown to the person; Setup above all to nobody else.
//
// The Name of a page is "sign-in", "remember", "sign-up", "confirm", "forgot", "reset", "verify",
// "verify-code", "step-up", "sign-out", "account", "factors", "totp", "password", "details",
// "devices", "passkeys", "leave", "error" or, for a step of the sign-in, that of the step, such as
// "CONFIRM_SIGN_IN_WITH_TOTP_CODE".
type Page struct {
	Name     string // of the template, without ".html"
	App      string // [Config.AppName]
	Language string // for the lang attribute
	Prefix   string // [Config.Prefix], below which the assets are
	Version  string // of the assets; it is different when one of them is
	Tab      string // what the browser shows on its tab, with the App; "Error:" stands before it if there is an Error
	Title    string
	Lead     string // a sentence or two below the title
	Error    string // what went wrong; empty if nothing did
	ErrorAt  *Link  // leads to the field that the Error is about; nil if there is none
	Notice   string // what was done

	Setup     *Setup     // of an authenticator app
	Facts     []Fact     // what is told before the form
	Items     []Item     // what the person has, such as devices
	Forms     []Form     // the first one is what the page is for, unless it is quiet
	Next      *Link      // leads on where nothing is to be filled in; nil where there are Forms
	Providers []Provider // other places to sign in at
	Menu      []Link     // what the account pages are
	Help      *Help
	Links     []Link // what else is possible
	Until     *Until // when the page is of no use any more; nil if there is no such time

	// Step is the step of the sign-in that the page asks for, if it is one. A program's own
	// template for a custom challenge finds its parameters here.
	Step auth.SignInStep
	// StepID is that of the Step. Forms send it as "stepId", with the answer as
	// "challengeResponse".
	StepID string

	text func(texts.ID) string
	body any // the JSON of the page
}

// Text returns a text by its id in package texts, in the person's language.
func (p *Page) Text(id string) string { return p.text(texts.ID(id)) }

// Passkeys reports whether the page needs the script for passkeys.
func (p *Page) Passkeys() bool {
	return slices.ContainsFunc(p.Forms, func(form Form) bool { return form.Passkey != nil })
}

// HasWays reports whether one of the forms has other buttons than its first.
func (p *Page) HasWays() bool {
	return slices.ContainsFunc(p.Forms, func(form Form) bool { return len(form.Ways) > 0 })
}

// A Fact is something that a page tells, such as a question.
type Fact struct{ Label, Value string }

// An Item is something that a person has, with what can be done with it.
type Item struct {
	Title  string
	Badge  string // a word on its state; empty if there is nothing to say
	Detail string
	Forms  []Form
}

// A Form is posted to Action.
type Form struct {
	Action   string
	Above    string // what stands between this form and the one before it; empty for the first one
	Fields   []Field
	Show     string // the label of a box that shows the passwords; empty if the form has none
	Button   string
	Quiet    bool         // it is not what the page is for
	Scripted bool         // the button works with JavaScript only, and is hidden until then
	Hint     string       // below the button
	Or       string       // stands above Ways
	Ways     []Way        // other buttons
	Passkey  *PasskeyCall // what the script does with the form; nil for nothing
}

// OrScripted reports whether all Ways work with JavaScript only.
func (f Form) OrScripted() bool {
	return !slices.ContainsFunc(f.Ways, func(way Way) bool { return !way.Scripted })
}

// A Way is another button of a form. It sends a value of its own.
type Way struct {
	Name, Value, Label string
	Scripted           bool // as in Form
}

// A PasskeyCall tells the script for passkeys what a form is for, and what to say to a person.
type PasskeyCall struct {
	Call        string // "get", "create", "offer" or "show"; see passkey.js
	Options     string // WebAuthn's PublicKeyCredentialRequestOptionsJSON, to get
	Start       string // the path that has the options, to create
	Answer      string // the path that takes the answer, of an offer
	Stopped     string // the person stopped it
	Failed      string // the browser or the handler refused it
	Missing     string // the browser has no passkeys
	NeedsScript string // JavaScript is off
}

// A Field is an input of a form.
type Field struct {
	ID           string // for the label; unique on the page
	Name         string
	Label        string
	Type         string // that of an <input>, or "radio" for a choice among Options
	Value        string
	Autocomplete string
	InputMode    string
	Code         bool // digits, and perhaps blanks
	Optional     bool
	ReadOnly     bool
	Unseen       bool // not for the person but for their password manager
	Autofocus    bool
	Options      []Option
	Note         string // beside the label
	Link         *Link  // beside the label
	Hint         string // below the field
	Rules        *Rules // of a new password
	Error        string // what is wrong with it
}

// DescribedBy returns the ids of what describes the field, for aria-describedby.
func (f Field) DescribedBy() string {
	ids := ""
	for _, part := range []struct {
		there bool
		name  string
	}{{f.Error != "", "-error"}, {f.Hint != "", "-hint"}, {f.Rules != nil, "-rules"}} {
		if part.there {
			ids += " " + f.ID + part.name
		}
	}
	if ids == "" {
		return ""
	}
	return ids[1:]
}

// An Option is one of the values of a choice.
type Option struct {
	Value, Label string
	Checked      bool
}

// Rules are what a new password needs. They are a hint: Cognito decides.
type Rules struct {
	Title string
	Each  []string
}

// A Link leads to another page, or to a field. Before stands before it, such as a question.
type Link struct{ Before, Text, To string }

// A Provider is a place to sign in at, such as "Continue with Google".
type Provider struct{ Label, URL string }

// A Help answers a question for somebody who cannot go on.
type Help struct{ Question, Answer string }

// A Setup is what an authenticator app needs. It is secret.
type Setup struct {
	QRCode template.HTML // an <svg>
	Secret string        // in groups of four
	URI    template.URL  // for an app on the same device
}

// An Until says how long a page is good.
type Until struct {
	Time          time.Time
	Before, After string // the sentence around the time
	Left, LeftOne string // "59 seconds left" and "1 second left", for the script
	Over          string // what the script shows afterwards
}

// Seconds is how long the page is good. The script goes by that, because a person's clock may be
// wrong.
func (u Until) Seconds() int { return int(time.Until(u.Time).Seconds()) }

// Machine is the time for the datetime attribute.
func (u Until) Machine() string { return u.Time.UTC().Format(time.RFC3339) }

// Shown is the time for people. The server does not know their time zone; the script does.
func (u Until) Shown() string { return u.Time.UTC().Format("15:04 UTC") }
