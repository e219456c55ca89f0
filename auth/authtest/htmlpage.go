package authtest

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// htmlPage is what a page shows. It has no scripts.
type htmlPage struct {
	Title string
	// Problem says what was wrong with the form that was sent, Notice what has happened, Lead what
	// to do.
	Problem, Notice, Lead string
	// Secret is the key of an authenticator app, and QRCode its image.
	Secret string
	QRCode template.URL
	Forms  []htmlForm
	Links  []htmlLink
}

type htmlForm struct {
	ID     string
	Action template.URL
	Button string
	Hidden map[string]string
	Fields []formField
}

// formField is a field that must be filled in.
type formField struct {
	Name, Label, Type, Autocomplete, Value string
	// Choices makes the field one of several.
	Choices []formChoice
}

type formChoice struct{ Value, Label string }

type htmlLink struct {
	ID, Text string
	URL      template.URL
}

// pagePolicy forbids everything but the style sheet and the image of a QR code. It says nothing of
// form-action, by which browsers also judge the redirects that follow a form: to the app, and from
// there wherever the app likes.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

// show answers with a page.
func (p htmlPage) show(w http.ResponseWriter, status int) {
	var text bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&text, "page", p); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // an error means that the browser has gone
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	style, _ := pageFiles.ReadFile("pages/style.css") // it is embedded
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style) // an error means that the browser has gone
}

// The texts of the page for errors that the app must not be told.
const (
	textPageError = "An error was encountered with the requested page."
	textTooLate   = "Something went wrong"
)

// serveError is the page for errors that the app must not be told. It does not show what is in the
// query, which anybody can write.
func (m *managedLogin) serveError(w http.ResponseWriter, _ *http.Request) {
	showError(w, textPageError)
}

func showError(w http.ResponseWriter, text string) {
	htmlPage{Title: "Error", Problem: text}.show(w, http.StatusBadRequest)
}
