package bff

import (
	"context"
	"errors"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A flow is what is under way in a browser before somebody is signed in: a sign-in, a sign-up or a
// new password. It has a cookie of its own, and its id can never become that of a session.
type flow struct {
	id      string
	session *auth.Session
	status  auth.Status
	memo    memo
}

// flow returns the browser's flow, or nil if there is none. An id that is not known is dropped.
func (x *exchange) flow() (*flow, error) {
	id := x.h.cookies.read(x.r, x.h.cookies.flow)
	if id == "" {
		return nil, nil
	}
	f := &flow{id: id, session: x.session(forFlow.key(id))}
	var err error
	var noted bool
	if f.memo, noted, err = readMemo(x.r.Context(), f.session); err == nil {
		f.status, err = f.session.Status(x.r.Context())
	}
	switch {
	case errors.Is(err, auth.ErrCorruptRecord):
		return nil, nil
	case err != nil:
		return nil, &unavailable{err}
	case !noted && f.status.State == auth.StateSignedOut && f.status.SignUp == nil && f.status.ResetPassword == nil:
		x.h.cookies.clear(x.w, x.r, x.h.cookies.flow)
		return nil, nil
	}
	return f, nil
}

// begin returns a new flow, which takes the place of the one that the browser has. Its cookies are
// set by keep.
func (x *exchange) begin() (*flow, error) {
	old, err := x.flow()
	if err != nil {
		return nil, err
	}
	if old != nil {
		if err := end(x.r.Context(), old.session); err != nil {
			return nil, &unavailable{err}
		}
	}
	x.ensureBrowserCookie()
	id := newID()
	return &flow{id: id, session: x.session(forFlow.key(id))}, nil
}

// resume returns the browser's flow, or a new one.
func (x *exchange) resume() (*flow, error) {
	f, err := x.flow()
	if err == nil && f == nil {
		f, err = x.begin()
	}
	return f, err
}

// ensureBrowserCookie sets the cookie by which the pool's remembered devices are found, if there is
// none.
func (x *exchange) ensureBrowserCookie() {
	name := x.h.cookies.browser
	if x.h.cookies.read(x.r, name) != "" {
		return
	}
	id := newID()
	x.h.cookies.set(x.w, name, id, browserAge)
	x.r = withCookie(x.r, name, id) // for the sessions of this exchange
}

// keep has the browser come back to the flow, and notes whose it is.
func (x *exchange) keep(f *flow, username string) error {
	if username != "" {
		f.memo.Username = username
		if err := writeMemo(x.r.Context(), f.session, f.memo); err != nil {
			return &unavailable{err}
		}
	}
	x.h.cookies.set(x.w, x.h.cookies.flow, f.id, 0)
	return nil
}

// username returns whose flow it is, as it was typed; it may be nil.
func (f *flow) username() string {
	switch {
	case f == nil:
		return ""
	case f.status.Username != "":
		return f.status.Username
	case f.status.SignUp != nil:
		return f.status.SignUp.Username
	case f.status.ResetPassword != nil:
		return f.status.ResetPassword.Username
	}
	return f.memo.Username
}

// finish ends a flow in which somebody has signed in: the session moves to a new id, and the old
// one is worthless from then on. Whoever was signed in on the browser before is signed out. At
// each point where it can fail, the browser has the cookie under which the session is.
func (x *exchange) finish(f *flow, out auth.SignInOutput) (*outcome, error) {
	ctx, now := x.r.Context(), time.Now()
	err := writeMemo(ctx, f.session, memo{Since: now, Seen: now})
	var session *auth.Session
	var key string
	if err == nil {
		session, key, err = x.move(f.session)
	}
	if err != nil {
		if f.id != "" { // or it is in the session of the request
			x.h.cookies.set(x.w, x.h.cookies.flow, f.id, 0) // answerStep goes on there
		}
		return nil, &unavailable{err}
	}
	x.h.cookies.clear(x.w, x.r, x.h.cookies.flow)
	x.endBefore()
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		return nil, &unavailable{err}
	}
	x.person = &Person{Session: session, AuthSession: tokens, key: key}
	x.report(EventSignedIn, "")
	return &outcome{to: x.afterSignIn(out), body: out}, nil
}

// endBefore ends the session that the request came with.
func (x *exchange) endBefore() {
	before := x.h.cookies.read(x.r, x.h.cookies.session)
	if before == "" {
		return
	}
	key := forSession.key(before)
	x.h.activity.drop(key)
	if err := end(x.r.Context(), x.session(key)); err != nil {
		x.h.cfg.Logger.WarnContext(x.r.Context(), "bff: the session before could not be ended", "error", err)
	}
}

// move gives a session a new id, and sets the browser's cookie to it. The old id is worthless from
// then on, so that nobody else who knows it profits from what was proved.
func (x *exchange) move(from *auth.Session) (session *auth.Session, key string, err error) {
	id := newID()
	key = forSession.key(id)
	session, err = from.MoveTo(x.r.Context(), auth.MoveToInput{Key: key, AtOnce: true})
	if err != nil {
		return nil, "", err
	}
	x.h.cookies.set(x.w, x.h.cookies.session, id, 0)
	return session, key, nil
}

// afterSignIn returns where a person goes after the last step: to the question whether to remember
// the browser, where the pool has it asked, to the confirmation of an address, if none is
// confirmed, and back.
func (x *exchange) afterSignIn(out auth.SignInOutput) string {
	switch {
	case x.route.redirects: // managed login has asked what it wanted to
	case out.NewDevice.ConfirmationNecessary:
		return x.h.at("remember", x.back)
	case len(x.unverified(x.r.Context())) > 0:
		return x.h.at("verify", x.back)
	}
	return x.h.back(x.back)
}

// renewID gives the person's session another id, because what it may do has changed. A request that
// is under way with the old id is answered as if nobody were signed in: with 401, or the sign-in
// page, which leads back at once if the browser has the new id by then. It changes nothing from
// that point on, and its answer does not remove the new cookie.
func (x *exchange) renewID() error {
	session, key, err := x.move(x.person.Session)
	if err != nil {
		return &unavailable{err}
	}
	x.h.activity.drop(x.person.key)
	x.person.Session, x.person.key = session, key
	return nil
}

// end signs out. It succeeds when the session is gone here, even if Cognito could not be told.
func end(ctx context.Context, session *auth.Session) error {
	_, err := session.SignOut(ctx, auth.SignOutInput{})
	if errors.Is(err, auth.ErrSignOutIncomplete) {
		return nil
	}
	return err
}
