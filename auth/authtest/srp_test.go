package authtest_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// srpClient is the client's half of the handshake. It is written from the description of the
// protocol and shares no code with the pool.
type srpClient struct {
	n, g, a, public *big.Int
}

const prime = "" +
	"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd" +
	"ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
	"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f" +
	"83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
	"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510" +
	"15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
	"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c" +
	"bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"

func newSRPClient() srpClient {
	c := srpClient{n: number(prime), g: big.NewInt(2)}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	c.a = new(big.Int).SetBytes(secret)
	c.public = new(big.Int).Exp(c.g, c.a, c.n)
	return c
}

func number(hexadecimal string) *big.Int {
	n, ok := new(big.Int).SetString(hexadecimal, 16)
	if !ok {
		panic("not hexadecimal")
	}
	return n
}

// padHex returns the big-endian bytes of n, preceded by a zero byte if the top bit is set.
func padHex(n *big.Int) []byte {
	text := n.Text(16)
	if len(text)%2 == 1 {
		text = "0" + text
	}
	if strings.Contains("89abcdef", text[:1]) {
		text = "00" + text
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return b
}

func hashed(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

func keyed(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// claim answers PASSWORD_VERIFIER.
func (c srpClient) claim(poolID, password, timestamp string, challenge object) object {
	get := func(name string) string { return challenge[name].(string) }
	_, pool, _ := strings.Cut(poolID, "_")
	user, serverPublic := get("USER_ID_FOR_SRP"), number(get("SRP_B"))
	k := new(big.Int).SetBytes(hashed(padHex(c.n), padHex(c.g)))
	x := new(big.Int).SetBytes(hashed(padHex(number(get("SALT"))), hashed([]byte(pool+user+":"+password))))
	u := new(big.Int).SetBytes(hashed(padHex(c.public), padHex(serverPublic)))

	base := new(big.Int).Exp(c.g, x, c.n)
	base.Mod(base.Sub(serverPublic, base.Mul(base, k)), c.n)
	exponent := new(big.Int).Add(c.a, new(big.Int).Mul(u, x))
	s := new(big.Int).Exp(base, exponent, c.n)

	key := keyed(keyed(padHex(u), padHex(s)), []byte("Caldera Derived Key"), []byte{1})[:16]
	block, err := base64.StdEncoding.DecodeString(get("SECRET_BLOCK"))
	if err != nil {
		panic(err)
	}
	signature := keyed(key, []byte(pool), []byte(user), block, []byte(timestamp))
	return object{
		"USERNAME":                    user,
		"PASSWORD_CLAIM_SECRET_BLOCK": get("SECRET_BLOCK"),
		"PASSWORD_CLAIM_SIGNATURE":    base64.StdEncoding.EncodeToString(signature),
		"TIMESTAMP":                   timestamp,
	}
}

func timestamp(at time.Time) string {
	return at.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
}

// beginSRP sends SRP_A.
func (f *fixture) beginSRP(username, srpA string) reply {
	f.t.Helper()
	return f.call("InitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": username, "SRP_A": srpA},
	})
}

// claim begins USER_SRP_AUTH and returns the answer to its challenge.
func (f *fixture) claim(username, password string) object {
	f.t.Helper()
	c := newSRPClient()
	parameters, session := f.beginSRP(username, c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	require.Empty(f.t, session)
	return c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
}

// signInSRP goes through USER_SRP_AUTH.
func (f *fixture) signInSRP(username, password string) reply {
	f.t.Helper()
	return f.respond("PASSWORD_VERIFIER", "", f.claim(username, password))
}

func TestSRPChallenge(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "Alice", Password: password})
	c := newSRPClient()
	r := f.beginSRP("aLICE", strings.ToUpper(c.public.Text(16)))
	parameters, _ := r.challenge("PASSWORD_VERIFIER")

	assert.NotContains(t, r.body, "Session", "the SECRET_BLOCK holds the state")
	assert.Equal(t, "alice", parameters["USERNAME"])
	assert.Equal(t, "alice", parameters["USER_ID_FOR_SRP"])
	assert.Len(t, parameters, 5)
	salt, serverPublic := parameters["SALT"].(string), parameters["SRP_B"].(string)
	assert.Equal(t, number(salt).Text(16), salt, "hexadecimal, not padded")
	assert.Equal(t, number(serverPublic).Text(16), serverPublic, "hexadecimal, not padded")
	block := parameters["SECRET_BLOCK"].(string)
	assert.True(t, strings.HasPrefix(block, "AgV4"))
	assert.Greater(t, len(block), 1000)

	again, _ := f.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	assert.Equal(t, salt, again["SALT"], "the salt belongs to the password")
	assert.NotEqual(t, serverPublic, again["SRP_B"])
	f.unviolated()
}

func TestSRPSignIn(t *testing.T) {
	t.Parallel()
	for _, p := range []string{password, "Pässwörd-日本語-🔑1", "Inner space 1!"} {
		t.Run(p, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, authtest.User{Username: "zoë", Password: p})
			f.signInSRP("zoë", p).tokens()
			f.signInSRP("zoë", wrong).fails("NotAuthorizedException", wrongPassword)
			f.unviolated()
		})
	}
}

// Numbers that are a byte short occur once in 256 rounds. TestSRPVectors holds such numbers.
func TestSRPManyRounds(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for range 25 {
		f.signInSRP("alice", password).tokens()
	}
}

func TestSRPClaimRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"signature of the right length": {
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(make([]byte, 32)),
		},
		"signature not base64":  {"PASSWORD_CLAIM_SIGNATURE": "§"},
		"block not base64":      {"PASSWORD_CLAIM_SECRET_BLOCK": "§"},
		"forged block":          {"PASSWORD_CLAIM_SECRET_BLOCK": "AgV4AAAA"},
		"block without content": {"PASSWORD_CLAIM_SECRET_BLOCK": "AgV4"},
		"other user":            {"USERNAME": "bob"},
		"unknown user":          {"USERNAME": "nobody"},
		"timestamp not signed":  {"TIMESTAMP": timestamp(time.Now().Add(-time.Minute))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
			claim := f.claim("alice", password)
			maps.Copy(claim, change)
			f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
			f.unviolated()
		})
	}
}

func TestForeignSecretBlockIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	other := start(t, authtest.Config{}, alice())
	for _, foreign := range []object{f.claim("bob", password), other.claim("alice", password)} {
		claim := f.claim("alice", password)
		claim["PASSWORD_CLAIM_SECRET_BLOCK"] = foreign["PASSWORD_CLAIM_SECRET_BLOCK"]
		f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	}
}

func TestSRPTimestamp(t *testing.T) {
	t.Parallel()
	sign := func(f *fixture, at string) reply {
		c := newSRPClient()
		parameters, _ := f.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
		return f.respond("PASSWORD_VERIFIER", "", c.claim(f.UserPoolID, password, at, parameters))
	}
	format := "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
	for name, test := range map[string]struct{ at, code, message string }{
		"day with a leading zero":  {"Sat Sep 05 09:03:07 UTC 2026", "NotAuthorizedException", wrongPassword},
		"wrong weekday":            {"Sun Sep 5 09:03:07 UTC 2026", "NotAuthorizedException", wrongPassword},
		"hour with a single digit": {"Sat Sep 5 9:03:07 UTC 2026", "NotAuthorizedException", wrongPassword},
		"German":                   {"Sa Sep 5 09:03:07 UTC 2026", "InvalidParameterException", format},
		"other zone":               {"Sat Sep 5 09:03:07 CET 2026", "InvalidParameterException", format},
		"ISO 8601":                 {"2026-09-05T09:03:07Z", "InvalidParameterException", format},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			f.Advance(time.Until(time.Date(2026, 9, 5, 9, 3, 7, 0, time.UTC)))
			sign(f, test.at).fails(test.code, test.message)
			assert.Contains(t, f.violated(), test.code)
		})
	}

	t.Run("day without a leading zero", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		f.Advance(time.Until(time.Date(2026, 9, 5, 9, 3, 7, 0, time.UTC)))
		sign(f, "Sat Sep 5 09:03:07 UTC 2026").tokens()
		f.unviolated()
	})

	t.Run("window", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		sign(f, timestamp(time.Now().Add(-4*time.Minute))).tokens()
		sign(f, timestamp(time.Now().Add(4*time.Minute))).tokens()
		sign(f, timestamp(time.Now().Add(-6*time.Minute))).fails("NotAuthorizedException", wrongPassword)
		sign(f, timestamp(time.Now().Add(6*time.Minute))).fails("NotAuthorizedException", wrongPassword)
		f.Advance(time.Hour)
		sign(f, timestamp(time.Now())).tokens()
		sign(f, timestamp(f.Now())).tokens()
		sign(f, timestamp(time.Now().Add(30*time.Minute))).fails("NotAuthorizedException", wrongPassword)
		f.unviolated()
	})
}

func TestSecretBlockExpiresAndIsUsedOnce(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AuthSessionValidity: 5 * time.Minute}, alice())

	claim := f.claim("alice", password)
	f.Advance(5*time.Minute - time.Second)
	f.respond("PASSWORD_VERIFIER", "", claim).tokens()
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)

	claim = f.claim("alice", password)
	f.Advance(5 * time.Minute)
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
}

func TestSRPAnswerWithSessionOrAlias(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}}, authtest.User{
		Username: "alice", Password: password,
		Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	f.respond("PASSWORD_VERIFIER", strings.Repeat("s", 40), f.claim("alice", password)).tokens()

	claim := f.claim(email, password)
	assert.Equal(t, "alice", claim["USERNAME"])
	claim["USERNAME"] = email
	f.respond("PASSWORD_VERIFIER", "", claim).tokens()
	f.unviolated()
}

func TestSRPPublicValue(t *testing.T) {
	t.Parallel()
	n := number(prime)
	for name, a := range map[string]string{
		"zero":      "0",
		"N":         n.Text(16),
		"2N":        new(big.Int).Lsh(n, 1).Text(16),
		"not hex":   "xyz",
		"negative":  "-1",
		"with sign": "+1",
		"prefixed":  "0x1",
		"too long":  strings.Repeat("f", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			f.beginSRP("alice", a).failsWith("InvalidParameterException")
			assert.Contains(t, f.violated(), "SRP_A")
		})
	}
	f := start(t, authtest.Config{}, alice())
	f.beginSRP("alice", strings.Repeat("a", 768)).challenge("PASSWORD_VERIFIER")
	f.beginSRP("alice", "00"+newSRPClient().public.Text(16)).challenge("PASSWORD_VERIFIER")
	f.unviolated()
}

// A proof of the old password is refused once the password has changed.
func TestPasswordChangedDuringSRP(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	claim := f.claim("alice", password)
	f.admin("AdminSetUserPassword", object{"Username": "alice", "Password": "Another-1!pass", "Permanent": true}).ok()
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	require.NotEmpty(t, f.signInSRP("alice", "Another-1!pass").tokens())
}
