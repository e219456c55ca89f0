package authtest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"time"
)

// handshakes seals the state of SRP handshakes into SECRET_BLOCKs, and checks the proofs that end
// them.
type handshakes struct {
	mu          *poolLock
	clock       *clock
	group       group
	blockCipher cipher.AEAD
	spent       spentBlocks
	size        int // at which the spent blocks are swept next
}

// srpState is the server's side of a handshake. It travels to the client and back inside
// SECRET_BLOCK, sealed, so that the pool keeps nothing of a handshake that is never finished.
type srpState struct {
	// ClientID and Challenge are those that the block belongs to.
	ClientID, Challenge string
	// Bound handshakes have a session as well.
	Bound    bool
	Username string
	// DeviceKey is the device presented so far.
	DeviceKey    string
	ClientPublic *big.Int
	ServerPublic *big.Int
	Secret       *big.Int
	Expires      time.Time
}

// blockHeader makes a SECRET_BLOCK begin with AgV4, as the real ones do.
func blockHeader() []byte { return []byte{0x02, 0x05, 0x78} }

// newBlockCipher makes a cipher with a key of its own, which makes its nonces itself.
func newBlockCipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(randomBytes(32))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (h *handshakes) sealBlock(state srpState) string {
	plain, _ := json.Marshal(state)                             // numbers, a string and a time always marshal
	block := h.blockCipher.Seal(blockHeader(), nil, plain, nil) //nolint:gosec // this AEAD makes its nonces
	return base64.StdEncoding.EncodeToString(block)
}

// openBlock returns the state in a SECRET_BLOCK that this pool made and that has not expired.
func (h *handshakes) openBlock(block []byte) (srpState, bool) {
	sealed, found := bytes.CutPrefix(block, blockHeader())
	if !found {
		return srpState{}, false
	}
	var state srpState
	plain, err := h.blockCipher.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(plain, &state) != nil {
		return srpState{}, false
	}
	return state, h.clock.now().Before(state.Expires)
}

// spentBlocks are the hashes of the blocks that were answered rightly, with the times at which they
// expire.
type spentBlocks map[[sha256.Size]byte]time.Time

// use marks the block of the claim as used and reports whether it was unused.
func (h *handshakes) use(c passwordClaim) bool {
	sweep(h.spent, &h.size, h.clock.longGone)
	id := sha256.Sum256(c.block)
	_, used := h.spent[id]
	h.spent[id] = c.state.Expires
	return !used
}

// spend is use without the pool's lock held.
func (h *handshakes) spend(c passwordClaim) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.use(c)
}

// claimSkew is how far the client's clock may be off.
const claimSkew = 5 * time.Minute

// passwordClaim is the answer to the second step of an SRP handshake.
type passwordClaim struct {
	block, signature []byte
	timestamp        string
	at               time.Time
	// state is what was in the block; whole says that it is one of the pool's, for this client and
	// challenge, and in time.
	state srpState
	whole bool
}

// readClaim fails only for a TIMESTAMP that no client would send.
func (h *handshakes) readClaim(
	client *appClient,
	challenge string,
	responses map[string]string,
) (passwordClaim, error) {
	at, err := parseTimestamp(responses["TIMESTAMP"])
	if err != nil {
		return passwordClaim{}, err
	}
	block, blockErr := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	signature, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SIGNATURE"])
	state, open := h.openBlock(block)
	return passwordClaim{
		block: block, signature: signature, timestamp: responses["TIMESTAMP"], at: at, state: state,
		whole: blockErr == nil && err == nil && open && state.ClientID == client.id && state.Challenge == challenge,
	}, nil
}

// claimHolds reports whether the signature proves knowledge of the password for this block.
func (h *handshakes) claimHolds(c passwordClaim, v verifier, pool, name string) bool {
	if !c.whole || !h.fresh(c.at) {
		return false
	}
	key := h.group.claimKey(c.state.ClientPublic, c.state.ServerPublic, c.state.Secret, v)
	return key != nil && hmac.Equal(claimSignature(key, pool, name, c.block, c.timestamp), c.signature)
}

// timestampLayout is Java's "EEE MMM d HH:mm:ss z yyyy" in UTC: the day of the month has no
// padding.
const timestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// parseTimestamp is as strict as the service: a padded day or a weekday that does not belong to the
// date is as bad as a wrong password.
func parseTimestamp(text string) (time.Time, error) {
	at, err := time.Parse(timestampLayout, text)
	if err != nil {
		return time.Time{}, malformed(codeInvalidParameter,
			"TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	if at.Format(timestampLayout) != text {
		return time.Time{}, malformed(codeNotAuthorized, textWrongPassword)
	}
	return at, nil
}

// fresh reports whether a timestamp is near the wall clock or the pool's clock. Clients cannot
// follow the pool's clock.
func (h *handshakes) fresh(at time.Time) bool {
	return time.Until(at).Abs() <= claimSkew || at.Sub(h.clock.now()).Abs() <= claimSkew
}
