package srp

import (
	"encoding/hex"
	"sync"
)

// modulusHex is N, the 3072-bit safe prime of RFC 5054 appendix A and group 15 of RFC 3526. The
// generator g is 2, as in RFC 3526; RFC 5054 pairs this prime with 5.
const modulusHex = "" +
	"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
	"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
	"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
	"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
	"98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb" +
	"9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
	"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718" +
	"3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33" +
	"a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
	"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864" +
	"d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2" +
	"08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"

// multiplierHex is k of RFC 5054 section 2.5.3, H(pad(N) | pad(g)). It is a constant because N and
// g are.
const multiplierHex = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"

// group holds N and all that is precomputed from it. It is read-only after newGroup.
type group struct {
	modulusBytes []byte  // N, big-endian
	modulus      element // N, not in Montgomery form
	reversed     element // N, the most significant limb first
	one          element
	rSquared     element // R in Montgomery form: multiplying by it converts an integer
	multiplier   element // k
	powers       comb
}

// cognitoGroup builds the group on first use, so that a program that never signs in with a password
// does not pay for it.
var cognitoGroup = sync.OnceValue(newGroup)

func newGroup() *group {
	g := &group{modulusBytes: constant(modulusHex)}
	setLimbs(g.modulus[:], g.modulusBytes)
	g.reversed = g.modulus.reversed()

	// R is 2^3072 and lies between N and 2N, so 1 in Montgomery form, R mod N, is R - N.
	var zero element
	subtract(&g.one, &zero, &g.modulus)

	two := g.sub(&zero, &g.one)
	two = g.sub(&g.one, &two)
	g.rSquared = g.powerOfTwo3072(&two)

	var k [elementSize]byte
	multiplier := constant(multiplierHex)
	copy(k[len(k)-len(multiplier):], multiplier)
	g.multiplier = g.fromBytes(&k)

	g.fillComb(&two)
	return g
}

// powerOfTwo3072 returns two raised to 3 * 2^10.
func (g *group) powerOfTwo3072(two *element) element {
	z := g.square(two)
	z = g.mul(&z, two)
	for range 10 {
		z = g.square(&z)
	}
	return z
}

// constant decodes a hexadecimal constant of this file.
func constant(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic("srp: malformed constant: " + err.Error())
	}
	return b
}

const (
	combBlocks  = 8
	combColumns = 64 / combBlocks
	combRows    = ephemeralLimbs
)

// comb holds the powers of g that powerOfG multiplies, after Lim and Lee (CRYPTO '94). Row r is
// limb r of the exponent, column c is bit c of every limb; comb[block][digit] is the product of
// g^(2^(64*row + 8*block)) over the rows whose bit is set in digit.
type comb [combBlocks][1 << combRows]element

func (g *group) fillComb(generator *element) {
	for block := range g.powers {
		g.powers[block][0] = g.one
	}
	p := *generator
	for row := range combRows {
		for block := range g.powers {
			table := &g.powers[block]
			for digit := range 1 << row {
				table[1<<row|digit] = g.mul(&table[digit], &p)
			}
			for range combColumns {
				p = g.square(&p)
			}
		}
	}
}

// powerOfG returns g^e in the same steps for every exponent of one length, which is at most
// combRows limbs.
func (g *group) powerOfG(e []uint64) element {
	z := g.one
	for column := combColumns - 1; column >= 0; column-- {
		z = g.square(&z)
		for block := range g.powers {
			var digit uint64
			for row, limb := range e {
				digit |= limb >> (combColumns*block + column) & 1 << row
			}
			factor := pick(g.powers[block][:1<<len(e)], digit)
			z = g.mul(&z, &factor)
		}
	}
	return z
}

// power returns base^e in fixed windows of four bits, in the same steps for every exponent of one
// length. The last limb of e is a carry: 0 or 1.
func (g *group) power(base *element, e []uint64) element {
	var table [16]element
	table[0] = g.one
	for i := 1; i < len(table); i++ {
		table[i] = g.mul(&table[i-1], base)
	}
	top := len(e) - 1
	z := pick(table[:2], e[top])
	for i := 16*top - 1; i >= 0; i-- {
		for range 4 {
			z = g.square(&z)
		}
		factor := pick(table[:], e[i/16]>>(4*(i%16))&15)
		z = g.mul(&z, &factor)
	}
	return z
}
