package loopback

import (
	"html/template"
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

var lastPage = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Language}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
<h1>{{.Title}}</h1>
{{with .Lead}}<p>{{.}}</p>{{end}}
<p>{{.Back}}</p>
</html>
`))

// writePage answers with the page at the end, which has neither scripts nor styles.
func writePage(w http.ResponseWriter, set texts.Set, title, lead texts.ID) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page := struct{ Language, Title, Lead, Back string }{
		Language: set.Language(), Title: set.Text(title), Back: set.Text(texts.BrowserBack),
	}
	if lead != "" {
		page.Lead = set.Text(lead)
	}
	_ = lastPage.Execute(w, page) // an error means that the browser has gone
}
