package bff

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// A Person is who is signed in on the browser that sent a request.
type Person struct {
	// Session acts for the person: it is what the verbs of packages auth, mfa, device and passkey
	// take. Its TokenSource and [auth.Transport] call services with the person's access token.
	Session *auth.Session
	// AuthSession has the person's id, the claims of the tokens, and the factors that they have
	// proved, with the times. Its tokens are secrets: they stay on this server.
	auth.AuthSession

	key string
}

// login returns what the person signed in with. After a managed login, which does not say, it is
// the e-mail address in the ID token, or the user name.
func (p *Person) login() string {
	var claims struct {
		Email string `json:"email"`
	}
	if p.atManagedLogin() {
		_ = p.IDToken.Claims(&claims) // fails if there is no ID token, or no address
	}
	return cmp.Or(p.SignInDetails.LoginID, claims.Email, p.AccessToken.Username)
}

// atManagedLogin reports whether the person signed in there, and has proved nothing here since.
func (p *Person) atManagedLogin() bool { return p.SignInDetails == auth.SignInDetails{} }

// mark distinguishes the person's forms from those of others.
func (p *Person) mark() string { return nameKey(p.UserSub)[:16] }

type personKey struct{}

// From returns the person whom [Handler.Require] let through, by the request's context; nil if it
// was not that request's handler.
func From(ctx context.Context) *Person {
	person, _ := ctx.Value(personKey{}).(*Person)
	return person
}

// A Requirement is what [Handler.Require] asks of a person besides being signed in: [MFA], [Recent]
// or [Group].
type Requirement struct {
	check func(*Person, time.Time) error
}

// always is longer ago than any proof.
const always = time.Duration(1<<63 - 1)

// MFA requires that the person proved two factors within that time, such as the password and a
// code; zero means at any time in this session. A remembered browser is not a factor. Whoever has a
// second factor is sent to a step-up, whoever has none to its set-up.
func MFA(within time.Duration) Requirement {
	return Requirement{func(p *Person, _ time.Time) error {
		if p.factors(within) < 2 {
			return errNeedsMFA
		}
		return nil
	}}
}

// Recent requires that the person proved any factor within that time, which has to be more than
// zero. A remembered browser is not a factor, and a renewed token proves nothing.
func Recent(within time.Duration) Requirement {
	return Requirement{func(p *Person, _ time.Time) error {
		if within <= 0 || p.factors(within) < 1 {
			return errNeedsProof
		}
		return nil
	}}
}

// Group requires that the person is in the group of the pool, by the access token.
func Group(name string) Requirement {
	return Requirement{func(p *Person, _ time.Time) error {
		if name == "" || !slices.Contains(p.AccessToken.Groups, name) {
			return errNotInGroup
		}
		return nil
	}}
}

// factors counts the different factors that were proved within a time.
func (p *Person) factors(within time.Duration) int {
	if within == 0 {
		within = always
	}
	count := 0
	for _, proof := range p.Factors {
		if proof.Factor != auth.FactorDevice && p.Proved(proof.Factor, within) {
			count++
		}
	}
	return count
}

var (
	errNobody     = &auth.Error{Op: "Require", Code: auth.ErrUserUnAuthenticated, Message: "nobody is signed in"}
	errTimedOut   = &auth.Error{Op: "Require", Code: auth.ErrSessionExpired, Message: "the session is idle or too old"}
	errNeedsMFA   = errors.New("bff: a second factor has to be proved")
	errNeedsProof = errors.New("bff: a factor has to be proved again")
	errNotInGroup = errors.New("bff: the person is not in the group")
)

