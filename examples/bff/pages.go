package main

import (
	"html/template"
	"log/slog"
	"net/http"
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// show sends one of the program's own pages, which look like those of the sign-in.
func show(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	pages := template.Must(template.New("pages").Parse(markup))
	if err := pages.ExecuteTemplate(w, name, data); err != nil {
		slog.Error("a page could not be sent", "page", name, "error", err)
	}
}

const markup = `{{define "top"}}<!doctype html><html lang="en"><meta charset="utf-8">` +
	`<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.}} · Acme</title>` +
	`<link rel="icon" href="/auth/icon.svg"><link rel="stylesheet" href="/auth/style.css"><main><h1>{{.}}</h1>{{end}}` +
	`{{define "home"}}{{template "top" "Acme"}}<p class="lead">Signed in as {{.}}.</p><ul class="menu">` +
	`<li><a href="/payments">Payments</a></li><li><a href="/auth/account">Your account</a></li>` +
	`<li><a href="/inbox">Inbox</a></li><li><a href="/auth/sign-out">Sign out</a></li></ul></main>{{end}}` +
	`{{define "payments"}}{{template "top" "Payments"}}<p class="lead">You have proved who you are:</p><ul class="items">` +
	`{{range .}}<li>{{.Factor}} at {{.At.Format "15:04:05"}}</li>{{end}}</ul><p class="foot"><a href="/">Home</a></p></main>{{end}}` +
	`{{define "inbox"}}{{template "top" "Inbox"}}<p class="lead">What the pool has sent.</p><ul class="items">` +
	`{{range .Messages}}<li><div class="row"><strong>{{.Code}}</strong><span class="badge">{{.Medium}}</span></div>` +
	`<p class="hint">to {{.Destination}}: {{.Kind}}, at {{.At.Format "15:04:05"}}</p></li>{{else}}<li>Nothing yet.</li>{{end}}</ul>` +
	`<p class="hint">{{.User}} is there already, with the password {{.Password}} and an authenticator app that shows {{.AppCode}}.` +
	`</p><p class="foot"><a href="/inbox">Reload</a> · <a href="/">Home</a></p></main>{{end}}`

// inbox shows the messages of the pool in this process.
type inbox struct{ pool *authtest.Pool }

func (i inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i.pool == nil {
		http.NotFound(w, r)
		return
	}
	var names []string
	for _, request := range i.pool.Requests() {
		if name, ok := request.Body["Username"].(string); ok && request.Operation == "SignUp" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var messages []authtest.Message
	for _, name := range slices.Compact(names) {
		messages = append(messages, i.pool.Messages(name)...)
	}
	slices.SortStableFunc(messages, func(a, b authtest.Message) int { return b.At.Compare(a.At) })
	code, _ := authtest.TOTPCode(demo.TOTPSecret, i.pool.Now()) // never fails for a secret that is well-formed
	show(w, "inbox", map[string]any{
		"Messages": messages, "User": demo.Username, "Password": demo.Password, "AppCode": code,
	})
}
