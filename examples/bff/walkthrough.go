package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

var (
	title  = regexp.MustCompile(`<title>([^<]+)</title>`)
	proofs = regexp.MustCompile(`<li>(\w+) at `)
	stepID = regexp.MustCompile(`name="stepId" value="([^"]+)"`)
)

// walkthrough plays the browser of a person who opens the payments.
func walkthrough(ctx context.Context, out io.Writer, pool *authtest.Pool, cfg auth.Config, web bff.Config) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	return serve(ctx, cfg, web, pool, "localhost:0", func(ctx context.Context, publicURL string) error {
		b := browser{Client: &http.Client{Jar: jar}, publicURL: publicURL, out: out}
		if _, err := b.page(ctx, http.MethodGet, "/payments", nil); err != nil {
			return err
		}
		step, err := b.page(ctx, http.MethodPost, "/auth/sign-in",
			url.Values{"username": {demo.Username}, "password": {demo.Password}, "return": {"/payments"}})
		if err != nil {
			return err
		}
		id := stepID.FindStringSubmatch(step)
		if id == nil {
			return errors.New("the page asks for no code")
		}
		code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now())
		if err != nil {
			return err
		}
		if _, err = b.page(ctx, http.MethodPost, "/auth/step",
			url.Values{"stepId": {id[1]}, "challengeResponse": {code}, "return": {"/payments"}}); err != nil {
			return err
		}
		_, err = b.page(ctx, http.MethodGet, "/payments", nil)
		return err
	})
}

type browser struct {
	*http.Client
	publicURL string
	out       io.Writer
}

// page requests a page, follows redirects, and prints where it ends and what the page is called.
func (b browser) page(ctx context.Context, method, path string, form url.Values) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, b.publicURL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return "", err
	}
	text := string(body)
	name := ""
	if found := title.FindStringSubmatch(text); found != nil {
		name = found[1]
	}
	for _, proof := range proofs.FindAllStringSubmatch(text, -1) {
		name += " " + proof[1]
	}
	_, err = fmt.Fprintf(b.out, "%s %s → %s: %s\n", method, path, response.Request.URL.Path, name)
	return text, err
}
