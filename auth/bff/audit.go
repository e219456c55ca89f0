package bff

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// An Event is something that happened which an audit wants to know. It holds no secret, and no name
// that was typed, because people type passwords into the wrong field.
type Event struct {
	Name    EventName
	Time    time.Time
	Subject string // of the person, where it is known: the sub
	Session string // the first characters of the hash of the session's id; empty if there is none
	Address netip.Addr
	Agent   string         // the browser's User-Agent, up to 256 bytes
	Reason  auth.ErrorCode // of a failure, where there is one
}

// An EventName is the kind of an [Event].
type EventName string

// The kinds of events, in the words of OWASP's Application Logging Vocabulary where it has them.
const (
	EventSignedIn       EventName = "authn_login_success"
	EventSignInFailed   EventName = "authn_login_fail"
	EventSignedOut      EventName = "authn_logout"
	EventPasswordChange EventName = "authn_password_change"
	EventPasswordFailed EventName = "authn_password_change_fail"
	EventSignedUp       EventName = "user_created"
	EventStepUp         EventName = "step_up_success"
	EventStepUpFailed   EventName = "step_up_fail"
	EventFactorsChanged EventName = "mfa_changed"
	EventDeviceChanged  EventName = "device_changed"
	EventDetailChanged  EventName = "user_updated"
	EventPasskeyChanged EventName = "passkey_changed"
	EventSessionEnded   EventName = "session_expired"
	EventCrossOrigin    EventName = "csrf_reject"
	EventRateLimited    EventName = "excess_rate_limit_exceeded"
)

const (
	maxAgent    = 256
	shownOfHash = 12
)

// report tells of an event in the exchange.
func (x *exchange) report(name EventName, reason auth.ErrorCode) {
	event := Event{Name: name, Address: x.address, Reason: reason}
	if x.person != nil {
		event.Subject, event.Session = x.person.UserSub, x.person.key
	}
	x.h.tell(x.r, event)
}

// report tells of an event outside of an exchange.
func (h *Handler) report(r *http.Request, key string, name EventName, reason auth.ErrorCode) {
	h.tell(r, Event{Name: name, Session: key, Address: h.clientAddress(r), Reason: reason})
}

func (h *Handler) tell(r *http.Request, event Event) {
	event.Time, event.Agent = time.Now(), r.UserAgent()[:min(len(r.UserAgent()), maxAgent)]
	hash := event.Session[strings.LastIndexByte(event.Session, '/')+1:]
	event.Session = hash[:min(len(hash), shownOfHash)]
	h.cfg.Logger.LogAttrs(r.Context(), slog.LevelInfo, "bff: "+string(event.Name),
		slog.String("sub", event.Subject), slog.String("session", event.Session),
		slog.String("address", event.Address.String()), slog.String("agent", event.Agent),
		slog.String("reason", string(event.Reason)))
	if h.cfg.OnEvent != nil {
		h.cfg.OnEvent(context.WithoutCancel(r.Context()), event)
	}
}

// codeOf returns the code of an error, or "".
func codeOf(err error) auth.ErrorCode {
	var e *auth.Error
	if errors.As(err, &e) {
		return e.Code
	}
	var code auth.ErrorCode
	errors.As(err, &code)
	return code
}
