package auth

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Transport is an [http.RoundTripper] that sends the session's access token to a service:
//
//	client := &http.Client{Transport: &auth.Transport{
//		Session: session, Origins: []string{"https://api.example.com"},
//	}}
//
// The token goes to the Origins and nowhere else: a redirect to another host, or a link that the
// service returned, is followed without it. A request that has an Authorization header is sent as
// it is.
//
// The token is renewed before a request if it is about to expire. If the service refuses it with
// 401 Unauthorized, RoundTrip renews it and sends the request once more: the service's clock may be
// ahead, or the token was revoked. It does so only if the body can be sent again: if the request
// has GetBody, which [http.NewRequest] sets for the usual bodies. Otherwise, and if the token
// cannot be renewed now, the response is the service's. After a service has refused a new token as
// well, no token is renewed for it for a time, up to 30 seconds.
//
// The fields must not be changed after the first request. A Transport is safe for concurrent use.
//
// Errors, in the [*url.Error] of [http.Client], besides those of the service:
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrSessionExpired]: the session is over
//   - [ErrUserChanged]: the service refused the token, and somebody else has signed in since
//   - [ErrInvalidParameter]: a field is missing or bad, or the request has no URL
//   - the others of [Session.FetchAuthSession], if the token has expired and could not be renewed
//
// Not in Amplify.
type Transport struct {
	// Session is the person's session. Required.
	Session *Session
	// Origins are where the token may go: scheme, host and, unless it is the scheme's, port.
	// Required.
	Origins []string
	// Base sends the requests. Default: [http.DefaultTransport].
	Base http.RoundTripper
}

const transportVerb = "Transport"

// RoundTrip implements [http.RoundTripper].
func (t *Transport) RoundTrip(r *http.Request) (response *http.Response, err error) {
	// Only errors of this package get its name, not those of Base.
	trusted, err := t.trusts(r.URL)
	if err != nil {
		closeBody(r)
		return nil, inVerb(transportVerb, err)
	}
	if !trusted || r.Header.Get("Authorization") != "" {
		return t.base().RoundTrip(r)
	}
	current, err := t.Session.freshTokens(r.Context(), transportVerb, FetchAuthSessionInput{})
	if err != nil {
		closeBody(r)
		return nil, inVerb(transportVerb, err)
	}
	response, err = t.base().RoundTrip(current.authorize(r))
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return response, err
	}
	return t.repeat(r, current, response)
}

// repeat sends the request once more, with new tokens, after the service has refused those of sent.
func (t *Transport) repeat(r *http.Request, sent *decodedSession, refusal *http.Response) (*http.Response, error) {
	client := t.Session.client
	which := "refused " + sent.session.UserSub + " " + r.URL.Host
	if r.Body != nil && r.GetBody == nil || client.pauses.active(which, time.Now()) {
		return refusal, nil
	}
	renewed, err := t.Session.renew(r.Context(), transportVerb, sent, FetchAuthSessionInput{ForceRefresh: true})
	switch {
	case errors.Is(err, ErrUserUnAuthenticated), errors.Is(err, ErrUserChanged):
		discardBody(refusal)
		return nil, inVerb(transportVerb, err)
	case err != nil:
		return refusal, nil
	}
	again := renewed.authorize(r)
	if r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return refusal, nil
		}
	}
	discardBody(refusal)
	response, err := t.base().RoundTrip(again)
	switch {
	case err != nil:
	case response.StatusCode == http.StatusUnauthorized:
		client.pauses.failed(which, time.Now())
	default:
		client.pauses.over(which)
	}
	return response, err
}

func (t *Transport) base() http.RoundTripper {
	if t.Base == nil {
		return http.DefaultTransport
	}
	return t.Base
}

// authorize returns the request with the access token.
func (d *decodedSession) authorize(r *http.Request) *http.Request {
	authorized := r.Clone(r.Context())
	if authorized.Header == nil {
		authorized.Header = make(http.Header)
	}
	authorized.Header.Set("Authorization", "Bearer "+d.session.AccessToken.Raw)
	return authorized
}

// closeBody closes the body of a request that is not sent, as RoundTrip must.
func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// discardBody reads and closes the body, so that the connection can be used again, unless there is
// too much to read.
func discardBody(r *http.Response) {
	const small = 64 << 10
	_, _ = io.CopyN(io.Discard, r.Body, small)
	_ = r.Body.Close()
}

// trusts reports whether the token may go to the URL.
func (t *Transport) trusts(to *url.URL) (bool, error) {
	switch {
	case to == nil:
		return false, fail(ErrInvalidParameter, "the request has no URL")
	case t.Session == nil:
		return false, fail(ErrInvalidParameter, "Transport.Session is nil")
	case len(t.Origins) == 0:
		return false, fail(ErrInvalidParameter, "Transport.Origins is empty")
	}
	trusted := false
	for _, text := range t.Origins {
		origin, err := url.Parse(text)
		if err != nil || origin.Host == "" || *origin != (url.URL{Scheme: origin.Scheme, Host: origin.Host}) {
			return false, fail(ErrInvalidParameter, "Transport.Origins has an element that is not a scheme and a host")
		}
		trusted = trusted || origin.Scheme == to.Scheme && addressOf(origin) == addressOf(to)
	}
	return trusted, nil
}

// addressOf returns the host and port of a URL, whose scheme may imply the port.
func addressOf(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	case u.Scheme == "http":
		port = "80"
	}
	return strings.ToLower(u.Hostname()) + " " + port
}
