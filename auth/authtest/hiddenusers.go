package authtest

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
)

// hiddenUsers simulates users who do not exist, where the pool hides who does.
type hiddenUsers struct {
	clock    *clock
	settings *settings
	users    *directory
	group    group
	// key is what the simulated values are derived from.
	key []byte
	// placeholders are kept by name.
	placeholders map[string]*user
	size         int // at which the placeholders are swept next
}

// user returns the simulation of a user who does not exist. The same name always has the same id,
// salt and address, and no password ever matches.
func (h *hiddenUsers) user(name string) *user {
	id := formatUUID(h.derive("id", name, 0))
	attribute, address := h.address(name)
	return &user{
		username: id, sub: id, status: statusConfirmed, simulated: true, password: h.verifier(name),
		attributes: map[string]string{attribute: address, attribute + verifiedSuffix: "true"},
	}
}

// verifier returns the verifier of a password that nobody knows.
func (h *hiddenUsers) verifier(name string) verifier {
	v := make([]byte, 0, 384)
	for block := byte(0); len(v) < cap(v); block++ {
		v = append(v, h.derive("verifier", name, block)...)
	}
	return verifier{
		salt: new(big.Int).SetBytes(h.derive("salt", name, 0)[:16]),
		v:    new(big.Int).Mod(new(big.Int).SetBytes(v), h.group.n),
	}
}

// verifierOf returns the verifier against which the user's password is checked. A user without a
// password looks like one with a password.
func (h *hiddenUsers) verifierOf(u *user) verifier {
	if u.hasPassword() {
		return u.password
	}
	return h.verifier(u.username)
}

// delivery returns where a code for a user who does not exist seems to go.
func (h *hiddenUsers) delivery(name string) *delivery {
	return deliveryTo(h.address(name))
}

// address returns the name itself if that is an e-mail address or a phone number, and otherwise a
// contact of the kind that the pool verifies.
func (h *hiddenUsers) address(name string) (attribute, address string) {
	switch {
	case isPhone(name):
		return attrPhone, name
	case isEmail(name):
		return attrEmail, name
	}
	letters := h.derive("delivery", name, 0)
	if slices.Equal(h.settings.cfg.AutoVerifiedAttributes, []string{attrPhone}) {
		return attrPhone, fmt.Sprintf("+1%010d", binary.BigEndian.Uint32(letters))
	}
	return attrEmail, string('a'+rune(letters[0]%26)) + "@" + string('a'+rune(letters[1]%26))
}

// derive returns 32 bytes that depend on the pool, the name and the purpose.
func (h *hiddenUsers) derive(purpose, name string, block byte) []byte {
	return mac(h.key, []byte(purpose), []byte{0}, []byte(h.users.fold(name)), []byte{0, block})
}

// placeholder returns the record that stands for a user who does not exist, or seems not to. Calls
// are counted on it as on a real user, and no code is ever the right one.
func (h *hiddenUsers) placeholder(name string) *user {
	name = h.users.fold(name)
	u := h.placeholders[name]
	if u == nil {
		code := sentCode{code: randomText(32, alphanumeric), expires: h.clock.now().Add(math.MaxInt64)}
		u = &user{status: statusUnconfirmed, signUpCode: code, resetCode: code}
		sweep(h.placeholders, &h.size, func(u *user) bool { return u.idle(h.clock.now()) })
		h.placeholders[name] = u
	}
	return u
}
