package jwt

import (
	"bytes"
	"sync/atomic"
)

// maxHeaders is the size of a [headerCache]. A pool signs its access and its ID tokens with a key
// each, and has others while it changes them.
const maxHeaders = 16

// headerCache holds the headers of tokens whose signatures were valid. All tokens that a key signs
// have the same header, so decoding it once serves all. The zero value is empty.
type headerCache struct {
	headers atomic.Pointer[[]knownHeader] // the newest first; replaced, never changed
}

type knownHeader struct {
	header
	encoded []byte
}

func (c *headerCache) get(encoded []byte) (header, bool) {
	if known := c.headers.Load(); known != nil {
		for _, h := range *known {
			if bytes.Equal(h.encoded, encoded) {
				return h.header, true
			}
		}
	}
	return header{}, false
}

// put adds a header. Of two that are added at the same time one may be lost.
func (c *headerCache) put(encoded []byte, h header) {
	headers := []knownHeader{{header: h, encoded: bytes.Clone(encoded)}}
	if known := c.headers.Load(); known != nil {
		headers = append(headers, (*known)[:min(len(*known), maxHeaders-1)]...)
	}
	c.headers.Store(&headers)
}