// Require returns a handler that calls next for whoever is signed in and meets the requirements.
// [From] has the person. All others are answered here: the page of a browser is redirected to the
// sign-in, the step-up or the set-up of a second factor, and back afterwards; a script's request
// gets 401 or 403 and JSON. If the Store or Cognito cannot be asked, the answer is 503, which signs
// nobody out. A session that was ended elsewhere is noticed when its tokens are renewed, and leads
// to the sign-in.
//
// Requests that change something are refused if they name another origin than that of PublicURL, or
// come from another site. Pages with forms need a Referrer-Policy that is not "no-referrer": with
// it, browsers name no origin but "null". Answers are not kept by caches, unless next says
// otherwise.
func (h *Handler) Require(next http.Handler, requirements ...Requirement) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		w.Header().Set("Cache-Control", "no-store")
		if h.origins.foreign(r) {
			h.report(r, "", EventCrossOrigin, "")
			h.refuse(w, r, errCrossOrigin)
			return
		}
		r = r.WithContext(h.inBrowser(r))
		person, err := h.visitor(w, r, true)
		for _, requirement := range requirements {
			if err == nil {
				err = requirement.check(person, time.Now())
			}
		}
		if errors.Is(err, errNeedsMFA) {
			err = h.mfaError(r.Context(), person)
		}
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personKey{}, person)))
	})
}

// visitor returns who is signed in on the browser. The cookie of a session that has ended is
// dropped. That of an id which is not known stays: it may be the one from before a step-up, and an
// answer that drops it could come after the one that sets the new cookie, of the same name. It is
// worth nothing, and no session ever gets that id. A failure that may pass drops nothing.
func (h *Handler) visitor(w http.ResponseWriter, r *http.Request, slide bool) (*Person, error) {
	id := h.cookies.read(r, h.cookies.session)
	if id == "" {
		return nil, errNobody
	}
	key := forSession.key(id)
	session := h.cfg.Client.Session(key)
	if browser := h.cookies.read(r, h.cookies.browser); browser != "" {
		session = session.OnDevice(forBrowser.key(browser))
	}
	person, err := h.known(r.Context(), session, key, slide)
	switch {
	case err == nil:
		return person, nil
	case errors.Is(err, auth.ErrSessionExpired), errors.Is(err, auth.ErrTokenRefresh):
		h.cookies.clear(w, r, h.cookies.session)
		h.activity.drop(key)
		h.report(r, key, EventSessionEnded, codeOf(err))
		return nil, err
	case errors.Is(err, auth.ErrUserUnAuthenticated):
		h.activity.drop(key)
		return nil, err
	case errors.Is(err, auth.ErrCorruptRecord):
		return nil, errNobody // a new sign-in helps, but it may be this server that lacks the key
	default:
		return nil, &unavailable{err}
	}
}

// needsSignIn reports whether an error says that a new sign-in is needed.
func needsSignIn(err error) bool {
	return errors.Is(err, auth.ErrUserUnAuthenticated) || errors.Is(err, auth.ErrSessionExpired) ||
		errors.Is(err, auth.ErrTokenRefresh)
}

func (h *Handler) known(ctx context.Context, session *auth.Session, key string, slide bool) (*Person, error) {
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		return nil, err
	}
	if err := h.checkActivity(ctx, session, key, slide); err != nil {
		return nil, err
	}
	return &Person{Session: session, AuthSession: tokens, key: key}, nil
}

// mfaError returns errNeedsMFA for somebody who has a second factor to prove, and errNeedsSetUp for
// somebody who has none.
func (h *Handler) mfaError(ctx context.Context, person *Person) error {
	preference, err := mfa.FetchMFAPreference(ctx, person.Session)
	switch {
	case errors.Is(err, auth.ErrScopeNotGranted): // after a managed login; a step-up has all scopes
		return errNeedsMFA
	case err != nil:
		return &unavailable{err}
	case len(preference.Enabled) == 0:
		return errNeedsSetUp
	}
	return errNeedsMFA
}

var errNeedsSetUp = errors.New("bff: a second factor has to be set up")

// refuse answers a request that Require does not let through.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	x := h.outside(w, r)
	x.fail(err)
}

// outside returns an exchange for an answer to a request of the program's own.
func (h *Handler) outside(w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{h: h, w: w, r: r, route: &route{}, script: !navigation(r), address: h.clientAddress(r)}
	x.texts = h.languageOf(r)
	if safe(r) {
		x.back = localPath(r.URL.RequestURI())
	}
	return x
}
