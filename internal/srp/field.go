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

// mul returns x*y: Montgomery multiplication by columns ("finely integrated product scanning" of
// Koç, Acar and Kaliski, IEEE Micro 16, 1996). It sums up the limbs of x*y + q*N from the lowest to
// the highest, where q is the integer below R that makes the lower half zero.
func (g *group) mul(x, y *element) element {
	fromTop := y.reversed()
	var q, z element
	var sum column
	for k := range limbs {
		sum = sum.add(x[:k+1], fromTop[limbs-1-k:])
		sum = sum.add(q[:k], g.reversed[limbs-1-k:])
		q[k], sum = sum.clear()
	}
	for k := range limbs - 1 {
		sum = sum.add(x[k+1:], fromTop[:])
		sum = sum.add(q[k+1:], g.reversed[:])
		z[k], sum = sum.next()
	}
	z[limbs-1] = sum.low
	return g.reduceOnce(&z, sum.middle)
}

// square returns x*x. It computes the products of different limbs once and doubles them.
func (g *group) square(x *element) element {
	fromTop := x.reversed()
	var q, z element
	var sum column
	for k := range limbs {
		sum = sum.addTwice(column{}.add(x[:(k+1)/2], fromTop[limbs-1-k:]))
		sum = sum.addSquare(x, k)
		sum = sum.add(q[:k], g.reversed[limbs-1-k:])
		q[k], sum = sum.clear()
	}
	for k := range limbs - 1 {
		sum = sum.addTwice(column{}.add(x[k+1:(limbs+k+1)/2], fromTop[:]))
		sum = sum.addSquare(x, limbs+k)
		sum = sum.add(q[k+1:], g.reversed[:])
		z[k], sum = sum.next()
	}
	z[limbs-1] = sum.low
	return g.reduceOnce(&z, sum.middle)
}

// column is the sum of the products that belong to one limb of a result, and what is carried into
// it: low + 2^64*middle + 2^128*high. These are at most 96 products below 2^128 and a carry below
// 2^72, so that high stays below 2^7.
type column struct{ low, middle, high uint64 }

// add adds x[0]*y[0] + x[1]*y[1] + ..., as many products as x has limbs. This loop is where the
// time goes: the sum stays in registers, and two products in one round halve what the loop itself
// costs.
func (c column) add(x, y []uint64) column {
	y = y[:len(x)]
	var carry uint64
	i := len(x) % 2
	if i == 1 {
		high, low := bits.Mul64(x[0], y[0])
		c.low, carry = bits.Add64(c.low, low, 0)
		c.middle, carry = bits.Add64(c.middle, high, carry)
		c.high, _ = bits.Add64(c.high, 0, carry)
	}
	for ; i < len(x)-1; i += 2 {
		high, low := bits.Mul64(x[i], y[i])
		c.low, carry = bits.Add64(c.low, low, 0)
		c.middle, carry = bits.Add64(c.middle, high, carry)
		c.high, _ = bits.Add64(c.high, 0, carry)
		high, low = bits.Mul64(x[i+1], y[i+1])
		c.low, carry = bits.Add64(c.low, low, 0)
		c.middle, carry = bits.Add64(c.middle, high, carry)
		c.high, _ = bits.Add64(c.high, 0, carry)
	}
	return c
}

// addTwice adds 2*d.
func (c column) addTwice(d column) column {
	var carry uint64
	c.low, carry = bits.Add64(c.low, d.low<<1, 0)
	c.middle, carry = bits.Add64(c.middle, d.middle<<1|d.low>>63, carry)
	c.high, _ = bits.Add64(c.high, d.high<<1|d.middle>>63, carry)
	return c
}

// addSquare adds the square of a limb of x, if there is one in column k of x*x.
func (c column) addSquare(x *element, k int) column {
	if k%2 == 1 {
		return c
	}
	high, low := bits.Mul64(x[k/2], x[k/2])
	var carry uint64
	c.low, carry = bits.Add64(c.low, low, 0)
	c.middle, carry = bits.Add64(c.middle, high, carry)
	c.high, _ = bits.Add64(c.high, 0, carry)
	return c
}

// next returns the limb of the column, and what is carried into the next one.
func (c column) next() (limb uint64, carried column) {
	return c.low, column{low: c.middle, middle: c.high}
}

// clear returns the limb q whose product with N makes the column zero, and what is carried into the
// next one. The lowest limb of N is 2^64-1, so q is c.low, and c + q*(2^64-1) is c - q + 2^64*q.
func (c column) clear() (q uint64, carried column) {
	middle, carry := bits.Add64(c.middle, c.low, 0)
	return c.low, column{low: middle, middle: c.high + carry}
}

// reversed returns the limbs of x with the most significant first, as the columns of a product need
// them.
func (x *element) reversed() (r element) {
	for i, limb := range x {
		r[limbs-1-i] = limb
	}
	return r
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
	z := g.mul(x, &element{1})
	var b [elementSize]byte
	for i, limb := range z {
		binary.BigEndian.PutUint64(b[elementSize-8*(i+1):], limb)
	}
	return b
}

// pick returns table[index]. It reads every entry, so that memory accesses do not reveal the index.
// Four limbs in one round halve what the loop costs.
func pick(table []element, index uint64) element {
	var z element
	for i := range table {
		// All ones for the entry at which index has counted down to zero.
		wanted := (index|-index)>>63 - 1
		index--
		for j := 0; j < limbs; j += 4 {
			picked, entry := (*[4]uint64)(z[j:]), (*[4]uint64)(table[i][j:])
			picked[0] |= entry[0] & wanted
			picked[1] |= entry[1] & wanted
			picked[2] |= entry[2] & wanted
			picked[3] |= entry[3] & wanted
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

// setLimbs sets z to a big-endian integer of exactly 8*len(z) bytes.
func setLimbs(z []uint64, b []byte) {
	for i := range z {
		z[i] = binary.BigEndian.Uint64(b[len(b)-8*(i+1):])
	}
}
