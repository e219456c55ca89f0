package auth

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// TestDeviceIsAwaitedForALimitedTime: a sign-in goes on without one if no other registers it.
func TestDeviceIsAwaitedForALimitedTime(t *testing.T) {
	t.Parallel()
	const leave = 1010 * time.Millisecond // between two looks at the Store
	for name, tt := range map[string]struct {
		device knownDevice
		cancel time.Duration
		found  bool
		wait   time.Duration
	}{
		"nobody is about to register it": {},
		"it is there":                    {device: knownDevice{Key: "k"}, found: true},
		"its registration hangs":         {device: knownDevice{Key: "k", Reserved: true}, wait: deviceWait},
		"the caller leaves":              {device: knownDevice{Key: "k", Reserved: true}, cancel: leave, wait: leave},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				session := storedSession(t)
				if tt.device.Key != "" {
					tt.device.Since = time.Now()
					require.NoError(t, session.updateDevices(t.Context(), func(r *deviceRecord) error {
						r.put("alice", nil, tt.device)
						return nil
					}))
				}
				ctx := t.Context()
				if tt.cancel > 0 {
					limited, cancel := context.WithTimeout(ctx, tt.cancel)
					defer cancel()
					ctx = limited
				}
				start, d := time.Now(), signInDevice{session: session}
				assert.Equal(t, tt.found, d.await(ctx, "alice"))
				assert.Equal(t, tt.wait, time.Since(start))
				_, usable := d.find("alice")
				assert.Equal(t, tt.found, usable)
			})
		})
	}
}

// storedSession returns a session of a Client without a server.
func storedSession(t *testing.T) *Session {
	t.Helper()
	client, err := NewClient(Config{UserPoolID: "us-east-1_Example", ClientID: "client", Store: &MemoryStore{}})
	require.NoError(t, err)
	return client.Session("test")
}
