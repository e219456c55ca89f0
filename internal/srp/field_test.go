package srp_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

func TestGroup(t *testing.T) {
	t.Parallel()
	r := newReference()
	n := srp.Modulus()
	assert.Equal(t, r.n.Text(16), n.Text(16), "RFC 3526 section 4")
	assert.Equal(t, r.k.Text(16), srp.Multiplier().Text(16), "k is H(pad(N) | pad(g))")
	assert.True(t, n.ProbablyPrime(4), "N is prime")
	assert.True(t, new(big.Int).Rsh(n, 1).ProbablyPrime(4), "(N-1)/2 is prime")
}

// corners are the integers below N at which carries and reductions go wrong first, and some random
// ones.
func corners(t *testing.T) []*big.Int {
	n := referenceModulus()
	all := []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(2), new(big.Int).Sub(power2(3072), n)}
	for _, d := range []int64{1, 2, 3} {
		all = append(all, new(big.Int).Sub(n, big.NewInt(d)))
	}
	for _, bits := range []uint{64, 256, 1536, 3008, 3071} {
		all = append(all, power2(bits), new(big.Int).Sub(power2(bits), big.NewInt(1)))
	}
	all = append(all, new(big.Int).Rsh(n, 1))
	for range 8 {
		all = append(all, new(big.Int).Mod(random(t, 3200), n))
	}
	return all
}

func TestField(t *testing.T) {
	t.Parallel()
	n := referenceModulus()
	mod := func(z *big.Int) string { return z.Mod(z, n).Text(16) }
	all := corners(t)
	for _, x := range all {
		assert.Equal(t, mod(new(big.Int).Mul(x, x)), srp.Square(x).Text(16), "%x squared", x)
		for _, y := range all {
			assert.Equal(t, mod(new(big.Int).Mul(x, y)), srp.Mul(x, y).Text(16), "%x * %x", x, y)
			assert.Equal(t, mod(new(big.Int).Sub(x, y)), srp.Sub(x, y).Text(16), "%x - %x", x, y)
		}
	}
}

func TestPower(t *testing.T) {
	t.Parallel()
	r := newReference()
	largest := new(big.Int).Sub(power2(1024), big.NewInt(1))
	exponents := []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(15), big.NewInt(16), power2(1023), largest, random(t, 1024)}
	bases := []*big.Int{big.NewInt(0), big.NewInt(1), new(big.Int).Sub(r.n, big.NewInt(1)), random(t, 3000)}
	for _, base := range bases {
		for _, e := range exponents {
			assert.Equal(t, r.exp(base, e).Text(16), srp.Power(base, e).Text(16), "%x ^ %x", base, e)
		}
		carried := new(big.Int).Add(power2(1024), exponents[6])
		assert.Equal(t, r.exp(base, carried).Text(16), srp.PowerWithCarry(base, exponents[6]).Text(16), "%x ^ %x", base, carried)
	}
}

// TestPowerOfG sets every bit alone, all of them, and random ones.
func TestPowerOfG(t *testing.T) {
	t.Parallel()
	r := newReference()
	for _, limbs := range []uint{4, 5} {
		bits := 64 * limbs
		exponents := []*big.Int{big.NewInt(0), new(big.Int).Sub(power2(bits), big.NewInt(1))}
		for bit := range bits {
			exponents = append(exponents, power2(bit))
		}
		for range 20 {
			exponents = append(exponents, random(t, bits))
		}
		for _, e := range exponents {
			assert.Equal(t, r.exp(r.g, e).Text(16), srp.PowerOfG(e, int(limbs)).Text(16), "g ^ %x", e)
		}
	}
}

func TestExponent(t *testing.T) {
	t.Parallel()
	largest := func(bits uint) *big.Int { return new(big.Int).Sub(power2(bits), big.NewInt(1)) }
	zero := big.NewInt(0)
	tests := []struct{ a, u, x *big.Int }{
		{zero, zero, zero},
		{largest(320), zero, largest(256)},
		{zero, largest(256), largest(256)},
		{largest(320), largest(256), largest(256)},
		{random(t, 320), random(t, 256), random(t, 256)},
	}
	for _, limbs := range []int{5, 16} {
		for _, tt := range tests {
			want := new(big.Int).Mul(tt.u, tt.x)
			assert.Equal(t, want.Add(want, tt.a).Text(16), srp.Exponent(tt.a, tt.u, tt.x, limbs).Text(16))
		}
	}
	overflow := new(big.Int).Mul(largest(256), largest(256))
	overflow.Add(overflow, largest(1024))
	assert.Equal(t, overflow.Text(16), srp.Exponent(largest(1024), largest(256), largest(256), 16).Text(16))
}

func TestPad(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want []byte }{
		{nil, []byte{0}},
		{[]byte{0}, []byte{0}},
		{[]byte{0, 0, 0}, []byte{0}},
		{[]byte{1}, []byte{1}},
		{[]byte{0x7f}, []byte{0x7f}},
		{[]byte{0x80}, []byte{0, 0x80}},
		{[]byte{0, 0x80}, []byte{0, 0x80}},
		{[]byte{0, 0, 0x7f, 0}, []byte{0x7f, 0}},
		{[]byte{0xff, 0xff}, []byte{0, 0xff, 0xff}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, srp.Pad(tt.in), "%x", tt.in)
		assert.Equal(t, tt.want, signed(toInt(tt.in)), "%x", tt.in)
	}
}
