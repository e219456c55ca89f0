package authtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Any number of passwords may be under way when the lock comes. They neither end it nor make it
// longer.
func TestLockoutHoldsAgainstParallelFailures(t *testing.T) {
	t.Parallel()
	for _, failures := range []int{freeFailures, 39, 70, 1000} {
		now, locks := time.Now(), lockouts{}
		for range failures {
			locks.fail("alice", now)
		}
		assert.True(t, locks.locked("alice", now), failures)
		assert.False(t, locks.locked("alice", now.Add(time.Second)), failures)
	}
}
