package redisstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
	"github.com/amplifyauth/amplify-auth-go/internal/lru"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

const (
	// KeySize is the length of [Config.Key] in bytes.
	KeySize = aead.KeySize
	// MaxData is the largest size of a record's data in bytes: four times what [auth.Store]
	// requires.
	MaxData = 1 << 20

	defaultPrefix   = "amplify-auth"
	defaultLeaseTTL = 10 * time.Second
	minLeaseTTL     = 100 * time.Millisecond
)

type redacted = redact.Secret

// Config configures a [Store]. All Stores that share records need the same Prefix and Key.
type Config struct {
	redacted
	// Prefix begins the name of every Redis key, followed by a colon. Default: "amplify-auth".
	Prefix string
	// TTL is how long a record is kept after its last use, which is a Load, an Unchanged or a Save.
	// 0 means forever. A record that ends before that, by its ExpiresAt, is kept until then. Redis
	// learns of a use when a tenth of the TTL has passed since the last one that it has learned of.
	// It applies to remembered devices as well. Stores that share records should agree on it.
	TTL time.Duration
	// Key is the key that records are sealed under: 32 random bytes. Required.
	Key []byte
	// OldKeys open the records that were sealed under them, and seal nothing. To change the Key,
	// add the new one to the OldKeys of all processes, then exchange the two, and remove the old
	// one when no record is left that is worth keeping, such as after the TTL.
	OldKeys [][]byte
	// LeaseTTL is the time after which the lease of a process that died is free. Default: 10
	// seconds. Minimum: 100 milliseconds.
	LeaseTTL time.Duration
}

// A Store is an [auth.Store], [auth.Leaser] and [auth.Revalidator] that keeps sealed records in
// Redis. It is safe for concurrent use and need not be closed.
type Store struct {
	redacted
	client   redis.UniversalClient
	records  recordScripts
	lease    leaseScripts
	seal     sealer
	prefix   string
	ttl      time.Duration
	leaseTTL time.Duration
	// due has, by name, the records whose time to live need not be renewed yet. One that is
	// replaced meanwhile has more of it left, or an end of its own.
	due *lru.Cache[string, struct{}]
}

// New returns a Store that uses client. It does not connect to Redis. A wrong Key is not noticed
// before a record is loaded.
func New(client redis.UniversalClient, cfg Config) (*Store, error) {
	if client == nil {
		return nil, errors.New("redisstore: no client given")
	}
	keys, err := aead.NewKeys(cfg.Key, cfg.OldKeys...)
	if err != nil {
		return nil, fmt.Errorf("redisstore: Config.Key, Config.OldKeys: %w", err)
	}
	if cfg.Prefix == "" {
		cfg.Prefix = defaultPrefix
	}
	if cfg.LeaseTTL == 0 {
		cfg.LeaseTTL = defaultLeaseTTL
	}
	if cfg.LeaseTTL < minLeaseTTL {
		return nil, fmt.Errorf("redisstore: Config.LeaseTTL is %v, want at least %v", cfg.LeaseTTL, minLeaseTTL)
	}
	if cfg.TTL != 0 && cfg.TTL < time.Millisecond {
		return nil, fmt.Errorf("redisstore: Config.TTL is %v, want 0 or at least %v", cfg.TTL, time.Millisecond)
	}
	return &Store{
		client: client, records: newRecordScripts(), lease: newLeaseScripts(), seal: sealer{keys: keys},
		prefix: cfg.Prefix, ttl: cfg.TTL, leaseTTL: cfg.LeaseTTL, due: lru.New[string, struct{}](maxDue),
	}, nil
}

