package authtest

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A pool that serves a load test drops challenges, locks and spent blocks soon after they end.
func TestEndedEntriesAreDropped(t *testing.T) {
	t.Parallel()
	p, err := NewPool(Config{PreventUserExistenceErrors: true})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	client := p.core.clients.find(p.ClientID)
	fill := func(hour int) string {
		p.core.mu.Lock()
		defer p.core.mu.Unlock()
		var last string
		for i := range keptBeforeSweep {
			name := strconv.Itoa(hour) + "-" + strconv.Itoa(i)
			last = p.sessions.open(challengeSession{signIn: signIn{client: client}})
			p.handshakes.use(passwordClaim{block: []byte(name), state: srpState{Expires: p.Now()}})
			assert.NoError(t, p.hidden.placeholder(name).allow("ForgotPassword", 5, p.Now()))
			p.core.passwords.failed(name)
		}
		return last
	}
	var last string
	for hour := range 4 {
		last = fill(hour)
		p.Advance(2 * time.Hour)
	}
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	for name, n := range map[string]int{
		"challenges": len(p.sessions.byHash), "spent": len(p.handshakes.spent),
		"placeholders": len(p.hidden.placeholders),
		"lockouts":     len(p.core.passwords.lockouts),
	} {
		assert.LessOrEqual(t, n, 2*keptBeforeSweep, name)
	}
	_, err = p.sessions.pending(last)
	assert.ErrorContains(t, err, textExpiredSession, "an expired session is still reported as expired")
}

func TestListsKeepTheNewest(t *testing.T) {
	t.Parallel()
	p, err := NewPool(Config{Devices: DevicesAlways})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	require.NoError(t, p.AddUser(User{Username: "alice", Password: "Correct-horse-1!"}))
	u := p.core.users.find("alice")
	confirmed := p.core.devices.issue(signIn{user: u})
	confirmed.confirmed = true
	for i := range 2 * keptRequests {
		p.service.log.add(Request{Operation: strconv.Itoa(i)})
		p.core.outbox.inbox.deliver("alice", Message{Code: strconv.Itoa(i)})
	}
	for range 3 * keptUnconfirmed {
		p.core.devices.issue(signIn{user: u})
	}
	assert.Equal(t, strconv.Itoa(2*keptRequests-1), p.LastCode("alice"))
	assert.LessOrEqual(t, len(p.Messages("alice")), 2*keptMessages)
	requests := p.Requests()
	assert.GreaterOrEqual(t, len(requests), keptRequests)
	assert.LessOrEqual(t, len(requests), 2*keptRequests)
	assert.Equal(t, strconv.Itoa(2*keptRequests-1), requests[len(requests)-1].Operation)
	assert.Len(t, u.devices, keptUnconfirmed+1)
	assert.Same(t, confirmed, u.devices[0])
}

// A pool whose users sign in and out all day keeps no more of them than of those of an hour, but
// for the refresh tokens: an expired and a revoked one are still told from one that never was.
func TestEndedSignInsAreDropped(t *testing.T) {
	t.Parallel()
	p, err := NewPool(Config{})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	require.NoError(t, p.AddUser(User{Username: "alice", Password: "Correct-horse-1!"}))
	u, client, logins := p.core.users.find("alice"), p.core.clients.find(p.ClientID), p.core.tokens.logins
	signIn := func() string {
		l := &login{user: u, client: client, originJTI: newUUID(), at: p.Now(), expires: p.Now().Add(time.Hour)}
		logins.grant(l, p.Now())
		return logins.add(l)
	}
	refused := func(token, want string) {
		_, err := p.refresher().refresh(client, getTokensInput{RefreshToken: token})
		assert.ErrorContains(t, err, want)
	}
	revoked := signIn()
	u.logins.end()
	expired := signIn()
	for range 3 {
		for range keptBeforeSweep {
			signIn()
		}
		p.Advance(48 * time.Hour)
	}
	last := signIn()
	assert.LessOrEqual(t, len(logins.byEvent), 2*keptBeforeSweep)
	assert.LessOrEqual(t, len(u.logins.byOrigin), 2*keptBeforeSweep)
	refused(revoked, "Refresh Token has been revoked")
	refused(expired, "Refresh Token has expired")
	refused("x", textInvalidRefreshToken)
	u.logins.end()
	refused(last, "Refresh Token has been revoked")
}

// The service checks for identity pools whether an ID token was revoked, which can live longer than
// the access token.
func TestRevokedIDTokenIsKnownUntilItExpires(t *testing.T) {
	t.Parallel()
	p, err := NewPool(Config{AccessTokenValidity: 5 * time.Minute, IDTokenValidity: day})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	client, logins, u := p.core.clients.find(p.ClientID), p.core.tokens.logins, &user{}
	l := &login{user: u, client: client, originJTI: newUUID(), expires: p.Now().Add(time.Hour)}
	logins.begin(l)
	revoked := logins.grant(l, p.Now()).eventID
	u.logins.end()
	p.Advance(23 * time.Hour)
	for range keptBeforeSweep {
		logins.grant(l, p.Now())
	}
	assert.True(t, logins.revoked(revoked))
}

// Passwords that are being checked when the lock begins neither end it nor extend it.
func TestParallelFailuresDoNotExtendTheLock(t *testing.T) {
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
