package authtest

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages
var pageFiles embed.FS

// pageTemplates are the pages by the name of their file, each within the layout.
var pageTemplates = parsePages("challenge", "error", "login")

func parsePages(names ...string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range names {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}

// htmlPage is what every page shows.
type htmlPage struct {
	Title string
	// Problem says what was wrong with the form that was sent.
	Problem string
	// Notice says what happened.
	Notice string
	// Query is that of the app's request, which every form and link carries along.
	Query template.URL
	// CSRF is the token of the forms.
	CSRF string
	// Content is what the page itself shows.
	Content any
}

// pagePolicy forbids everything but the style sheet and the image of a QR code. It says nothing of
// form-action, by which browsers also judge the redirects that follow a form: to the app, and from
// there wherever the app likes.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

// show answers with a page.
func (m *managedLogin) show(w http.ResponseWriter, status int, name string, p htmlPage) {
	var text bytes.Buffer
	if err := pageTemplates[name].ExecuteTemplate(&text, "layout", p); err != nil {
		m.report(err)
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
	m.showError(w, textPageError)
}

func (m *managedLogin) showError(w http.ResponseWriter, text string) {
	m.show(w, http.StatusBadRequest, "error", htmlPage{Title: "Error", Problem: text})
}
