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
	Username     string
	ClientPublic *big.Int
	ServerPublic *big.Int
	Secret       *big.Int
	Expires      time.Time
}

// blockHeader makes a SECRET_BLOCK begin with AgV4, as the real ones do.
func blockHeader() []byte { return []byte{0x02, 0x05, 0x78} }

func (p *Pool) blockCipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(p.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (p *Pool) sealBlock(state srpState) (string, error) {
	aead, err := p.blockCipher()
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	nonce := randomBytes(aead.NonceSize())
	block := aead.Seal(append(blockHeader(), nonce...), nonce, plain, nil)
	return base64.StdEncoding.EncodeToString(block), nil
}

// openBlock returns the state in a SECRET_BLOCK that this pool made and that has not expired.
func (p *Pool) openBlock(block []byte) (srpState, bool) {
	aead, err := p.blockCipher()
	sealed, found := bytes.CutPrefix(block, blockHeader())
	if err != nil || !found || len(sealed) < aead.NonceSize() {
		return srpState{}, false
	}
	var state srpState
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
	if err != nil || json.Unmarshal(plain, &state) != nil {
		return srpState{}, false
	}
	return state, p.Now().Before(state.Expires)
}

// spentBlocks are the hashes of the blocks that were answered rightly.
type spentBlocks map[[sha256.Size]byte]bool

// spend uses a block up and reports whether it was unused.
func (p *Pool) spend(block []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := sha256.Sum256(block)
	fresh := !p.spent[id]
	p.spent[id] = true
	return fresh
}
