package authtest

import (
	"math/big"
)

// simulatedUser is the stand-in for a user who does not exist, where the pool hides that. The same name always gets the same
// id and salt, and no password ever matches.
func (p *Pool) simulatedUser(name string) *user {
	v := make([]byte, 0, 384)
	for block := byte(0); len(v) < cap(v); block++ {
		v = append(v, p.derive("verifier", name, block)...)
	}
	id := formatUUID(p.derive("id", name, 0))
	return &user{
		username: id,
		sub:      id,
		status:   statusConfirmed,
		password: verifier{
			salt: new(big.Int).SetBytes(p.derive("salt", name, 0)[:16]),
			v:    new(big.Int).Mod(new(big.Int).SetBytes(v), p.group.n),
		},
	}
}

// simulatedDelivery is where a code for a user who does not exist seems to go: by e-mail unless the name is a number.
func (p *Pool) simulatedDelivery(name string) *delivery {
	switch {
	case isPhone(name):
		return deliveryTo(attrPhone, name)
	case isEmail(name):
		return deliveryTo(attrEmail, name)
	}
	letters := p.derive("delivery", name, 0)
	address := string('a'+rune(letters[0]%26)) + "@" + string('a'+rune(letters[1]%26))
	return deliveryTo(attrEmail, address)
}

// derive gives 32 bytes that depend on the pool, the name and the purpose.
func (p *Pool) derive(purpose, name string, block byte) []byte {
	return mac(p.simulation, []byte(purpose), []byte{0}, []byte(p.users.fold(name)), []byte{0, block})
}
