package srp

import (
	"encoding/binary"
	"math/bits"
)

const (
	limbs       = 48
	elementSize = 8 * limbs // bytes
)

// element is an integer modulo N in Montgomery form (x*R mod N, R = 2^3072), the least significant
// limb first. It is always fully reduced. No operation on elements has a branch or a memory address
// that depends on their value.
type element [limbs]uint64

// product is an integer below N*R.
type product [2 * limbs]uint64

// mul returns x*y.
func (g *group) mul(x, y *element) element {
	var t product
	for i := 0; i < limbs; i += 4 {
		addMul4(t[i:], x[:], (*[4]uint64)(y[i:]), 0)
	}
	return g.reduce(&t)
}

// square returns x*x. It computes the products of different limbs once and doubles them.
func (g *group) square(x *element) element {
	var cross, diagonal product
	for i := 0; i < limbs; i += 4 {
		block := (*[4]uint64)(x[i:])
		addMul4(cross[2*i+4:], x[i+4:], block, 0)
		addMul4(diagonal[2*i:], block[:], block, 0)
	}
	var t product
	var below, carry uint64
	for i, limb := range &cross {
		t[i], carry = bits.Add64(limb<<1|below>>63, diagonal[i], carry)
		below = limb
	}
	return g.reduce(&t)
}

// reduce returns t/R mod N by Montgomery reduction, four limbs at a time: each round adds the
// multiple of N that clears the four lowest limbs left. The multiple is q = limbs * -1/N mod 2^256.
func (g *group) reduce(t *product) element {
	var carry uint64
	for i := 0; i < limbs; i += 4 {
		q := mulLow((*[4]uint64)(t[i:]), &g.negInverse)
		carry = addMul4(t[i:], g.modulus[:], &q, carry)
	}
	return g.reduceOnce((*element)(t[limbs:]), carry)
}

// reduceOnce subtracts N from x + carry*R, which is below 2N, unless that makes it negative.
func (g *group) reduceOnce(x *element, carry uint64) element {
	var z element
	borrow := subtract(&z, x, &g.modulus)
	wasBelow := -(borrow &^ carry)
	for i := range z {
		z[i] ^= wasBelow & (z[i] ^ x[i])
	}
	return z
}

// sub returns x - y.
func (g *group) sub(x, y *element) element {
	var z element
	negative := -subtract(&z, x, y)
	var carry uint64
	for i := range z {
		z[i], carry = bits.Add64(z[i], g.modulus[i]&negative, carry)
	}
	return z
}

// fromBytes returns a big-endian integer below N as an element.
func (g *group) fromBytes(b *[elementSize]byte) element {
	var x element
	setLimbs(x[:], b[:])
	return g.mul(&x, &g.rSquared)
}

// bytes returns the integer in full width, big-endian.
func (g *group) bytes(x *element) [elementSize]byte {
	var t product
	copy(t[:], x[:])
	z := g.reduce(&t)
	var b [elementSize]byte
	for i, limb := range z {
		binary.BigEndian.PutUint64(b[elementSize-8*(i+1):], limb)
	}
	return b
}

// pick returns table[index]. It reads every entry, so that memory accesses do not reveal the index.
func pick(table []element, index uint64) element {
	var z element
	for i := range table {
		// All ones for the entry at which index has counted down to zero.
		wanted := (index|-index)>>63 - 1
		index--
		for j, limb := range &table[i] {
			z[j] |= limb & wanted
		}
	}
	return z
}

// subtract sets z to x - y mod R and returns the borrow.
func subtract(z, x, y *element) (borrow uint64) {
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	return borrow
}

// mulLow returns x*y mod 2^256 for a y whose lowest limb is 1.
func mulLow(x, y *[4]uint64) [4]uint64 {
	h1, l1 := bits.Mul64(x[0], y[1])
	h2, l2 := bits.Mul64(x[0], y[2])
	h3, l3 := bits.Mul64(x[1], y[1])
	z1, c := bits.Add64(x[1], l1, 0)
	z2, c1 := bits.Add64(x[2], h1, c)
	z2, c2 := bits.Add64(z2, l2, 0)
	z2, c3 := bits.Add64(z2, l3, 0)
	z3 := x[3] + h2 + h3 + x[0]*y[3] + x[1]*y[2] + x[2]*y[1] + c1 + c2 + c3
	return [4]uint64{x[0], z1, z2, z3}
}

// addMul4 adds x*y and carry*2^(64*len(x)) to z, and returns the carry out of z[len(x)+3]. A later
// call with z moved up by four limbs takes that carry at the right place.
func addMul4(z, x []uint64, y *[4]uint64, carry uint64) uint64 {
	w0, w1, w2, w3 := addMulRow(z, x, y[0], y[1], y[2], y[3])
	top := (*[4]uint64)(z[len(x):])
	top[0], carry = bits.Add64(top[0], w0, carry)
	top[1], carry = bits.Add64(top[1], w1, carry)
	top[2], carry = bits.Add64(top[2], w2, carry)
	top[3], carry = bits.Add64(top[3], w3, carry)
	return carry
}

// addMulRow adds x*y to the first len(x) limbs of z and returns the four limbs that belong above
// them. This loop is where the time goes. Four limbs of y at once let the compiler keep both rows
// of additions in the processor's carry flag and write every limb of z once for four products.
func addMulRow(z, x []uint64, y0, y1, y2, y3 uint64) (w0, w1, w2, w3 uint64) {
	z = z[:len(x)]
	for i, xi := range x {
		var c uint64
		h0, l0 := bits.Mul64(xi, y0)
		h1, l1 := bits.Mul64(xi, y1)
		h2, l2 := bits.Mul64(xi, y2)
		h3, l3 := bits.Mul64(xi, y3)
		w0, c = bits.Add64(w0, l0, 0)
		w1, c = bits.Add64(w1, l1, c)
		w2, c = bits.Add64(w2, l2, c)
		w3, c = bits.Add64(w3, l3, c)
		w4 := c
		z[i], c = bits.Add64(z[i], w0, 0)
		w0, c = bits.Add64(w1, h0, c)
		w1, c = bits.Add64(w2, h1, c)
		w2, c = bits.Add64(w3, h2, c)
		w3, _ = bits.Add64(w4, h3, c)
	}
	return w0, w1, w2, w3
}

// setLimbs sets z to a big-endian integer of exactly 8*len(z) bytes.
func setLimbs(z []uint64, b []byte) {
	for i := range z {
		z[i] = binary.BigEndian.Uint64(b[len(b)-8*(i+1):])
	}
}
