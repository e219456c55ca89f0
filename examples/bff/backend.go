package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// backend keeps no state of its own: a browser has the keys in its cookies, and the Client's Store
// has the records.
type backend struct {
	client *auth.Client
	secure bool // restrict cookies to https; set it wherever the page is served over https
}

const (
	sessionCookie = "session" // the key of one sign-in
	deviceCookie  = "device"  // the key of one browser, for everybody who signs in on it
	deviceAge     = 365 * 24 * time.Hour
	maxBody       = 128 << 10 // a passkey's answer takes about 10 kB
)

func (b backend) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", b.signIn)
	mux.HandleFunc("POST /sign-in/answer", b.answer)
	mux.HandleFunc("POST /device", b.remember)
	mux.HandleFunc("GET /me", b.me)
	mux.HandleFunc("POST /sign-out", b.signOut)
	// Browsers also send the cookies with requests that pages of other sites make.
	return http.NewCrossOriginProtection().Handler(mux)
}

// signIn uses a new key for each sign-in: somebody else may know the key that the browser sent
// (session fixation).
func (b backend) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct{ Username, Password string }
	if !read(w, r, &in) {
		return
	}
	if err := end(r.Context(), b.session(r)); err != nil {
		fail(w, err)
		return
	}
	scope := cookie(r, deviceCookie)
	if scope == "" {
		scope = rand.Text()
	}
	key := rand.Text()
	b.setCookie(w, sessionCookie, key, 0)
	b.setCookie(w, deviceCookie, scope, deviceAge)
	out, err := b.client.Session(key).OnDevice(scope).SignIn(r.Context(), auth.SignInInput{
		Username: in.Username, Password: in.Password, DeviceName: r.UserAgent(),
	})
	reply(w, out, err)
}

func (b backend) answer(w http.ResponseWriter, r *http.Request) {
	var in struct{ StepID, ChallengeResponse string }
	if !read(w, r, &in) {
		return
	}
	out, err := b.session(r).ConfirmSignIn(r.Context(), auth.ConfirmSignInInput{
		StepID: in.StepID, ChallengeResponse: in.ChallengeResponse,
	})
	reply(w, out, err)
}

func (b backend) remember(w http.ResponseWriter, r *http.Request) {
	reply(w, struct{}{}, device.RememberDevice(r.Context(), b.session(r)))
}

func (b backend) me(w http.ResponseWriter, r *http.Request) {
	user, err := b.session(r).CurrentUser(r.Context())
	reply(w, user, err)
}

func (b backend) signOut(w http.ResponseWriter, r *http.Request) {
	reply(w, struct{}{}, end(r.Context(), b.session(r)))
}

// end signs out. It succeeds when the session is gone here, even if Cognito could not be reached.
func end(ctx context.Context, session *auth.Session) error {
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); !errors.Is(err, auth.ErrSignOutIncomplete) {
		return err
	}
	return nil
}

// session returns the session that the browser's cookies name. Without cookies it returns a new
// session, which is signed out.
func (b backend) session(r *http.Request) *auth.Session {
	key := cookie(r, sessionCookie)
	if key == "" {
		key = rand.Text()
	}
	session := b.client.Session(key)
	if scope := cookie(r, deviceCookie); scope != "" {
		return session.OnDevice(scope)
	}
	return session
}

func cookie(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

func (b backend) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // the example has no TLS, so Secure is configurable
		Name: name, Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, Secure: b.secure, SameSite: http.SameSiteLaxMode,
	})
}

func read(w http.ResponseWriter, r *http.Request, in any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(in); err != nil {
		http.Error(w, "the body is not the expected JSON", http.StatusBadRequest)
		return false
	}
	return true
}

// reply sends the error, or the output: its JSON is Amplify's.
func reply(w http.ResponseWriter, out any, err error) {
	if err != nil {
		fail(w, err)
		return
	}
	send(w, http.StatusOK, out)
}

// fail sends the code and the message of the error. The cause stays on the server.
func fail(w http.ResponseWriter, err error) {
	var e *auth.Error
	switch {
	case !errors.As(err, &e) || e.Code == "":
		http.Error(w, "internal error", http.StatusInternalServerError)
	case errors.Is(err, auth.ErrUserUnAuthenticated), errors.Is(err, auth.ErrSessionExpired):
		send(w, http.StatusUnauthorized, failure{e.Code, e.Message})
	case auth.Retryable(err):
		send(w, http.StatusServiceUnavailable, failure{e.Code, e.Message})
	default:
		send(w, http.StatusBadRequest, failure{e.Code, e.Message})
	}
}

// failure has the members of Amplify's errors.
type failure struct {
	Name    auth.ErrorCode `json:"name"`
	Message string         `json:"message"`
}

func send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store") // a step may contain the secret of an authenticator app
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only if the browser has gone
}
