package cookiestore

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// TestMemory_ends checks that a session is remembered until the first of its tokens expires, that
// the memory is bounded, and that a session that changes is forgotten.
func TestMemory_ends(t *testing.T) {
	t.Parallel()
	pool := authtest.New(t, authtest.Config{})
	response, err := http.Get(pool.JWKSURL())
	require.NoError(t, err)
	var keys json.RawMessage
	require.NoError(t, json.NewDecoder(response.Body).Decode(&keys))
	require.NoError(t, response.Body.Close())
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Config{
			Key: make([]byte, KeySize), CacheSize: 2,
			Pool: jwt.TrustedPool{
				UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID}, JWKS: keys, JWKSURL: "http://127.0.0.1:1/",
			},
		})
		require.NoError(t, err)
		sign := func(claims map[string]any) string {
			claims["sub"], claims["iat"] = "sub", time.Now().Unix()
			return pool.Sign(claims)
		}
		ask := func(n int, idLife time.Duration, work func(http.ResponseWriter, *http.Request)) {
			user := fmt.Sprint("user-", n)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			for what, value := range map[string]string{
				accessToken: sign(map[string]any{"username": user, "exp": time.Now().Add(time.Hour).Unix()}),
				idToken:     sign(map[string]any{"token_use": "id", "exp": time.Now().Add(idLife).Unix()}),
			} {
				r.AddCookie(s.cookie(s.names.of(user, what), value))
			}
			r.AddCookie(s.cookie(s.names.lastAuthUser, user))
			s.Middleware(http.HandlerFunc(work)).ServeHTTP(httptest.NewRecorder(), r)
		}
		load := func(_ http.ResponseWriter, r *http.Request) {
			_, err := s.Load(r.Context(), s.SessionKey(r.Context()))
			assert.NoError(t, err)
		}
		ask(1, time.Minute, load)
		assert.Equal(t, 1, s.known.Len())
		time.Sleep(time.Minute)
		ask(2, time.Hour, load)
		assert.Equal(t, 1, s.known.Len(), "the first has ended with its ID token")
		for n := range 5 {
			ask(n, time.Hour, load)
		}
		assert.Equal(t, 2, s.known.Len())
		ask(1, -time.Minute, load)
		assert.Equal(t, 2, s.known.Len(), "an ID token that has expired is left out, and nothing is remembered")

		ask(9, time.Hour, func(w http.ResponseWriter, r *http.Request) {
			load(w, r)
			key := s.SessionKey(r.Context())
			x := s.exchange(r.Context())
			_, remembered := s.known.Get(s.version(sessionRecord, x.now))
			assert.True(t, remembered)
			before := x.now
			there, err := s.Load(r.Context(), key)
			require.NoError(t, err)
			require.NoError(t, s.Delete(r.Context(), key, there))
			_, remembered = s.known.Get(s.version(sessionRecord, before))
			assert.False(t, remembered)
		})
	})
}

// TestExtra_comesBack encodes and decodes what is sealed.
func TestExtra_comesBack(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1795953149000)
	for name, e := range map[string]extra{
		"nothing":        {},
		"an end":         {ends: at},
		"an owner":       {owner: owner{1, 2, 3}},
		"an empty rest":  {rest: []byte{}},
		"a rest":         {rest: []byte("rest"), ends: at},
		"a large token":  {large: largeTokens{user: "alice", id: "id"}},
		"all":            {rest: []byte("rest"), ends: at, owner: owner{1}, large: largeTokens{"alice", "access", "id", "refresh"}},
		"a name in UTF8": {large: largeTokens{user: "用户", refresh: "refresh"}},
	} {
		assert.Equal(t, e, decodeExtra(e.encode()), name)
		assert.Equal(t, e.rest == nil && e.ends.IsZero() && e.large == largeTokens{}, e.empty(), name)
	}
}

func FuzzDecodeExtra(f *testing.F) {
	f.Add([]byte{})
	f.Add(extra{rest: []byte("rest"), ends: time.UnixMilli(1)}.encode())
	f.Add(extra{large: largeTokens{"alice", "access", "id", "refresh"}}.encode())
	f.Add(append([]byte{withLarge}, make([]byte, extraSize)...))
	f.Add(append(extra{large: largeTokens{user: "a"}}.encode()[:extraSize], 0xff, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := decodeExtra(data)
		if size := len(e.rest) + len(e.large.user) + len(e.large.access) + len(e.large.id) + len(e.large.refresh); size > len(data) {
			t.Errorf("%d bytes of %d", size, len(data))
		}
		if again := decodeExtra(e.encode()); !assert.ObjectsAreEqual(e.large, again.large) || string(e.rest) != string(again.rest) {
			t.Errorf("%v, then %v", e, again)
		}
	})
}

// FuzzClaimsOf: a token is anything, and its claims are those of their names and types.
func FuzzClaimsOf(f *testing.F) {
	for _, seed := range []string{
		`{"sub":"a","username":7,"email_verified":"true"}`, `{"Sub":"a"}`, `null`, `[]`, ``, `{"iat":1.5,"exp":1e3,"auth_time":"1"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		got := claimsOf("h." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".s")
		var want map[string]any
		if json.Unmarshal([]byte(payload), &want) != nil {
			want = nil
		}
		text, _ := want["sub"].(string)
		if got.subject != text {
			t.Errorf("%q, want %q", got.subject, text)
		}
		_ = claimsOf(payload)
	})
}
