package authtest

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// newLoadedPool returns a pool with many users who signed in and refreshed their tokens every hour
// of a day, and whose access tokens have all expired.
func newLoadedPool(b *testing.B) *Pool {
	b.Helper()
	p, err := NewPool(Config{NoListener: true})
	require.NoError(b, err)
	b.Cleanup(p.Close)
	client, logins := p.core.clients.find(p.ClientID), p.core.tokens.logins
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	for range 20_000 {
		u := &user{username: newUUID(), sub: newUUID(), status: statusConfirmed, created: p.Now(), modified: p.Now()}
		p.core.users.add(u)
		l := &login{user: u, client: client, originJTI: newUUID(), at: p.Now(), expires: p.Now().Add(30 * day)}
		for hour := range 24 {
			logins.grant(l, p.Now().Add(time.Duration(hour)*time.Hour))
		}
		logins.add(l)
	}
	p.Advance(26 * time.Hour)
	return p
}

func BenchmarkSignOutEverywhere(b *testing.B) {
	p := newLoadedPool(b)
	require.NoError(b, p.AddUser(User{Username: "alice", Password: "Correct-horse-1!"}))
	target := adminAccountInput{adminTarget: adminTarget{UserPoolID: p.UserPoolID, Username: "alice"}}
	for b.Loop() {
		_, err := p.userAdmin().adminUserGlobalSignOut(target)
		require.NoError(b, err)
	}
}

func BenchmarkWriteState(b *testing.B) {
	p := newLoadedPool(b)
	for b.Loop() {
		require.NoError(b, p.WriteState(io.Discard))
	}
}
