package cookiestore

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// TestEncoding_isThatOfJSCookie compares with the output of js-cookie 3.0.8, for the name "n." and
// the text, with the text as its value.
func TestEncoding_isThatOfJSCookie(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"alice":                 "n.alice=alice",
		"a@b.c":                 "n.a%40b.c=a@b.c",
		"a b":                   "n.a%20b=a%20b",
		"ä😀":                    "n.%C3%A4%F0%9F%98%80=%C3%A4%F0%9F%98%80",
		"100%":                  "n.100%25=100%25",
		"%41":                   "n.%2541=%2541",
		"(x)":                   "n.%28x%29=(x)",
		"a;b=c,d":               "n.a%3Bb%3Dc%2Cd=a%3Bb=c%2Cd",
		`"q"`:                   "n.%22q%22=%22q%22",
		`\`:                     "n.%5C=%5C",
		"#$&+^`|":               "n.#$&+^`|=#$&+^`|",
		"tab\there":             "n.tab%09here=tab%09here",
		`{"loginId":"a b@c"}`:   "n.%7B%22loginId%22%3A%22a%20b%40c%22%7D={%22loginId%22:%22a%20b@c%22}",
		"-_.!~*'()/:<=>?@[]{}|": "n.-_.!~*'%28%29%2F%3A%3C%3D%3E%3F%40%5B%5D%7B%7D|=-_.!~*'()/:<=>?@[]{}|",
	} {
		assert.Equal(t, want, encodeName("n."+text)+"="+encodeValue(text))
		assert.Equal(t, cookies{"n." + text: text}, readCookies([]string{want}, all), want)
		c := settings{}.cookie("n."+text, text)
		require.NoError(t, c.Valid(), want)
		assert.True(t, strings.HasPrefix(c.String(), want+"; Path=/; Max-Age=31536000; Secure"), c.String())
	}
}

// TestReadCookies_readsAsJSCookie compares with what js-cookie 3.0.8 reads for the name "n". Amplify
// treats null and "" alike.
func TestReadCookies_readsAsJSCookie(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		`n="x y"`:           "x y",
		`n="`:               "",
		`n=%`:               "%",
		`n=%zz`:             "%zz",
		`n=%4z`:             "%4z",
		`n=%c3`:             "",
		`n=%C3%A4%`:         "ä%",
		`%zz=1; n=2`:        "2",
		`n=1; n=2`:          "1",
		`n=a=b`:             "a=b",
		`n="a`:              "",
		`n`:                 "",
		`n=%41%zz`:          "A%zz",
		`n=""`:              "",
		`n=%e4; n=ok`:       "ok",
		`a=1;n=2;;=3; `:     "2",
		"n={\"a\":\"b,c\"}": `{"a":"b,c"}`,
	} {
		assert.Equal(t, want, readCookies([]string{header}, all)["n"], header)
	}
	assert.Empty(t, readCookies(nil, all))
	assert.Empty(t, readCookies([]string{"%zz=1; a%ff=2"}, all), "malformed names")
	assert.Empty(t, readCookies([]string{"n=" + strings.Repeat("x", 3*maxCookie)}, all), "too long for a browser")
	many := strings.Repeat("a=1; ", 10) + "b=2"
	assert.Equal(t, cookies{"a": "1", "b": "2"}, readCookies([]string{many}, all))
	assert.Equal(t, cookies{"a": "1", "b": "2"}, readCookies([]string{"a=1", "b=2; a=3"}, all))
}

func TestReadCookies_isBounded(t *testing.T) {
	t.Parallel()
	var header strings.Builder
	for i := range 10 * maxRead {
		header.WriteString(pieceName("x", i) + "=1; ")
	}
	assert.Len(t, readCookies([]string{header.String()}, all), maxRead)
}

func all(_, _ string) bool { return true }

func FuzzReadCookies(f *testing.F) {
	for _, seed := range []string{
		"", "a=b", `a="b"`, "a=%41; a=2", "%zz=1;=;;a", `x={"a":1,"b":"c"}`, "a=%", "%C3%A4=%c3", "a\x00=b\xff; \"=\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		read := readCookies([]string{header}, all)
		if len(read) > maxRead {
			t.Errorf("%d cookies", len(read))
		}
		for name, value := range read {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				t.Errorf("%q=%q is not valid UTF-8", name, value)
			}
			if name == "" {
				continue // cannot be sent
			}
			c := settings{sameSite: http.SameSiteLaxMode}.cookie(name, value)
			if err := c.Valid(); err != nil {
				t.Fatal(err)
			}
			if again := readCookies([]string{c.Name + "=" + c.Value}, all); again[name] != value {
				t.Errorf("%q=%q comes back as %q", name, value, again)
			}
		}
	})
}

// TestForgedTokens_areNotRemembered signs out with forged tokens, as anyone can do as often as they like.
func TestForgedTokens_areNotRemembered(t *testing.T) {
	t.Parallel()
	const clientID = "1example23456789"
	s, err := New(Config{Key: make([]byte, KeySize), Pool: jwt.TrustedPool{UserPoolID: "us-east-1_EXAMPLE", ClientIDs: []string{clientID}}})
	require.NoError(t, err)
	assert.Equal(t, "[redacted] [redacted]", fmt.Sprintf("%+v %v", s, Config{Key: []byte("key")}))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Cookie", s.names.lastAuthUser+"=eve; "+s.names.of("eve", accessToken)+"=x; "+s.names.of("eve", refreshToken)+"=y")
	w := httptest.NewRecorder()
	s.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		key := s.SessionKey(r.Context())
		saved, err := s.Save(r.Context(), key, auth.Record{Data: []byte(`{"format":1,"clientId":"` + clientID + `"}`)})
		assert.NoError(t, err)
		assert.NoError(t, s.Delete(r.Context(), key, saved))
	})).ServeHTTP(w, r)
	assert.Len(t, w.Header()["Set-Cookie"], 3, "the browser must remove them")
	assert.Empty(t, s.renewals.byID)
}
