package auth

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPausesAreBounded(t *testing.T) {
	t.Parallel()
	var p pauses
	now := time.Now()
	for _, length := range []time.Duration{1, 2, 4, 8, 16, 30, 30} { // in seconds
		p.failed("a", now)
		assert.True(t, p.active("a", now.Add(length*time.Second-1)), length)
		assert.False(t, p.active("a", now.Add(length*time.Second)), length)
	}
	p.over("a")
	assert.False(t, p.active("a", now))
	p.failed("a", now)
	assert.False(t, p.active("a", now.Add(time.Second)), "it begins anew after a success")
	for n := range maxPauses - 1 {
		p.failed(strconv.Itoa(n), now)
	}
	assert.Len(t, p.byToken, maxPauses)
	p.failed("one more", now)
	assert.Len(t, p.byToken, 1)
	assert.True(t, p.active("one more", now))
}
