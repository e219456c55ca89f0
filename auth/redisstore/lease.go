package redisstore

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/internal/leasing"
)

// freeTimeout bounds the request that frees a lease. If it fails, the lease expires.
const freeTimeout = time.Second

// Lease waits until no one else holds the lease of key, and holds it until release is called. It
// extends the lease in the background for as long as that takes. An error of Redis ends the wait.
//
// A holder that cannot reach Redis for Config.LeaseTTL loses the lease without notice. The lease
// does not block Save, and Save compares versions, so a late holder cannot overwrite newer data.
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	l := lease{client: s.client, scripts: s.lease, name: s.name(key) + ":lease", token: rand.Text(), ttl: s.leaseTTL}
	for backoff := new(leasing.Backoff); ; backoff.Wait(ctx) {
		if err := ctx.Err(); err != nil {
			return nil, failed(ctx, "lease", err)
		}
		held, err := l.run(ctx, l.scripts.acquire)
		if err != nil {
			l.free(ctx) // Redis may have set the lease although the answer was lost
			return nil, failed(ctx, "lease", err)
		}
		if held {
			return leasing.Keep(ctx, l.extend, l.free), nil
		}
	}
}

// A lease is a Redis key whose value is the token of its holder.
type lease struct {
	client      redis.UniversalClient
	scripts     leaseScripts
	name, token string
	ttl         time.Duration
}

func (l lease) run(ctx context.Context, script script) (bool, error) {
	return script.run(ctx, l.client, l.name, l.token, l.ttl.Milliseconds()).Bool()
}

// extend sets the lease's time to live again and again. It returns when ctx is done or the lease is
// lost. It retries after errors of Redis, which may end before the lease does.
func (l lease) extend(ctx context.Context) {
	for {
		leasing.Pause(ctx, l.ttl/3)
		if ctx.Err() != nil {
			return
		}
		if held, err := l.run(ctx, l.scripts.extend); err == nil && !held {
			return
		}
	}
}

// free deletes the lease. It ignores errors: a lease that is not deleted expires.
func (l lease) free(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freeTimeout)
	defer cancel()
	_, _ = l.run(ctx, l.scripts.free)
}

// The scripts take the token of the holder and the time to live in milliseconds. They return 1 if
// they did their work.
const (
	// acquireScript succeeds if the lease already has the token: then go-redis has sent the script
	// again because the first answer was lost.
	acquireScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
	return 1
end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0`
	extendScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`
	freeScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
return redis.call('DEL', KEYS[1])`
)

type leaseScripts struct {
	acquire, extend, free script
}

func newLeaseScripts() leaseScripts {
	return leaseScripts{
		acquire: newScript(acquireScript),
		extend:  newScript(extendScript),
		free:    newScript(freeScript),
	}
}
