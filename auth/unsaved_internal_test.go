package auth

import (
	"strconv"
	"testing"
	"testing/synctest"
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
	assert.Empty(t, u.byFingerprint, "what is too old is removed")
}

// TestUnsavedResultsEndByThemselves: nobody may ask for them again.
func TestUnsavedResultsEndByThemselves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var u unsaved
		keep := func(token string) { u.keep(&tokens{RefreshToken: token}, &tokens{}, time.Now()) }
		kept := func() int {
			synctest.Wait()
			u.mu.Lock()
			defer u.mu.Unlock()
			return len(u.byFingerprint)
		}
		keep("first")
		time.Sleep(unsavedLife / 2)
		keep("second")
		time.Sleep(unsavedLife/2 - time.Second)
		assert.Equal(t, 2, kept())
		time.Sleep(time.Second)
		assert.Equal(t, 1, kept())
		time.Sleep(unsavedLife / 2)
		assert.Zero(t, kept())
		keep("third")
		time.Sleep(unsavedLife)
		assert.Zero(t, kept())
	})
}

// TestKeepRemovesWhatIsTooOld, even before the timer does.
func TestKeepRemovesWhatIsTooOld(t *testing.T) {
	t.Parallel()
	var u unsaved
	start := time.Now()
	u.keep(&tokens{RefreshToken: "first"}, &tokens{}, start)
	u.keep(&tokens{RefreshToken: "second"}, &tokens{}, start.Add(unsavedLife))
	assert.Len(t, u.byFingerprint, 1)
}