// Load returns the record saved under key.
//
// Errors:
//   - [auth.ErrRecordNotFound]: there is no record, or it has expired
//   - [*SealError], which is an [auth.ErrRecordUnreadable]: the record does not open. The Record
//     has a Version, by which Save replaces it and Delete removes it
//   - an error of Redis or of ctx
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	name := s.name(key)
	value, err := s.use(ctx, name, maxValue+1) // one byte more than allowed, to detect longer values
	if err != nil {
		return auth.Record{}, failed(ctx, "load", err)
	}
	if value == "" {
		return auth.Record{}, fmt.Errorf("redisstore: load: %w", auth.ErrRecordNotFound)
	}
	r, err := s.seal.open(key, []byte(value))
	if err != nil {
		return auth.Record{Version: aead.UnreadableVersion([]byte(value))}, &SealError{RedisKey: name, Err: err}
	}
	if aead.Expired(r.Version) {
		return auth.Record{}, fmt.Errorf("redisstore: load: %w: it has expired", auth.ErrRecordNotFound)
	}
	return r, nil
}

// Unchanged reports whether the record under key still has that version and has not expired. It
// loads the first bytes of the record and decrypts nothing: anyone who can forge them can also
// restore the whole record.
func (s *Store) Unchanged(ctx context.Context, key, version string) (bool, error) {
	name := s.name(key)
	header, err := s.header(ctx, name, version)
	if err != nil {
		return false, failed(ctx, "unchanged", err)
	}
	return header == aead.Header(version) && !aead.Expired(version), nil
}

// maxDue bounds how many records a Store knows not to be due. Each that it forgets costs one
// command more.
const maxDue = 1 << 16

// header returns the header of a record that is thought to have that version, "" if there is none.
// If it may be time to renew the record's time to live, it looks, and then runs useScript. Two
// commands at once take less time than a script, and one takes less than two.
func (s *Store) header(ctx context.Context, name, version string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if _, later := s.due.Get(name); later {
		return s.client.GetRange(ctx, name, 0, aead.HeaderSize-1).Result()
	}
	var header *redis.StringCmd
	var left *redis.DurationCmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		header = p.GetRange(ctx, name, 0, aead.HeaderSize-1)
		left = p.PTTL(ctx, name)
		return nil
	})
	if err != nil || header.Val() == "" {
		return "", err
	}
	wait := s.untilRenewal(left.Val(), version)
	if wait <= 0 {
		return s.use(ctx, name, aead.HeaderSize)
	}
	s.due.Put(name, struct{}{}, time.Now().Add(wait))
	return header.Val(), nil
}

// untilRenewal returns when useScript would change the time to live of a record that has this much
// of it left.
func (s *Store) untilRenewal(left time.Duration, version string) time.Duration {
	keep := s.keep(aead.ExpiresAt(version))
	switch {
	case keep == 0 && left < 0:
		return time.Hour // never
	case keep == 0 || left < 0:
		return 0
	default:
		return left - keep*9/10
	}
}

// use returns the first size bytes of a record, "" if there is none, and renews its time to live.
func (s *Store) use(ctx context.Context, name string, size int) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return s.records.use.run(ctx, s.client, name, size, s.ttl.Milliseconds(), time.Now().UnixMilli()).Text()
}

// Save seals and stores r, if r has the version of the stored record, and returns r with its new
// version.
//
// Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - an error of Redis or of ctx: the stored record is the old one or the new one
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if len(r.Data) > MaxData {
		return auth.Record{}, fmt.Errorf("redisstore: save: %d bytes of data are more than %d", len(r.Data), MaxData)
	}
	if aead.Expired(r.Version) {
		return auth.Record{}, fmt.Errorf("redisstore: save: %w: it has expired", auth.ErrRecordConflict)
	}
	old := r.Version
	r.Version = aead.NewVersion(r.ExpiresAt)
	value, err := s.seal.seal(key, r)
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	keep := s.keep(r.ExpiresAt).Milliseconds()
	saved, err := s.exchange(ctx, s.records.save, key, old, value, keep)
	if err == nil && !saved && old == "" {
		saved, err = s.exchangeExpired(ctx, s.records.save, key, value, keep)
	}
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	if !saved {
		return auth.Record{}, fmt.Errorf("redisstore: save: %w", auth.ErrRecordConflict)
	}
	return r, nil
}

