package redisstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
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
	// TTL is how long a record is kept after its last Save. 0 means forever. Tokens are saved
	// whenever they are refreshed, so a TTL as long as the app client's refresh token validity
	// signs nobody out early. It applies to remembered devices as well.
	TTL time.Duration
	// Key is the key that records are sealed under: 32 random bytes. Required.
	Key []byte
	// LeaseTTL is the time after which the lease of a process that died is free. Default: 10
	// seconds. Minimum: 100 milliseconds.
	LeaseTTL time.Duration
}

// A Store is an [auth.Store] and [auth.Leaser] that keeps sealed records in Redis. It is safe for
// concurrent use and need not be closed.
type Store struct {
	redacted
	client   redis.UniversalClient
	save     *redis.Script
	lease    leaseScripts
	seal     sealer
	prefix   string
	ttl      time.Duration
	leaseTTL time.Duration
}

// New returns a Store that uses client. It does not connect to Redis. A wrong Key is not noticed
// before a record is loaded.
func New(client redis.UniversalClient, cfg Config) (*Store, error) {
	if client == nil {
		return nil, errors.New("redisstore: no client given")
	}
	keys, err := aead.NewKeys(cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("redisstore: Config.Key: %w", err)
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
		client: client, save: redis.NewScript(saveScript), lease: newLeaseScripts(), seal: sealer{keys: keys},
		prefix: cfg.Prefix, ttl: cfg.TTL, leaseTTL: cfg.LeaseTTL,
	}, nil
}

// Load returns the record saved under key. Errors:
//   - [auth.ErrRecordNotFound]: there is no record
//   - [*SealError]: the record does not open
//   - an error of Redis or of ctx
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	if err := ctx.Err(); err != nil {
		return auth.Record{}, failed(ctx, "load", err)
	}
	name := s.name(key)
	// One byte more than allowed, to detect longer values.
	value, err := s.client.GetRange(ctx, name, 0, maxValue).Result()
	if err != nil {
		return auth.Record{}, failed(ctx, "load", err)
	}
	if value == "" {
		return auth.Record{}, fmt.Errorf("redisstore: load: %w", auth.ErrRecordNotFound)
	}
	r, err := s.seal.open(key, []byte(value))
	if err != nil {
		return auth.Record{}, &SealError{RedisKey: name, Err: err}
	}
	return r, nil
}

// Save seals and stores r, if r has the version of the stored record, and returns r with its new
// version. The record is then kept for Config.TTL from now. Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - an error of Redis or of ctx: the stored record is the old one or the new one
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if len(r.Data) > MaxData {
		return auth.Record{}, fmt.Errorf("redisstore: save: %d bytes of data are more than %d", len(r.Data), MaxData)
	}
	if err := ctx.Err(); err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	old := header(r.Version)
	r.Version = rand.Text()
	value, err := s.seal.seal(key, r)
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	saved, err := s.save.Run(ctx, s.client, []string{s.name(key)}, old, value, s.ttl.Milliseconds()).Bool()
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	if !saved {
		return auth.Record{}, fmt.Errorf("redisstore: save: %w", auth.ErrRecordConflict)
	}
	return r, nil
}

// Delete removes the record under key, even if it does not open.
func (s *Store) Delete(ctx context.Context, key string) error {
	err := ctx.Err()
	if err == nil {
		err = s.client.Del(ctx, s.name(key)).Err()
	}
	if err != nil {
		return failed(ctx, "delete", err)
	}
	return nil
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

// saveScript replaces the value of KEYS[1] with ARGV[2] if the current value has the header
// ARGV[1], which is empty if there is no value, and returns 1. It also succeeds if the current
// value has the header of ARGV[2]: then go-redis has sent the script again because the first answer
// was lost. ARGV[3] is the time to live in milliseconds; 0 means forever.
const saveScript = `
local header = redis.call('GETRANGE', KEYS[1], 0, 26)
if header ~= ARGV[1] and header ~= string.sub(ARGV[2], 1, 27) then
	return 0
end
if ARGV[3] == '0' then
	redis.call('SET', KEYS[1], ARGV[2])
else
	redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1`

const (
	purpose     = "amplify-auth-go redisstore 1 "
	versionSize = 26 // of rand.Text
	headerSize  = 1 + versionSize
	maxValue    = MaxData + 1<<10
)

// A SealError reports a record that does not open: it was sealed under another key, or its value is
// damaged. The record stays until [Store.Delete] is called.
type SealError struct {
	RedisKey string // of the value
	Err      error  // the reason
}

// Error returns the Redis key and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("redisstore: %s does not open: %v", e.RedisKey, e.Err)
}

// Unwrap returns e.Err.
func (e *SealError) Unwrap() error { return e.Err }

// A sealer converts records to the values in Redis and back. Each record has an AES key of its own:
// one key is good for 2^32 saves, which all records of a busy service would exceed.
type sealer struct {
	keys aead.Keys
}

func binding(key string) aead.Binding { return aead.Binding{Purpose: purpose + key, Name: key} }

func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	return s.keys.Seal(binding(key), []byte(header(r.Version)), r.Data)
}

func (s sealer) open(key string, value []byte) (auth.Record, error) {
	if err := aead.CheckRecord(value, maxValue); err != nil {
		return auth.Record{}, err
	}
	if len(value) < headerSize {
		return auth.Record{}, errors.New("it has no version")
	}
	data, err := s.keys.Open(binding(key), headerSize, value)
	if err != nil {
		return auth.Record{}, err
	}
	return auth.Record{Data: data, Version: string(value[1:headerSize])}, nil
}

// header returns the first bytes of the value of a record with that version. It is empty if there
// is no record.
func header(version string) string {
	if version == "" {
		return ""
	}
	return string(rune(aead.Format)) + version
}
