package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// browser plays the part of the page: it keeps cookies, and prints the answers.
type browser struct {
	name, url string
	client    http.Client
	stepID    string // of the step that waits for an answer
}

func newBrowser(name, url string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	return &browser{name: name, url: url, client: http.Client{Jar: jar}}, err
}

// story has Alice sign in on her laptop, remember it, and sign in again there and on another
// computer.
func story(ctx context.Context, pool *authtest.Pool, url string) error {
	laptop, err := newBrowser("laptop", url)
	if err != nil {
		return err
	}
	library, err := newBrowser("library", url)
	if err != nil {
		return err
	}
	code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now())
	if err != nil {
		return err
	}
	credentials := map[string]string{"username": demo.Username, "password": demo.Password}
	for _, request := range []struct {
		from         *browser
		method, path string
		body         map[string]string
	}{
		{laptop, http.MethodPost, "/sign-in", credentials},
		{laptop, http.MethodPost, "/sign-in/answer", map[string]string{"challengeResponse": "wrong"}},
		{laptop, http.MethodPost, "/sign-in/answer", map[string]string{"challengeResponse": code}},
		{laptop, http.MethodPost, "/device", nil},
		{laptop, http.MethodPost, "/sign-out", nil},
		{laptop, http.MethodGet, "/me", nil},
		{laptop, http.MethodPost, "/sign-in", credentials},
		{library, http.MethodPost, "/sign-in", credentials},
	} {
		if err := request.from.send(ctx, request.method, request.path, request.body); err != nil {
			return err
		}
	}
	return nil
}

func (b *browser) send(ctx context.Context, method, path string, body map[string]string) error {
	if _, ok := body["challengeResponse"]; ok {
		body["stepId"] = b.stepID
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, b.url+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", b.name)
	response, err := b.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // the body was read to its end
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if err := b.keepStepID(answer); err != nil {
		return err
	}
	// The id is another one in each run.
	shown := bytes.ReplaceAll(bytes.TrimSpace(answer), []byte(`"`+b.stepID+`"`), []byte(`"…"`))
	fmt.Printf("%s %s: %d %s\n", b.name, path, response.StatusCode, shown)
	return nil
}

// keepStepID keeps the id of a step, so that the next answer says which step it is for.
func (b *browser) keepStepID(answer []byte) error {
	var out struct{ StepID string }
	if err := json.Unmarshal(answer, &out); err != nil {
		return err
	}
	if out.StepID != "" {
		b.stepID = out.StepID
	}
	return nil
}
