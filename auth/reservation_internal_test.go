package auth

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestReservationsAreRespectedForALimitedTime, whatever the other machine's clock says.
func TestReservationsAreRespectedForALimitedTime(t *testing.T) {
	t.Parallel()
	for age, respected := range map[time.Duration]bool{
		0: true, 59 * time.Second: true, 61 * time.Second: false, -30 * time.Second: true, -time.Hour: false,
	} {
		record := deviceRecord{}
		record.put("alice", nil, knownDevice{Key: "k", Reserved: true, Since: time.Now().Add(-age)})
		assert.Equal(t, respected, record.occupied("alice", 0), age)
	}
}
