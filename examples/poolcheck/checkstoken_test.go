package main

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHeaderHidesTheKeyID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"kid":"abc=","alg":"RS256"}`:       `{"kid":"<kid>","alg":"RS256"}`,
		`{"kid":"\/abc=","alg":"RS256"}`:     `{"kid":"<kid>","alg":"RS256"}`,
		`{"kid":"\/a\/bc=","alg":"RS256"}`:   `{"kid":"<kid>","alg":"RS256"}`,
		`{"kid":"/abc=","alg":"RS256"}`:      `{"kid":"<kid>","alg":"RS256"}`,
		`{"alg":"RS256","kid":"abc=","x":1}`: `{"alg":"RS256","kid":"<kid>","x":1}`,
	} {
		assert.Equal(t, want, header(base64.RawURLEncoding.EncodeToString([]byte(text))+".x.y"), text)
	}
}
