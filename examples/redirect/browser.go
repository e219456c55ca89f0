package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// person fills in the forms of the pages, by the titles of the pages.
type person map[string]func() (form string, fields url.Values, err error)

func asAlice(pool *authtest.Pool) person {
	return person{
		"Sign in": func() (string, url.Values, error) {
			return "login", url.Values{"username": {demo.Username}, "password": {demo.Password}}, nil
		},
		"Enter the code": func() (string, url.Values, error) {
			code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now())
			return "code", url.Values{"SOFTWARE_TOKEN_MFA_CODE": {code}}, err
		},
	}
}

var asBob = person{
	"Sign in with Google": func() (string, url.Values, error) { return "person-1234", url.Values{}, nil },
}

// visit opens a page in a new browser and fills in one form after the other, until the browser is
// sent back to the program. It returns that address.
func (p person) visit(ctx context.Context, page string) (callback string, err error) {
	cookies, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Jar: cookies, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callbackURL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	next, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
	for err == nil {
		var resp *http.Response
		if resp, err = browser.Do(next); err != nil {
			return "", err
		}
		if resp.StatusCode == http.StatusFound {
			return resp.Header.Get("Location"), resp.Body.Close()
		}
		next, err = p.answer(resp)
	}
	return "", err
}

var (
	titles = regexp.MustCompile(`<title>(.*)</title>`)
	forms  = regexp.MustCompile(`(?s)<form id="(.*?)" method="post" action="(.*?)">(.*?)</form>`)
	hidden = regexp.MustCompile(`<input type="hidden" name="(.*?)" value="(.*?)">`)
)

// answer fills in the form of the page for which the person has an answer.
func (p person) answer(page *http.Response) (*http.Request, error) {
	text, err := io.ReadAll(page.Body)
	if err != nil {
		return nil, err
	}
	if err := page.Body.Close(); err != nil {
		return nil, err
	}
	title := titles.FindStringSubmatch(string(text))
	if title == nil || p[title[1]] == nil {
		return nil, fmt.Errorf("nobody knows what to do on the page %q", title)
	}
	name, fields, err := p[title[1]]()
	if err != nil {
		return nil, err
	}
	for _, form := range forms.FindAllStringSubmatch(string(text), -1) {
		if form[1] != name {
			continue
		}
		for _, field := range hidden.FindAllStringSubmatch(form[3], -1) {
			fields.Set(field[1], html.UnescapeString(field[2]))
		}
		fmt.Printf("  page %q: the form %s\n", title[1], name)
		return post(page.Request, html.UnescapeString(form[2]), fields)
	}
	return nil, fmt.Errorf("the page %q has no form %s", title[1], name)
}

// post sends a form of the page that the last request was for.
func post(from *http.Request, action string, fields url.Values) (*http.Request, error) {
	target, err := from.URL.Parse(action)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(
		from.Context(), http.MethodPost, target.String(), strings.NewReader(fields.Encode()),
	)
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, err
}
