package auth_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// markup is what somebody writes who hopes that a program shows it.
const markup = `<script>alert('x')</script>` + "\r\nSet-Cookie: a=b\u202e\x00"

// hostileCallbacks have STATE where the attempt's state goes.
var hostileCallbacks = map[string]struct {
	back string
	code auth.ErrorCode
}{
	"nothing":                  {"", auth.ErrOAuthSignIn},
	"no query":                 {callbackURI, auth.ErrOAuthSignIn},
	"a bare code":              {"5d1c5d9a-0b6a-4a0a-8a94-c3f0b4f6e3a1", auth.ErrOAuthSignIn},
	"neither code nor error":   {callbackURI + "?state=STATE", auth.ErrOAuthSignIn},
	"no state":                 {callbackURI + "?code=c", auth.ErrOAuthAttempt},
	"an empty state":           {callbackURI + "?code=c&state=", auth.ErrOAuthAttempt},
	"another state":            {callbackURI + "?code=c&state=ABCDEFGHIJKLMNOPQRSTUVWXYZ", auth.ErrOAuthAttempt},
	"half the state":           {callbackURI + "?code=c&state=STAT", auth.ErrOAuthAttempt},
	"more than the state":      {callbackURI + "?code=c&state=STATE%00", auth.ErrOAuthAttempt},
	"the state in lower case":  {callbackURI + "?code=c&state=state", auth.ErrOAuthAttempt},
	"two states":               {callbackURI + "?code=c&state=STATE&state=STATE", auth.ErrOAuthSignIn},
	"two codes":                {callbackURI + "?code=c&code=d&state=STATE", auth.ErrOAuthSignIn},
	"two errors":               {callbackURI + "?error=a&error=b&state=STATE", auth.ErrOAuthSignIn},
	"the answer in a fragment": {callbackURI + "#code=c&state=STATE", auth.ErrOAuthSignIn},
	"an error without a state": {callbackURI + "?error=access_denied", auth.ErrOAuthAttempt},
	"not a URL":                {"http://[::1?code=c&state=STATE", auth.ErrOAuthSignIn},
	"a broken escape":          {callbackURI + "?code=%zz&state=STATE", auth.ErrOAuthSignIn},
	"semicolons":               {callbackURI + "?code=c;state=STATE", auth.ErrOAuthSignIn},
	"a control character":      {callbackURI + "?code=c\x00&state=STATE", auth.ErrOAuthSignIn},
	"an endless URL":           {callbackURI + "?state=STATE&code=" + strings.Repeat("c", 1<<20), auth.ErrOAuthSignIn},
	"an endless state":         {callbackURI + "?code=c&state=" + strings.Repeat("s", 10_000), auth.ErrOAuthAttempt},
}

func TestHostileCallbacks(t *testing.T) {
	t.Parallel()
	for name, tt := range hostileCallbacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			good := f.callback(t, auth.SignInWithRedirectInput{})
			before, err := f.store.Load(t.Context(), "test")
			require.NoError(t, err)
			state := authorizeQuery(t, strings.Replace(good, callbackURI, f.pool.URL+"oauth2/authorize", 1)).Get("state")
			back := strings.NewReplacer("STATE", state, "state=state", "state="+strings.ToLower(state)).Replace(tt.back)
			e := f.failure(t, back, tt.code)
			assert.NotContains(t, e.Error(), state)
			assert.Less(t, len(e.Error()), 2000)
			after, err := f.store.Load(t.Context(), "test")
			require.NoError(t, err)
			assert.Equal(t, before, after, "the session is untouched")
			assert.Zero(t, f.exchanges(), "nothing was sent")
			assert.Equal(t, []auth.EventName{auth.EventSignInWithRedirectFailure}, f.eventNames())
			f.complete(t, good)
		})
	}
}

