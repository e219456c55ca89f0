package auth

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestUnsavedResultsAreBounded(t *testing.T) {
	t.Parallel()
	var u unsaved
	start := time.Now()
	token := func(n int) *tokens { return &tokens{RefreshToken: strconv.Itoa(n)} }
	kept := func(n int, now time.Time) *tokens {
		_, renewed := u.find(fingerprint(strconv.Itoa(n)), now)
		return renewed
	}
	for n := range maxUnsaved + 2 {
		u.keep(token(n), token(-n), start.Add(time.Duration(n)))
	}
	assert.Len(t, u.byFingerprint, maxUnsaved)
	assert.Nil(t, kept(0, start))
	assert.Nil(t, kept(1, start), "what would end first is dropped")
	assert.Equal(t, "-2", kept(2, start).RefreshToken)
	u.keep(token(2), token(-3), start)
	assert.Equal(t, "-3", kept(2, start).RefreshToken)
	assert.Len(t, u.byFingerprint, maxUnsaved)
	assert.Nil(t, kept(3, start.Add(unsavedLife+time.Second)), "too old")
	assert.Len(t, u.byFingerprint, maxUnsaved-1, "what is too old is removed")
}
