package main

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

//go:embed page
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "page/page.html"))

// pagePolicy allows the style sheet and the forms of the clock, and nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// shownRequests and shownMessages are how many of the newest the page shows.
const (
	shownRequests = 50
	shownMessages = 20
)

// view is what the page shows.
type view struct {
	Endpoint, UserPoolID, ClientID, ClientSecret, Issuer string

	Now time.Time
	// Ahead is how far the pool's clock is from that of the machine, or empty.
	Ahead    string
	Advances []string
	// Messages and Requests are the newest first.
	Messages []viewMessage
	Users    []viewUser
	Requests []viewRequest
}

type viewMessage struct {
	Username string
	authtest.Message
}

type viewUser struct {
	authtest.User
	Status, Contact string
	Factors         []string
	// TOTPCode is the code that the user's authenticator app shows now.
	TOTPCode string
	Devices  []authtest.Device
	Passkeys []authtest.Passkey
}

type viewRequest struct {
	authtest.Request
	Username string
}

func advances() []string { return []string{"30s", "5m", "1h", "24h"} }

func (s *site) view() view {
	now := s.pool.Now()
	v := view{
		Endpoint: s.pool.URL, UserPoolID: s.pool.UserPoolID, ClientID: s.pool.ClientID,
		ClientSecret: s.pool.ClientSecret, Issuer: s.pool.Issuer(),
		Now: now, Ahead: ahead(time.Until(now)), Advances: advances(),
	}
	for _, u := range s.pool.Users() {
		v.Users = append(v.Users, s.viewUser(u, now))
		for _, m := range s.pool.Messages(u.Username) {
			v.Messages = append(v.Messages, viewMessage{Username: displayName(u), Message: m})
		}
	}
	slices.SortStableFunc(v.Messages, func(a, b viewMessage) int { return b.At.Compare(a.At) })
	v.Messages = v.Messages[:min(len(v.Messages), shownMessages)]
	requests := s.pool.Requests()
	for _, r := range slices.Backward(requests[max(0, len(requests)-shownRequests):]) {
		v.Requests = append(v.Requests, viewRequest{Request: r, Username: usernameIn(r.Body)})
	}
	return v
}

func (s *site) viewUser(u authtest.User, now time.Time) viewUser {
	v := viewUser{
		User: u, Status: status(u), Contact: u.Attributes["email"],
		Devices: s.pool.Devices(u.Username), Passkeys: s.pool.Passkeys(u.Username),
	}
	if v.Contact == "" {
		v.Contact = u.Attributes["phone_number"]
	}
	for _, factor := range u.MFA {
		name := map[string]string{"SOFTWARE_TOKEN_MFA": "TOTP", "SMS_MFA": "SMS", "EMAIL_OTP": "e-mail"}[factor]
		if factor == u.PreferredMFA {
			name += " (preferred)"
		}
		v.Factors = append(v.Factors, name)
	}
	if u.TOTPSecret != "" {
		v.TOTPCode, _ = authtest.TOTPCode(u.TOTPSecret, now) // the pool has checked the secret
	}
	return v
}

// displayName is the address or the number of a user whose user name is the sub.
func displayName(u authtest.User) string {
	if u.Username != u.Sub {
		return u.Username
	}
	for _, name := range []string{"email", "phone_number"} {
		if value := u.Attributes[name]; value != "" {
			return value
		}
	}
	return u.Username
}

// Purpose is what the code is for, in words.
func (m viewMessage) Purpose() string { return strings.ToLower(strings.ReplaceAll(m.Kind, "_", " ")) }

// HasFactors reports whether there is a second factor, or the code of one.
func (v viewUser) HasFactors() bool { return len(v.Factors) > 0 || v.TOTPCode != "" }

// HasDevices reports whether there is a device or a passkey.
func (v viewUser) HasDevices() bool { return len(v.Devices)+len(v.Passkeys) > 0 }

// Name is displayName, for the template.
func (v viewUser) Name() string { return displayName(v.User) }

func status(u authtest.User) string {
	name := "confirmed"
	switch {
	case u.Attributes["identities"] != "":
		name = "from a provider"
	case u.Unconfirmed:
		name = "not confirmed"
	case u.TemporaryPassword:
		name = "must change the password"
	case u.ResetRequired:
		name = "must reset the password"
	}
	if u.Disabled {
		name += ", disabled"
	}
	return name
}

// usernameIn returns the user name in a request, or "".
func usernameIn(body map[string]any) string {
	for _, place := range []struct{ member, name string }{
		{"", "Username"},
		{"AuthParameters", "USERNAME"},
		{"ChallengeResponses", "USERNAME"},
		{"", "username"}, // at the pool's domain
	} {
		members := body
		if place.member != "" {
			members, _ = body[place.member].(map[string]any)
		}
		if value, _ := members[place.name].(string); value != "" {
			return value
		}
	}
	return ""
}

// ahead describes how far the pool's clock is ahead, or behind.
func ahead(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d > 0:
		return shortened(d) + " ahead"
	case d < 0:
		return shortened(-d) + " behind"
	}
	return ""
}

// shortened leaves out the zeros at the end: 1h0m0s is 1h.
func shortened(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = strings.TrimSuffix(text, zero[1:])
		}
	}
	return text
}

func (s *site) servePage(w http.ResponseWriter, _ *http.Request) {
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, s.view()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(text.Bytes()) // an error means that the client has gone
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pageFiles, "page/page.css")
}

// serveClockForm moves the clock by what a button says, or back to the time of the machine.
func (s *site) serveClockForm(w http.ResponseWriter, r *http.Request) {
	switch value := r.PostFormValue("advance"); {
	case value == "back":
		s.pool.Advance(-time.Until(s.pool.Now()).Round(time.Millisecond))
	case slices.Contains(advances(), value):
		d, _ := time.ParseDuration(value) // one of ours
		s.pool.Advance(d)
	default:
		http.Error(w, "the clock has no such button", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
