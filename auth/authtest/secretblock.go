package authtest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"time"
)

// srpState is the server's side of a handshake. It travels to the client and back inside SECRET_BLOCK, sealed, so that the
// pool keeps nothing of a handshake that is never finished.
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

// newBlockCipher makes a cipher with a key of its own.
func newBlockCipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(randomBytes(32))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (p *Pool) sealBlock(state srpState) string {
	plain, _ := json.Marshal(state) // numbers, a string and a time always marshal
	nonce := randomBytes(p.blockCipher.NonceSize())
	block := p.blockCipher.Seal(append(blockHeader(), nonce...), nonce, plain, nil)
	return base64.StdEncoding.EncodeToString(block)
}

// openBlock returns the state in a SECRET_BLOCK that this pool made and that has not expired.
func (p *Pool) openBlock(block []byte) (srpState, bool) {
	sealed, found := bytes.CutPrefix(block, blockHeader())
	size := p.blockCipher.NonceSize()
	if !found || len(sealed) < size {
		return srpState{}, false
	}
	var state srpState
	plain, err := p.blockCipher.Open(nil, sealed[:size], sealed[size:], nil)
	if err != nil || json.Unmarshal(plain, &state) != nil {
		return srpState{}, false
	}
	return state, p.Now().Before(state.Expires)
}

// spentBlocks are the hashes of the blocks that were answered rightly, with the times at which they expire.
type spentBlocks map[[sha256.Size]byte]time.Time

// use uses the claim's block up and reports whether it was unused.
func (p *Pool) use(c claim) bool {
	sweep(p.spent, &p.sizes.spent, p.longGone)
	id := sha256.Sum256(c.block)
	_, used := p.spent[id]
	p.spent[id] = c.state.Expires
	return !used
}

// spend is use without the pool's lock held.
func (p *Pool) spend(c claim) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.use(c)
}
