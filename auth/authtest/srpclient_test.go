package authtest_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// srpClient is the client's side of the handshake, written from the description of the protocol and
// sharing nothing with the pool.
type srpClient struct {
	n, g, a, public *big.Int
}

const prime = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a" +
	"431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1f" +
	"e649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d" +
	"670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf69558171839" +
	"95497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db397" +
	"0f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117" +
	"577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"

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

// padHex is hex text of even length whose first byte is below 80, as bytes.
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
