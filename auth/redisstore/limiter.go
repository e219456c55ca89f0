package redisstore

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Limiter counts tries in Redis, for several processes together: package auth/bff takes it as its
// Limiter. A key takes one small value, which expires as soon as it has no effect. It is safe for
// concurrent use.
type Limiter struct {
	client redis.UniversalClient
	script script
	prefix string
}

// NewLimiter returns a Limiter that uses client, which may be that of a [Store]. prefix begins the
// names of its Redis keys, followed by a colon; an empty one stands for "amplify-auth-limit". It
// does not connect to Redis.
func NewLimiter(client redis.UniversalClient, prefix string) (*Limiter, error) {
	if client == nil {
		return nil, errors.New("redisstore: no client given")
	}
	if prefix == "" {
		prefix = "amplify-auth-limit"
	}
	return &Limiter{client: client, script: newScript(limitScript), prefix: prefix}, nil
}

// Allow counts a try under key and returns zero, if there were fewer than tries in the last per.
// Otherwise it counts nothing and returns how long to wait for the next try. After per / tries one
// more try is free, by the clock of Redis. If the answer of Redis is lost, go-redis may count a try
// twice.
//
// Errors:
//   - an error of Redis or of ctx
func (l *Limiter) Allow(ctx context.Context, key string, tries int, per time.Duration) (time.Duration, error) {
	if tries <= 0 || per < time.Millisecond {
		return 0, errors.New("redisstore: a limit must have tries, and a time of at least a millisecond")
	}
	wait, err := l.script.run(ctx, l.client, l.prefix+":"+key, tries, per.Microseconds()).Int64()
	if err != nil {
		return 0, failed(ctx, "limit", err)
	}
	return time.Duration(wait) * time.Microsecond, nil
}

// limitScript keeps the time at which all tries of KEYS[1] are free again, in microseconds. Of
// ARGV[1] tries in ARGV[2] microseconds each takes its part. It returns 0, or how long to wait.
const limitScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local per = tonumber(ARGV[2])
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)) + math.floor(per / ARGV[1])
if full - now > per then
	return full - now - per
end
redis.call('SET', KEYS[1], string.format('%d', full), 'PX', math.ceil((full - now) / 1000) + 1)
return 0`
