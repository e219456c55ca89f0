package redisstore

import (
	"bytes"
	"context"
	"crypto/cipher"
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
	// KeySize is how long Config.Key is, in bytes.
	KeySize = aead.KeySize
	// MaxData is how much data a record may hold, in bytes: four times what auth.Store asks for.
	MaxData = 1 << 20

	defaultPrefix   = "amplify-auth"
	defaultLeaseTTL = 10 * time.Second
	minLeaseTTL     = 100 * time.Millisecond
)

type redacted = redact.Secret

// Config says how a Store uses Redis. All Stores that share records need the same Prefix and Key.
type Config struct {
	redacted
	// Prefix is what the names of all keys in Redis begin with, before a colon. The default is
	// "amplify-auth".
	Prefix string
	// TTL is how long a record stays after it was last saved; 0 is for ever. Tokens are saved when
	// they are refreshed, so a TTL as long as the app client's refresh tokens are valid drops
	// nobody who could still be signed in. Remembered devices go, too.
	TTL time.Duration
	// Key is what records are sealed under: 32 random bytes. It is required.
	Key []byte
	// LeaseTTL is when others get the lease of a process that died. The default is 10 seconds, the
	// least is 100 milliseconds.
	LeaseTTL time.Duration
}

// A Store is an auth.Store and auth.Leaser of sealed values in Redis. It is safe for concurrent
// use, and needs no closing.
type Store struct {
	redacted
	client   redis.UniversalClient
	scripts  scripts
	seal     sealer
	prefix   string
	ttl      time.Duration
	leaseTTL time.Duration
}

// New returns the Store of the records that client reaches. It does not talk to Redis yet. A wrong
// Key shows only when a record is loaded.
func New(client redis.UniversalClient, cfg Config) (*Store, error) {
	if client == nil {
		return nil, errors.New("redisstore: no client given")
	}
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return nil, err
	}
	if cfg.Prefix == "" {
		cfg.Prefix = defaultPrefix
	}
	if cfg.LeaseTTL == 0 {
		cfg.LeaseTTL = defaultLeaseTTL
	}
	if cfg.LeaseTTL < minLeaseTTL {
		return nil, fmt.Errorf("redisstore: LeaseTTL is %v, want at least %v", cfg.LeaseTTL, minLeaseTTL)
	}
	if cfg.TTL != 0 && cfg.TTL < time.Millisecond {
		return nil, fmt.Errorf("redisstore: TTL is %v, want 0 or at least %v", cfg.TTL, time.Millisecond)
	}
	return &Store{
		client: client, scripts: newScripts(), seal: seal, prefix: cfg.Prefix, ttl: cfg.TTL, leaseTTL: cfg.LeaseTTL,
	}, nil
}

// Load returns the record saved under key. If there is one that does not open, the error is a
// *SealError.
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	if err := ctx.Err(); err != nil {
		return auth.Record{}, failed(ctx, "load", err)
	}
	name := s.name(key)
	value, err := s.client.GetRange(ctx, name, 0, maxValue).Result() // no more than it takes to see that it is too long
	if err != nil {
		return auth.Record{}, failed(ctx, "load", err)
	}
	if value == "" {
		return auth.Record{}, fmt.Errorf("redisstore: load: %w", auth.ErrRecordNotFound)
	}
	r, err := s.seal.open(key, value)
	if err != nil {
		return auth.Record{}, &SealError{RedisKey: name, Err: err}
	}
	return r, nil
}

// Save seals r and stores it if the version of what is stored is the one of r. It gives the record
// its whole Config.TTL again. After another error than [auth.ErrRecordConflict] the record is the
// old one or the new one.
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
	saved, err := s.scripts.save.Run(ctx, s.client, []string{s.name(key)}, old, value, s.ttl.Milliseconds()).Bool()
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	if !saved {
		return auth.Record{}, fmt.Errorf("redisstore: save: %w", auth.ErrRecordConflict)
	}
	return r, nil
}

