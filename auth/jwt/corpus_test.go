package jwt_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// badToken is a token that must be refused.
type badToken struct {
	token  string
	reason jwt.Reason
}

func (b badToken) run(t *testing.T, verify func(string) error) {
	t.Helper()
	err := verify(b.token)
	if b.reason == jwt.ErrUnknownKey && errors.Is(err, jwt.ErrKeysUnavailable) {
		return // the keys were fetched for another case a moment ago
	}
	require.ErrorIs(t, err, b.reason)
	var failure *jwt.Error
	require.ErrorAs(t, err, &failure)
	for part := range strings.SplitSeq(b.token, ".") {
		if len(part) > 8 {
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, failure), part)
		}
	}
}

// badAccessTokens returns valid access tokens with one fault each.
func badAccessTokens(tb testing.TB, p *stubPool) map[string]badToken {
	tb.Helper()
	all := map[string]badToken{}
	for _, group := range []map[string]badToken{
		badShapes(p.accessToken(tb, nil)), badAlgorithms(tb, p), badHeaders(tb, p), badPayloads(tb, p), badClaims(tb, p),
	} {
		maps.Copy(all, group)
	}
	return all
}

func badShapes(good string) map[string]badToken {
	parts := strings.Split(good, ".")
	last := strings.LastIndexByte(good, '.')
	malformed := map[string]string{
		"nothing":                   "",
		"a word":                    "token",
		"two dots":                  "..",
		"three million dots":        strings.Repeat(".", 3<<20),
		"as many dots as may be":    strings.Repeat(".", 16<<10),
		"three megabytes":           parts[0] + "." + strings.Repeat("a", 3<<20) + "." + parts[2],
		"a part too few":            parts[0] + "." + parts[1],
		"a part too many":           good + ".x",
		"an encrypted token":        "eyJjdHkiOiJKV1QifQ.a.b.c.d",
		"no header":                 "." + parts[1] + "." + parts[2],
		"no claims":                 parts[0] + ".." + parts[2],
		"padding":                   good + "==",
		"padded header":             parts[0] + "=." + parts[1] + "." + parts[2],
		"a trailing bit, header":    withTrailingBit(parts[0]) + "." + parts[1] + "." + parts[2],
		"a trailing bit, claims":    parts[0] + "." + withTrailingBit(parts[1]) + "." + parts[2],
		"a trailing bit":            parts[0] + "." + parts[1] + "." + withTrailingBit(parts[2]),
		"a line break in claims":    parts[0] + "." + parts[1][:8] + "\r\n" + parts[1][8:] + "." + parts[2],
		"a line break":              good[:last+9] + "\n" + good[last+9:],
		"a space":                   good + " ",
		"the other base64 alphabet": parts[0] + "." + parts[1] + ".+/" + parts[2][2:],
		"the JSON form":             `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"bytes":                     "\x00\xff.\x00\xff.\x00\xff",
	}
	all := map[string]badToken{}
	for name, token := range malformed {
		all["shape: "+name] = badToken{token, jwt.ErrMalformed}
	}
	all["shape: no signature"] = badToken{parts[0] + "." + parts[1] + ".", jwt.ErrBadSignature}
	all["shape: a short signature"] = badToken{good[:last+9], jwt.ErrBadSignature}
	return all
}

// withTrailingBit spells the same bytes in another way, with one of the bits set that base64 does
// not use. The text must have such bits.
func withTrailingBit(part string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	if len(part)%4 == 0 {
		panic("no bits are unused")
	}
	last := len(part) - 1
	return part[:last] + string(alphabet[strings.IndexByte(alphabet, part[last])|1])
}

func badAlgorithms(tb testing.TB, p *stubPool) map[string]badToken {
	tb.Helper()
	parts := strings.Split(p.accessToken(tb, nil), ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(tb, err)
	spki, err := x509.MarshalPKIXPublicKey(&p.key.PublicKey)
	require.NoError(tb, err)
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})
	kid := claims{"kid": keyID}
	sign := func(alg jose.SignatureAlgorithm, key any) badToken {
		return badToken{signAs(tb, alg, key, kid, payload), jwt.ErrBadSignature}
	}
	all := map[string]badToken{
		"HS256 with the public key as PEM": sign(jose.HS256, public),
		"HS256 with the public key as DER": sign(jose.HS256, spki),
		"HS256 with the modulus":           sign(jose.HS256, p.key.N.Bytes()),
		"RS384":                            sign(jose.RS384, p.key),
		"RS512":                            sign(jose.RS512, p.key),
		"PS256":                            sign(jose.PS256, p.key),
		"somebody else's key":              sign(jose.RS256, p.other),
	}
	for _, alg := range []any{"none", "None", "nOnE", "", "rs256", "RS256 ", nil} {
		for with, signature := range map[string]string{"": "", " with a signature": parts[2]} {
			head := encode(tb, merge(claims{"kid": keyID}, claims{"alg": alg}))
			all[fmt.Sprintf("alg %q%s", alg, with)] = badToken{head + "." + parts[1] + "." + signature, jwt.ErrBadSignature}
		}
	}
	return all
}

func badHeaders(tb testing.TB, p *stubPool) map[string]badToken {
	tb.Helper()
	payload := payloadOf(tb, p.accessToken(tb, nil))
	jwk := func(key *rsa.PrivateKey) claims { return webKey(keyID, &key.PublicKey) }
	sign := func(key any, header claims, reason jwt.Reason) badToken {
		return badToken{signAs(tb, jose.RS256, key, header, payload), reason}
	}
	raw := func(header string) badToken {
		return badToken{
			base64.RawURLEncoding.EncodeToString([]byte(header)) + p.accessToken(tb, nil)[strings.Index(p.accessToken(tb, nil), "."):],
			jwt.ErrMalformed,
		}
	}
	return map[string]badToken{
		"kid unknown":           sign(p.key, claims{"kid": "another"}, jwt.ErrUnknownKey),
		"kid missing":           sign(p.key, nil, jwt.ErrUnknownKey),
		"kid empty":             sign(p.key, claims{"kid": ""}, jwt.ErrUnknownKey),
		"kid a path":            sign(p.key, claims{"kid": "../../../dev/null"}, jwt.ErrUnknownKey),
		"kid a number":          sign(p.key, claims{"kid": 7}, jwt.ErrMalformed),
		"jwk of its own":        sign(p.other, claims{"kid": keyID, "jwk": jwk(p.other)}, jwt.ErrBadSignature),
		"jwk and another kid":   sign(p.other, claims{"kid": "another", "jwk": jwk(p.other)}, jwt.ErrUnknownKey),
		"jku":                   sign(p.other, claims{"kid": keyID, "jku": "https://evil.example/jwks.json"}, jwt.ErrBadSignature),
		"x5u":                   sign(p.other, claims{"kid": keyID, "x5u": "https://evil.example/x5u"}, jwt.ErrBadSignature),
		"x5c that is none":      sign(p.other, claims{"kid": keyID, "x5c": []string{"AAAA"}}, jwt.ErrBadSignature),
		"crit":                  sign(p.key, claims{"kid": keyID, "crit": []string{"exp"}, "exp": 1}, jwt.ErrMalformed),
		"crit empty":            sign(p.key, claims{"kid": keyID, "crit": []string{}}, jwt.ErrMalformed),
		"b64":                   sign(p.key, claims{"kid": keyID, "crit": []string{"b64"}, "b64": true}, jwt.ErrMalformed),
		"header of two algs":    raw(`{"alg":"RS256","alg":"none","kid":"` + keyID + `"}`),
		"header of two kids":    raw(`{"alg":"RS256","kid":"x","kid":"` + keyID + `"}`),
		"header a list":         raw(`["RS256"]`),
		"header cut off":        raw(`{"alg":"RS256","kid":"` + keyID + `"`),
		"header of two objects": raw(`{"alg":"RS256","kid":"` + keyID + `"}{}`),
	}
}

func badPayloads(tb testing.TB, p *stubPool) map[string]badToken {
	tb.Helper()
	good := string(payloadOf(tb, p.accessToken(tb, nil)))
	more := func(members string) string { return good[:len(good)-1] + "," + members + "}" }
	depth := 5000
	all := map[string]badToken{}
	for name, payload := range map[string]string{
		"two exp":          more(`"exp":99999999999`),
		"two client_id":    more(`"client_id":"other"`),
		"two token_use":    more(`"token_use":"id"`),
		"two of a custom":  more(`"a":1,"a":2`),
		"two, one escaped": more(`"\u0065xp":99999999999`),
		"a list":           "[" + good + "]",
		"a string":         `"` + issuer + `"`,
		"two objects":      good + "{}",
		"cut off":          good[:len(good)-1],
		"deep":             `{"x":` + strings.Repeat("[", depth) + strings.Repeat("]", depth-1) + "}",
		"no JSON":          "iss=" + issuer,
		"empty":            "",
		"null":             "null",
	} {
		all["claims: "+name] = badToken{signAs(tb, jose.RS256, p.key, claims{"kid": keyID}, []byte(payload)), jwt.ErrMalformed}
	}
	all["claims: other letter case"] = badToken{
		signAs(tb, jose.RS256, p.key, claims{"kid": keyID}, []byte(strings.Replace(good, `"exp"`, `"EXP"`, 1))), jwt.ErrMalformed,
	}
	all["claims: changed"] = badToken{changed(tb, p.accessToken(tb, nil), claims{"username": "mallory"}), jwt.ErrBadSignature}
	return all
}

func badClaims(tb testing.TB, p *stubPool) map[string]badToken {
	tb.Helper()
	now := time.Now()
	all := map[string]badToken{"an ID token": {p.idToken(tb, nil), jwt.ErrWrongUse}}
	for reason, cases := range map[jwt.Reason]map[string]claims{
		jwt.ErrExpired: {
			"expired":     {"exp": now.Add(-time.Minute).Unix()},
			"exp of 1970": {"exp": 1},
		},
		jwt.ErrNotYetValid: {
			"nbf":               {"nbf": now.Add(30 * time.Minute).Unix()},
			"iat in the future": {"iat": now.Add(30 * time.Minute).Unix()},
		},
		jwt.ErrWrongIssuer: {
			"another pool":            {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other"},
			"iss missing":             {"iss": nil},
			"iss with a slash":        {"iss": issuer + "/"},
			"iss in upper case":       {"iss": strings.ToUpper(issuer)},
			"iss with a longer pool":  {"iss": issuer + "x"},
			"iss empty":               {"iss": ""},
			"iss without a transport": {"iss": strings.TrimPrefix(issuer, "https://")},
		},
		jwt.ErrWrongClient: {
			"another client":            {"client_id": "2example23456789"},
			"client_id missing":         {"client_id": nil},
			"client_id empty":           {"client_id": ""},
			"aud in place of client_id": {"client_id": nil, "aud": clientID},
		},
		jwt.ErrWrongUse: {
			"token_use missing":   {"token_use": nil},
			"token_use something": {"token_use": "refresh"},
			"token_use Access":    {"token_use": "Access"},
		},
		jwt.ErrMalformed: {
			"exp missing":       {"exp": nil},
			"exp null":          {"exp": json.RawMessage("null")},
			"exp zero":          {"exp": 0},
			"exp a float":       {"exp": json.RawMessage("4102444800.5")},
			"exp with exponent": {"exp": json.RawMessage("4e9")},
			"exp a string":      {"exp": "4102444800"},
			"exp huge":          {"exp": json.RawMessage("1e400")},
			"exp of many digit": {"exp": json.RawMessage(strings.Repeat("9", 5000))},
			"exp at the limit":  {"exp": int64(1<<63 - 1)},
			"exp beyond it":     {"exp": json.RawMessage("9223372036854775808")},
			"exp negative":      {"exp": -1},
			"iat missing":       {"iat": nil},
			"iat negative":      {"iat": int64(-1 << 63)},
			"nbf huge":          {"nbf": int64(1<<63 - 1)},
			"auth_time huge":    {"auth_time": int64(1<<63 - 1)},
			"sub missing":       {"sub": nil},
			"sub a number":      {"sub": 7},
			"iss a list":        {"iss": []string{issuer}},
			"client_id a list":  {"client_id": []string{clientID}},
			"client_id number":  {"client_id": 7},
			"username a number": {"username": 7},
			"device_key a list": {"device_key": []string{"a"}},
			"token_use a list":  {"token_use": []string{"access"}},
			"groups a string":   {"cognito:groups": "admins"},
			"scope a list":      {"scope": []string{"a"}},
		},
	} {
		for name, change := range cases {
			all[name] = badToken{p.accessToken(tb, change), reason}
		}
	}
	return all
}

func encode(tb testing.TB, v any) string {
	tb.Helper()
	data, err := json.Marshal(v)
	require.NoError(tb, err)
	return base64.RawURLEncoding.EncodeToString(data)
}

func payloadOf(tb testing.TB, token string) []byte {
	tb.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	require.NoError(tb, err)
	return payload
}

// changed changes claims and keeps the signature.
func changed(tb testing.TB, token string, change claims) string {
	tb.Helper()
	var all claims
	require.NoError(tb, json.Unmarshal(payloadOf(tb, token), &all))
	parts := strings.Split(token, ".")
	parts[1] = encode(tb, merge(all, change))
	return strings.Join(parts, ".")
}

func TestRefusedAccessTokens(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	verify := func(v *jwt.Verifier) func(string) error {
		return func(raw string) error {
			_, err := v.VerifyAccessToken(context.Background(), raw)
			return err
		}
	}
	v := pool.verifier(t)
	require.NoError(t, verify(v)(pool.accessToken(t, nil)), "the tokens have no other fault")
	for name, bad := range badAccessTokens(t, pool) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad.run(t, verify(v))
			bad.run(t, verify(v)) // nor is it remembered
			require.ErrorIs(t, verify(pool.verifier(t))(bad.token), bad.reason, "with keys that are fetched for it")
		})
	}
}

func TestRefusedIDTokens(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	verify := func(raw string) error {
		_, err := v.VerifyIDToken(context.Background(), raw)
		return err
	}
	require.NoError(t, verify(pool.idToken(t, nil)))
	for name, bad := range map[string]badToken{
		"an access token":          {pool.accessToken(t, nil), jwt.ErrWrongUse},
		"an access token with aud": {pool.accessToken(t, claims{"aud": clientID}), jwt.ErrWrongUse},
		"another client":           {pool.idToken(t, claims{"aud": "2example23456789"}), jwt.ErrWrongClient},
		"a list as aud":            {pool.idToken(t, claims{"aud": []string{clientID}}), jwt.ErrWrongClient},
		"a list of two as aud":     {pool.idToken(t, claims{"aud": []string{clientID, "other"}}), jwt.ErrWrongClient},
		"no aud":                   {pool.idToken(t, claims{"aud": nil}), jwt.ErrWrongClient},
		"client_id for aud":        {pool.idToken(t, claims{"aud": nil, "client_id": clientID}), jwt.ErrWrongClient},
		"azp for aud":              {pool.idToken(t, claims{"aud": "other", "azp": clientID}), jwt.ErrWrongClient},
		"expired":                  {pool.idToken(t, claims{"exp": time.Now().Unix() - 60}), jwt.ErrExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad.run(t, verify)
		})
	}
}

// Refusing a token must be cheap. Not parallel: it counts the allocations of the whole process.
func TestRefusalsTakeLittleMemory(t *testing.T) {
	pool := newStubPool(t)
	v := pool.verifier(t)
	_, err := v.VerifyAccessToken(context.Background(), pool.accessToken(t, nil))
	require.NoError(t, err)
	manyClaims := claims{}
	for i := range 1000 {
		manyClaims[fmt.Sprint("c", i)] = i
	}
	tokens := badAccessTokens(t, pool)
	tokens["many claims"] = badToken{token: changed(t, pool.accessToken(t, nil), manyClaims)}
	wasteful := map[string]uint64{"many claims": 512 << 10, "claims: deep": 512 << 10} // of 16 KiB tokens made for it
	for name, bad := range tokens {
		limit := uint64(64 << 10)
		if more, ok := wasteful[name]; ok {
			limit = more
		}
		used := allocated(func() { _, err = v.VerifyAccessToken(context.Background(), bad.token) })
		require.Error(t, err)
		assert.LessOrEqual(t, used, limit, name)
	}
}

// allocated returns how many bytes f allocates: the least of some tries, because other goroutines
// allocate now and then.
func allocated(f func()) uint64 {
	var tries []uint64
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		tries = append(tries, after.TotalAlloc-before.TotalAlloc)
	}
	return slices.Min(tries)
}