// TestPastedAddresses: what a person copies from a browser, and what a server sees of a request.
func TestPastedAddresses(t *testing.T) {
	t.Parallel()
	for name, paste := range map[string]func(string) string{
		"with spaces around it":  func(back string) string { return " \t" + back + "\r\n" },
		"without the host":       func(back string) string { return strings.TrimPrefix(back, "http://localhost:3000") },
		"the query only":         func(back string) string { return back[strings.Index(back, "?"):] },
		"with a fragment":        func(back string) string { return back + "#_=_" },
		"with other parameters":  func(back string) string { return back + "&session_state=x&iss=https://evil.example" },
		"with the app's own one": func(back string) string { return strings.Replace(back, "?", "?from=here&", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			f.complete(t, paste(f.callback(t, auth.SignInWithRedirectInput{})))
		})
	}
}

func TestRefusalsOfManagedLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		parameters string
		code       auth.ErrorCode
	}{
		"denied":       {"error=access_denied&error_description=User+cancelled", auth.ErrOAuthDenied},
		"no session":   {"error=login_required", auth.ErrOAuthLoginRequired},
		"mismatch":     {"error=redirect_mismatch", auth.ErrOAuthRedirectMismatch},
		"just linked":  {"error=invalid_request&error_description=Already+found+an+entry+for+username+Google_1", auth.ErrOAuthJustLinked},
		"no scope":     {"error=invalid_scope", auth.ErrOAuthSignIn},
		"a trigger":    {"error=invalid_request&error_description=PreSignUp+failed+with+error+no.", auth.ErrOAuthSignIn},
		"a code too":   {"error=server_error&code=c", auth.ErrOAuthSignIn},
		"something":    {"error=something_new", auth.ErrOAuthSignIn},
		"endless text": {"error=invalid_request&error_description=" + strings.Repeat("x", 10_000), auth.ErrOAuthSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			back := callbackURI + "?" + tt.parameters + "&state=" + f.begin(t, auth.SignInWithRedirectInput{}).State
			e := f.failure(t, back, tt.code)
			assert.False(t, auth.Retryable(e))
			assert.Less(t, len(e.Error()), 1000)
			assert.Zero(t, f.exchanges())
			f.fails(t, back, auth.ErrOAuthAttempt) // used up
			f.signInByRedirect(t, auth.SignInWithRedirectInput{})
		})
	}
}

// requireHarmless checks a text that somebody else has written.
func requireHarmless(t *testing.T, e *auth.Error) {
	t.Helper()
	assert.NotContains(t, e.Message, "<")
	assert.NotContains(t, e.Message, ">")
	assert.NotContains(t, e.Message, "'")
	for _, r := range e.Message {
		assert.True(t, r >= ' ' && r <= '~', "%q", r)
	}
	assert.Contains(t, e.Message, "alert", "it is readable all the same")
}

func TestTextsOfTheOtherSideAreEscaped(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	query := authorizeQuery(t, f.begin(t, auth.SignInWithRedirectInput{}).URL)
	state := query.Get("state")
	query = map[string][]string{"error": {markup}, "error_description": {markup}, "state": {state}}
	requireHarmless(t, f.failure(t, callbackURI+"?"+query.Encode(), auth.ErrOAuthSignIn))

	answer, err := json.Marshal(map[string]string{"error": markup, "error_description": markup})
	require.NoError(t, err)
	l := newLiar(t, func(w http.ResponseWriter, _ *http.Request, _ *liar) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(answer)
	})
	requireHarmless(t, l.failure(t, l.callback(t, auth.SignInWithRedirectInput{}), auth.ErrOAuthSignIn))
}

// FuzzCallback gives any text to a session with an attempt: nothing is sent without its state, and
// the error is typed.
func FuzzCallback(f *testing.F) {
	for _, tt := range hostileCallbacks {
		f.Add(tt.back)
	}
	fixture := newLogin(f, authtest.Config{})
	state := fixture.begin(f, auth.SignInWithRedirectInput{}).State
	before, err := fixture.store.Load(f.Context(), "test")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, back string) {
		if strings.Contains(back, state) {
			return // whoever knows the state may spend the attempt
		}
		_, err := fixture.CompleteSignInWithRedirect(t.Context(), back)
		require.ErrorIs(t, err, auth.ErrOAuthSignIn)
		require.Less(t, len(err.Error()), 2000)
		after, err := fixture.store.Load(t.Context(), "test")
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.Zero(t, fixture.exchanges())
	})
}