// Delete removes the record under key, even one that does not open.
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

// name hashes key, so that any key makes a name and no name gives a key away. The braces keep the
// lease of a record on the same node of a cluster.
func (s *Store) name(key string) string {
	sum := sha256.Sum256([]byte(key))
	return s.prefix + ":{" + hex.EncodeToString(sum[:]) + "}"
}

// failed adds the context's error where go-redis reports only a timeout of the connection.
func failed(ctx context.Context, op string, err error) error {
	ended := ctx.Err()
	if deadline, ok := ctx.Deadline(); ok && ended == nil && !time.Now().Before(deadline) {
		ended = context.DeadlineExceeded // the connection's timer was faster than the context's
	}
	if ended != nil && !errors.Is(err, ended) {
		return fmt.Errorf("redisstore: %s: %w: %w", op, ended, err)
	}
	return fmt.Errorf("redisstore: %s: %w", op, err)
}

const (
	format      = 1
	purpose     = "amplify-auth-go redisstore 1 "
	versionSize = 26 // of rand.Text
	headerSize  = 1 + versionSize
	maxValue    = MaxData + 1<<10
)

// A SealError says that there is a record, but that it does not open: Config.Key is another one, or
// the value is damaged. The record stays as it is until somebody calls Delete.
type SealError struct {
	RedisKey string // of the value
	Err      error  // why
}

// Error names the Redis key and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("redisstore: %s does not open: %v", e.RedisKey, e.Err)
}

// Unwrap returns the reason.
func (e *SealError) Unwrap() error { return e.Err }

// A sealer turns records into the values that Redis keeps, and back.
type sealer struct {
	key []byte
}

func newSealer(key []byte) (sealer, error) {
	s := sealer{key: bytes.Clone(key)}
	if _, err := s.sealing(""); err != nil {
		return sealer{}, fmt.Errorf("redisstore: Config.Key: %w", err)
	}
	return s, nil
}

// sealing derives a key for every record: random nonces are good for 2^32 saves under one key,
// which a busy service would reach.
func (s sealer) sealing(key string) (cipher.AEAD, error) {
	return aead.New(s.key, purpose+key)
}

func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	sealing, err := s.sealing(key)
	if err != nil {
		return nil, err
	}
	head := header(r.Version)
	return sealing.Seal([]byte(head), nil, r.Data, []byte(head+key)), nil //nolint:gosec // this AEAD makes its nonces itself
}

func (s sealer) open(key, value string) (auth.Record, error) {
	switch {
	case value[0] != format:
		return auth.Record{}, fmt.Errorf("its format is %d, and only %d is known", value[0], format)
	case len(value) > maxValue:
		return auth.Record{}, fmt.Errorf("it is longer than %d bytes", maxValue)
	case len(value) < headerSize:
		return auth.Record{}, errors.New("it has no version")
	}
	sealing, err := s.sealing(key)
	if err != nil {
		return auth.Record{}, err
	}
	data, err := sealing.Open(nil, nil, []byte(value[headerSize:]), []byte(value[:headerSize]+key))
	if err != nil {
		return auth.Record{}, errors.New("it was sealed under another key, or changed since")
	}
	return auth.Record{Data: data, Version: value[1:headerSize]}, nil
}

// header is what the value of a record of that version begins with; nothing, if there is no record.
func header(version string) string {
	if version == "" {
		return ""
	}
	return string(rune(format)) + version
}

// Scripts are sent by their hash, and whole when the server does not know them. They return 1 if
// they did what they are for.
const (
	// saveScript replaces a value if its header is ARGV[1], or that of the new value ARGV[2]: then
	// this is the second time, since the first answer was lost. What is absent has an empty header.
	// ARGV[3] is the time to live, 0 for ever.
	saveScript = `
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
	// takeScript knows its own token, for the same reason.
	takeScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
	return 1
end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0`
	renewScript = `
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
