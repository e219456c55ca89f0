package srp_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// This file is SRP-6a as the books have it: math/big, no tables, nothing taken from the package but
// its types. It plays both sides, so that the package is compared with a client and answered by a
// server.

// referenceModulus is N from its definition in RFC 3526 section 4: 2^3072 - 2^3008 - 1 + 2^64 *
// ([2^2942 pi] + 1690314).
func referenceModulus() *big.Int {
	n := new(big.Int).Rsh(pi(3100), 3100-2942)
	n.Add(n, big.NewInt(1690314)).Lsh(n, 64)
	n.Add(n, power2(3072)).Sub(n, power2(3008))
	return n.Sub(n, big.NewInt(1))
}

// pi is the integer part of 2^bits * pi but for its last few bits, by Machin's formula.
func pi(bits uint) *big.Int {
	unit := power2(bits)
	sum := new(big.Int).Mul(big.NewInt(4), arccot(5, unit))
	sum.Sub(sum, arccot(239, unit))
	return sum.Mul(sum, big.NewInt(4))
}

// arccot is unit * arccot(x), by its series.
func arccot(x int64, unit *big.Int) *big.Int {
	power := new(big.Int).Quo(unit, big.NewInt(x))
	sum := new(big.Int)
	for n := int64(1); power.Sign() != 0; n += 2 {
		sum.Add(sum, new(big.Int).Quo(power, big.NewInt(n)))
		power.Quo(power, big.NewInt(-x*x))
	}
	return sum
}

func power2(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }

type reference struct{ n, g, k *big.Int }

func newReference() *reference {
	r := &reference{n: referenceModulus(), g: big.NewInt(2)}
	r.k = hash(signed(r.n), signed(r.g))
	return r
}

func hash(parts ...[]byte) *big.Int {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return new(big.Int).SetBytes(h.Sum(nil))
}

// signed returns the bytes of Java's BigInteger.toByteArray.
func signed(n *big.Int) []byte {
	if n.BitLen()%8 == 0 {
		return append([]byte{0}, n.Bytes()...)
	}
	return n.Bytes()
}

func (r *reference) exp(base, e *big.Int) *big.Int { return new(big.Int).Exp(base, e, r.n) }

func (r *reference) x(id srp.Identity, salt *big.Int) *big.Int {
	inner := sha256.Sum256([]byte(id.Pool + id.User + ":" + id.Password))
	return hash(signed(salt), inner[:])
}

func (r *reference) u(public, serverPublic *big.Int) *big.Int {
	return hash(signed(public), signed(serverPublic))
}

func (r *reference) key(s, u *big.Int) []byte {
	prk := hmacOf(signed(u), signed(s))
	return hmacOf(prk, []byte("Caldera Derived Key"), []byte{1})[:16]
}

func (r *reference) signature(key []byte, id srp.Identity, secret []byte, now time.Time) string {
	return base64.StdEncoding.EncodeToString(hmacOf(key, []byte(id.Pool), []byte(id.User), secret, []byte(timestamp(now))))
}

func hmacOf(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

func timestamp(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%s %s %d %02d:%02d:%02d UTC %d",
		t.Weekday().String()[:3], t.Month().String()[:3], t.Day(), t.Hour(), t.Minute(), t.Second(), t.Year())
}

// referenceClient is the client with a secret of 1024 bits, as Amplify has it.
type referenceClient struct {
	*reference
	secret, public *big.Int
}

func (r *reference) begin() *referenceClient {
	b := make([]byte, 128)
	_, _ = rand.Read(b)
	return r.client(new(big.Int).SetBytes(b))
}

func (r *reference) client(a *big.Int) *referenceClient {
	return &referenceClient{reference: r, secret: a, public: r.exp(r.g, a)}
}

func (c *referenceClient) premaster(id srp.Identity, salt, serverPublic *big.Int) *big.Int {
	x := c.x(id, salt)
	base := c.exp(c.g, x)
	base.Mul(base, c.k)
	base.Sub(serverPublic, base)
	base.Mod(base, c.n)
	e := new(big.Int).Mul(c.u(c.public, serverPublic), x)
	return c.exp(base, e.Add(e, c.secret))
}

func (c *referenceClient) sign(id srp.Identity, parameters map[string]string, now time.Time) string {
	salt, serverPublic := integer(parameters["SALT"]), integer(parameters["SRP_B"])
	secret, _ := base64.StdEncoding.DecodeString(parameters["SECRET_BLOCK"])
	s := c.premaster(id, salt, serverPublic)
	return c.signature(c.key(s, c.u(c.public, serverPublic)), id, secret, now)
}

// referenceServer is the server's side for one user.
type referenceServer struct {
	*reference
	id                             srp.Identity
	salt, verifier, secret, public *big.Int
	secretBlock                    []byte
}

func (r *reference) enrol(id srp.Identity, salt, b *big.Int) *referenceServer {
	s := &referenceServer{reference: r, id: id, salt: salt, secretBlock: []byte("secret block")}
	s.verifier = r.exp(r.g, r.x(id, salt))
	s.choose(b)
	return s
}

// choose sets the server's secret b and B = k*v + g^b.
func (s *referenceServer) choose(b *big.Int) {
	s.secret = b
	s.public = new(big.Int).Mul(s.k, s.verifier)
	s.public.Add(s.public, s.exp(s.g, b)).Mod(s.public, s.n)
}

func (s *referenceServer) parameters() map[string]string {
	return map[string]string{
		"SALT":         s.salt.Text(16),
		"SRP_B":        s.public.Text(16),
		"SECRET_BLOCK": base64.StdEncoding.EncodeToString(s.secretBlock),
	}
}

func (s *referenceServer) premaster(clientPublic *big.Int) *big.Int {
	base := s.exp(s.verifier, s.u(clientPublic, s.public))
	return s.exp(base.Mul(base, clientPublic), s.secret)
}

func (s *referenceServer) expects(clientPublic *big.Int, now time.Time) string {
	key := s.key(s.premaster(clientPublic), s.u(clientPublic, s.public))
	return s.signature(key, s.id, s.secretBlock, now)
}

func integer(digits string) *big.Int {
	n, ok := new(big.Int).SetString(strings.ToLower(digits), 16)
	if !ok {
		panic("not a hexadecimal integer")
	}
	return n
}

// random is a random integer of up to the given number of bits.
func random(t testing.TB, bits uint) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, power2(bits))
	require.NoError(t, err)
	return n
}
