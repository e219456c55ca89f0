package redisstore

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	firstPoll = 10 * time.Millisecond
	lastPoll  = 200 * time.Millisecond
	// freeTimeout is how long it may take to give a lease back. If it does not succeed, the lease
	// expires.
	freeTimeout = time.Second
)

// Lease waits until nobody else holds the lease of key, and holds it until release is called,
// however long that takes. An error of Redis ends the waiting. A holder that cannot reach Redis for
// Config.LeaseTTL loses the lease without being told; it keeps nobody from saving, so Save has the
// last word.
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	l := lease{client: s.client, scripts: s.scripts, name: s.name(key) + ":lease", token: rand.Text(), ttl: s.leaseTTL}
	for wait := firstPoll; ; wait = min(2*wait, lastPoll) {
		if err := ctx.Err(); err != nil {
			return nil, failed(ctx, "lease", err)
		}
		held, err := l.run(ctx, l.scripts.take)
		if err != nil {
			l.free(ctx) // it may have been taken although no answer came
			return nil, failed(ctx, "lease", err)
		}
		if held {
			return l.keep(ctx), nil
		}
		pause(ctx, wait/2+mathrand.N(wait)) //nolint:gosec // those who wait should not all come back at once; no secret
	}
}

// A lease belongs to whoever knows its token.
type lease struct {
	client      redis.UniversalClient
	scripts     scripts
	name, token string
	ttl         time.Duration
}

func (l lease) run(ctx context.Context, script *redis.Script) (bool, error) {
	return script.Run(ctx, l.client, []string{l.name}, l.token, l.ttl.Milliseconds()).Bool()
}

// keep renews the lease until release is called, which waits until the lease is free. ctx was for
// waiting only.
func (l lease) keep(ctx context.Context) (release func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.renew(ctx)
		l.free(ctx)
	}()
	return sync.OnceFunc(func() {
		stop()
		<-ended
	})
}

// renew goes on through errors of Redis, which may pass before the lease does. It returns when ctx
// is done or the lease is lost.
func (l lease) renew(ctx context.Context) {
	for {
		pause(ctx, l.ttl/3)
		if ctx.Err() != nil {
			return
		}
		if held, err := l.run(ctx, l.scripts.renew); err == nil && !held {
			return
		}
	}
}

// free cannot fail: a lease that stays expires.
func (l lease) free(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freeTimeout)
	defer cancel()
	_, _ = l.run(ctx, l.scripts.free)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

type scripts struct {
	save, take, renew, free *redis.Script
}

func newScripts() scripts {
	return scripts{
		save:  redis.NewScript(saveScript),
		take:  redis.NewScript(takeScript),
		renew: redis.NewScript(renewScript),
		free:  redis.NewScript(freeScript),
	}
}
