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

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

//go:embed templates
var embedded embed.FS

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
	found, err := fs.Glob(replaced, "*.html")
	if err != nil || len(found) == 0 {
		return templates{all}, err
	}
	if all, err = all.ParseFS(replaced, found...); err != nil {
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
	x.complete(page)
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

// complete fills in what all pages have.
func (x *exchange) complete(page *Page) {
	page.App, page.Language, page.Prefix, page.text = x.h.cfg.AppName, x.texts.Language(), x.h.cfg.Prefix, x.text
	page.Version = x.h.assets.version
	page.Tab = x.texts.Format(texts.PageTitle, texts.Params{Title: cmp.Or(page.Tab, page.Title), App: page.App})
	if page.Error != "" {
		page.Tab = x.texts.Format(texts.ErrorPageTitle, texts.Params{Title: page.Tab})
	}
	used := map[string]int{}
	for i := range page.Forms {
		x.completeForm(&page.Forms[i], used)
	}
	for _, item := range page.Items {
		for i := range item.Forms {
			x.completeForm(&item.Forms[i], used)
		}
	}
	if x.failure != nil {
		x.markField(page)
	} else if len(page.Items) == 0 {
		focus(page)
	}
}

// completeForm puts the way back into a form, and whose it is. It gives each field an id that no
// other one of the page has.
func (x *exchange) completeForm(form *Form, used map[string]int) {
	if x.back != "" {
		form.Fields = append(form.Fields, hidden("return", x.back))
	}
	if x.person != nil && x.route.access != anyone {
		form.Fields = append(form.Fields, hidden("person", x.person.mark()))
	}
	for i := range form.Fields {
		field := &form.Fields[i]
		field.ID = "field-" + strings.ReplaceAll(cmp.Or(field.Name, "owner"), ":", "-")
		if used[field.ID]++; used[field.ID] > 1 {
			field.ID = fmt.Sprintf("%s-%d", field.ID, used[field.ID])
		}
		if field.Type == "password" {
			form.Show = x.text(texts.ShowPassword)
		}
	}
}

// focus has the cursor begin in the first field that is to be filled in.
func focus(page *Page) {
	if len(page.Forms) == 0 || page.Forms[0].Quiet {
		return
	}
	for i := range page.Forms[0].Fields {
		field := &page.Forms[0].Fields[i]
		if field.asks() && field.Value == "" && field.Type != "radio" {
			field.Autofocus = !field.Optional
			return
		}
	}
}

// asks reports whether the person fills in the field.
func (f *Field) asks() bool { return f.Type != "hidden" && !f.Unseen && !f.ReadOnly }

// page returns a page with the texts of a step.
func (x *exchange) page(name string, t texts.Page, p texts.Params) *Page {
	page := &Page{Name: name, Title: x.text(t.Title)}
	if t.Lead != "" {
		page.Lead = x.texts.Format(t.Lead, p)
	}
	return page
}

// until says how long a page is good; nil if there is no end.
func (x *exchange) until(end time.Time) *Until {
	if end.IsZero() {
		return nil
	}
	const mark = "\x00"
	before, after, _ := strings.Cut(x.texts.Format(texts.GoodUntil, texts.Params{Time: mark}), mark)
	return &Until{
		Time: end, Before: before, After: after,
		Left:    x.texts.Format(texts.TimeLeft, texts.Params{Left: 59 * time.Second}),
		LeftOne: x.texts.Format(texts.TimeLeft, texts.Params{Left: time.Second}),
		Over:    x.text(texts.ErrorSignInOver),
	}
}

func (x *exchange) text(id texts.ID) string { return x.texts.Text(id) }
