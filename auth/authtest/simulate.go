package authtest

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
)

// simulatedUser is the stand-in for a user who does not exist, where the pool hides that. The same name always gets the same
// id, salt and address, and no password ever matches.
func (p *Pool) simulatedUser(name string) *user {
	id := formatUUID(p.derive("id", name, 0))
	attribute, address := p.simulatedAddress(name)
	return &user{
		username: id, sub: id, status: statusConfirmed, simulated: true, password: p.simulatedVerifier(name),
		attributes: map[string]string{attribute: address, attribute + verifiedSuffix: "true"},
	}
}

// simulatedVerifier is that of a password which nobody knows.
func (p *Pool) simulatedVerifier(name string) verifier {
	v := make([]byte, 0, 384)
	for block := byte(0); len(v) < cap(v); block++ {
		v = append(v, p.derive("verifier", name, block)...)
	}
	return verifier{
		salt: new(big.Int).SetBytes(p.derive("salt", name, 0)[:16]),
		v:    new(big.Int).Mod(new(big.Int).SetBytes(v), p.group.n),
	}
}

// verifierOf is what the user's password is checked against. A user without a password looks like one with a password.
func (p *Pool) verifierOf(u *user) verifier {
	if u.hasPassword() {
		return u.password
	}
	return p.simulatedVerifier(u.username)
}

// simulatedDelivery is where a code for a user who does not exist seems to go.
func (p *Pool) simulatedDelivery(name string) *delivery {
	return deliveryTo(p.simulatedAddress(name))
}

// simulatedAddress is the name itself if that is an address or a number. If not, it is of the kind that the pool verifies.
func (p *Pool) simulatedAddress(name string) (attribute, address string) {
	switch {
	case isPhone(name):
		return attrPhone, name
	case isEmail(name):
		return attrEmail, name
	}
	letters := p.derive("delivery", name, 0)
	if slices.Equal(p.cfg.AutoVerifiedAttributes, []string{attrPhone}) {
		return attrPhone, fmt.Sprintf("+1%010d", binary.BigEndian.Uint32(letters))
	}
	return attrEmail, string('a'+rune(letters[0]%26)) + "@" + string('a'+rune(letters[1]%26))
}

// derive gives 32 bytes that depend on the pool, the name and the purpose.
func (p *Pool) derive(purpose, name string, block byte) []byte {
	return mac(p.simulation, []byte(purpose), []byte{0}, []byte(p.users.fold(name)), []byte{0, block})
}
