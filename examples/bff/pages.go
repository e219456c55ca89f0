package main

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

//go:embed pages.html
var markup string

// show sends one of the program's own pages, which look like those of the sign-in.
func show(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	pages := template.Must(template.New("pages").Parse(markup))
	if err := pages.ExecuteTemplate(w, name, data); err != nil {
		slog.Error("a page could not be sent", "page", name, "error", err)
	}
}

// inbox shows the messages of the pool in this process.
type inbox struct{ pool *authtest.Pool }

func (i inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i.pool == nil {
		http.NotFound(w, r)
		return
	}
	var messages []authtest.Message
	for _, user := range i.pool.Users() {
		messages = append(messages, i.pool.Messages(user.Username)...)
	}
	slices.SortStableFunc(messages, func(a, b authtest.Message) int { return b.At.Compare(a.At) })
	code, _ := authtest.TOTPCode(demo.TOTPSecret, i.pool.Now()) // never fails for a secret that is well-formed
	show(w, "inbox", map[string]any{
		"Messages": messages, "User": demo.Username, "Password": demo.Password, "AppCode": code,
	})
}
