package transport

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestShorterLimitStays: a connection that another request kept from being closed may have been
// idle for longer when it turns out to be dropped. That says nothing against the shorter limit.
func TestShorterLimitStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &idleLimit{transport: &http.Transport{}}
		l.learn(200 * time.Millisecond)
		l.learn(2 * time.Second)
		assert.Equal(t, 100*time.Millisecond, l.limit)
		l.learn(20 * time.Millisecond)
		assert.Equal(t, 10*time.Millisecond, l.limit)
		time.Sleep(dropMemory + time.Nanosecond)
		l.learn(2 * time.Second)
		assert.Equal(t, time.Second, l.limit)
	})
}