// Delete removes the record under key if it has the version of r.
//
// Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - an error of Redis or of ctx
func (s *Store) Delete(ctx context.Context, key string, r auth.Record) error {
	deleted, err := s.exchange(ctx, s.records.delete, key, r.Version)
	if err == nil && !deleted {
		deleted, err = s.exchangeExpired(ctx, s.records.delete, key)
	}
	if err != nil {
		return failed(ctx, "delete", err)
	}
	if !deleted {
		return fmt.Errorf("redisstore: delete: %w", auth.ErrRecordConflict)
	}
	return nil
}

// exchange runs a script that compares the record with that version, and reports whether it was
// that. A record that does not open has no version that Redis could compare, so exchange compares
// all of its bytes.
func (s *Store) exchange(ctx context.Context, script script, key, version string, more ...any) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	bytes, compared := aead.Header(version), aead.HeaderSize
	switch {
	case version == "":
		bytes = ""
	case aead.IsUnreadable(version):
		value, err := s.client.GetRange(ctx, s.name(key), 0, maxValue).Result()
		if err != nil {
			return false, err
		}
		if aead.UnreadableVersion([]byte(value)) == version {
			bytes, compared = value, maxValue+1
		}
	}
	arguments := append([]any{bytes, compared}, more...)
	return script.run(ctx, s.client, s.name(key), arguments...).Bool()
}

// exchangeExpired runs a script as exchange does, if the record has expired or is gone. Redis
// removes an expired record by itself, by its own clock and at any time, so that the first of two
// tries may compare with what has just been removed.
func (s *Store) exchangeExpired(ctx context.Context, script script, key string, more ...any) (bool, error) {
	for range 2 {
		version, expired, err := s.expired(ctx, key)
		if err != nil || !expired {
			return false, err
		}
		if done, err := s.exchange(ctx, script, key, version, more...); done || err != nil {
			return done, err
		}
	}
	return false, nil
}

// expired reports whether the record under key has expired, and returns its version, "" if Redis
// has removed it.
func (s *Store) expired(ctx context.Context, key string) (version string, expired bool, err error) {
	value, err := s.client.GetRange(ctx, s.name(key), 0, maxValue).Result()
	if err != nil || value == "" {
		return "", err == nil, err
	}
	r, err := s.seal.open(key, []byte(value))
	if err != nil {
		return "", false, nil //nolint:nilerr // a record that does not open has no end
	}
	return r.Version, aead.Expired(r.Version), nil
}

// keep returns how long a record is kept from now on, 0 for ever.
func (s *Store) keep(expiresAt time.Time) time.Duration {
	if expiresAt.IsZero() {
		return s.ttl
	}
	left := max(time.Until(expiresAt)+time.Millisecond, time.Millisecond) // rounded up
	if s.ttl == 0 {
		return left
	}
	return min(s.ttl, left)
}

// name returns the Redis key of the record under key. It hashes key, so that no Redis key reveals a
// session key. The braces keep a record and its lease on the same node of a cluster.
func (s *Store) name(key string) string {
	sum := sha256.Sum256([]byte(key))
	return s.prefix + ":{" + hex.EncodeToString(sum[:]) + "}"
}

// failed wraps err, and the error of ctx where go-redis reports only a timeout of the connection.
func failed(ctx context.Context, op string, err error) error {
	ended := ctx.Err()
	if deadline, ok := ctx.Deadline(); ok && ended == nil && !time.Now().Before(deadline) {
		ended = context.DeadlineExceeded // the connection's timer may fire before the context's
	}
	if ended != nil && !errors.Is(err, ended) {
		return fmt.Errorf("redisstore: %s: %w: %w", op, ended, err)
	}
	return fmt.Errorf("redisstore: %s: %w", op, err)
}
