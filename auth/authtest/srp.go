package authtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/big"
	"strings"
)

// group is the 3072-bit group of RFC 5054, appendix A, with the multiplier k of SRP-6a.
type group struct {
	n, g, k *big.Int
}

const modulus = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

func newGroup() group {
	n, _ := new(big.Int).SetString(modulus, 16)
	g := big.NewInt(2)
	return group{n: n, g: g, k: digest(signPadded(n), signPadded(g))}
}

// verifier is what the pool keeps of a password.
type verifier struct {
	salt, v *big.Int
}

func (gr group) newVerifier(pool, username, password string) verifier {
	salt := new(big.Int).SetBytes(randomBytes(16))
	return verifier{salt: salt, v: gr.power(pool, username, password, salt)}
}

// power is g^x mod N for a password.
func (gr group) power(pool, username, password string, salt *big.Int) *big.Int {
	inner := sha256.Sum256([]byte(pool + username + ":" + password))
	x := digest(signPadded(salt), inner[:])
	return new(big.Int).Exp(gr.g, x, gr.n)
}

// matches reports whether v belongs to the password.
func (gr group) matches(v verifier, pool, username, password string) bool {
	width := len(gr.n.Bytes())
	got := gr.power(pool, username, password, v.salt).FillBytes(make([]byte, width))
	return hmac.Equal(got, v.v.FillBytes(make([]byte, width)))
}

// ephemeral draws the server's secret b and its public value B. RFC 5054 asks for at least 256 bits
// of secret.
func (gr group) ephemeral(v verifier) (b, public *big.Int) {
	for {
		b = new(big.Int).SetBytes(randomBytes(32))
		public = gr.public(v, b)
		if public.Sign() != 0 {
			return b, public
		}
	}
}

// public is B = k*v + g^b mod N.
func (gr group) public(v verifier, b *big.Int) *big.Int {
	public := new(big.Int).Exp(gr.g, b, gr.n)
	public.Add(public, new(big.Int).Mul(gr.k, v.v))
	return public.Mod(public, gr.n)
}

// claimKey is the key that signs the claim, derived from S = (A * v^u)^b mod N; it is nil where u
// is zero.
func (gr group) claimKey(clientPublic, serverPublic, b *big.Int, v verifier) []byte {
	u := digest(signPadded(clientPublic), signPadded(serverPublic))
	if u.Sign() == 0 {
		return nil
	}
	s := new(big.Int).Exp(v.v, u, gr.n)
	s.Mul(s, clientPublic).Exp(s.Mod(s, gr.n), b, gr.n)
	prk := mac(signPadded(u), signPadded(s))
	return mac(prk, []byte("Caldera Derived Key\x01"))[:16]
}

// claimSignature is PASSWORD_CLAIM_SIGNATURE before base64.
func claimSignature(key []byte, pool, username string, secretBlock []byte, timestamp string) []byte {
	return mac(key, []byte(pool), []byte(username), secretBlock, []byte(timestamp))
}

// parsePublic reads SRP_A. A value that is zero modulo N would let anybody in, so it is refused.
func (gr group) parsePublic(text string) (*big.Int, error) {
	public, ok := new(big.Int).SetString(text, 16)
	switch {
	case !ok || strings.HasPrefix(text, "+") || public.Sign() < 0:
		return nil, malformed(codeInvalidParameter, "SRP_A is not a hexadecimal number")
	case public.BitLen() > 2*gr.n.BitLen():
		return nil, malformed(codeInvalidParameter, "SRP_A is too large")
	case new(big.Int).Mod(public, gr.n).Sign() == 0:
		return nil, malformed(codeInvalidParameter, "SRP_A is zero modulo N")
	}
	return public, nil
}

// signPadded is the shortest big-endian form of a non-negative number whose top bit is clear: what
// Java's BigInteger.toByteArray returns, and what Cognito hashes. It is never padded to the length
// of N.
func signPadded(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		return append([]byte{0}, b...)
	}
	return b
}

func digest(parts ...[]byte) *big.Int {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return new(big.Int).SetBytes(h.Sum(nil))
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}
