package srp

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

// powerOfG is g^e, in the same steps for every exponent of one length; at most combRows limbs.
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

// power is base^e in fixed windows of four bits, in the same steps for every exponent of one
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
