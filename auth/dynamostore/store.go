package dynamostore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

const (
	// KeySize is the length of [Config.Key] in bytes.
	KeySize = aead.KeySize
	// MaxData is the largest size of a record's data in bytes. It leaves room for the rest of an
	// item, which DynamoDB limits to 400 KiB.
	MaxData = 384 << 10

	defaultLeaseTTL = 10 * time.Second
	minLeaseTTL     = 100 * time.Millisecond
)

// ErrUnavailable is what the errors of a [Store] wrap if DynamoDB throttled the request, failed or
// could not be reached, after the retries of the client. The call may be made again after a pause.
var ErrUnavailable = errors.New("DynamoDB is unavailable")

type redacted = redact.Secret

// Config configures a [Store]. All Stores that share records need the same Table and Key, and
// should have the same TTL and LeaseTTL.
type Config struct {
	redacted
	// Table is the name or the ARN of a table of the shape that [CreateTable] creates. Required.
	Table string
	// TTL is how long a record is kept after its last use, which is a Load, an Unchanged or a Save.
	// 0 means forever. A record that ends before that, by its ExpiresAt, is kept until then. A use
	// is written to the table when a tenth of the TTL has passed since the last one that was. It
	// applies to remembered devices as well. Minimum: one second.
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
// DynamoDB. It is safe for concurrent use and need not be closed.
type Store struct {
	redacted
	items    items
	seal     sealer
	ttl      time.Duration
	leaseTTL time.Duration
}

// New returns a Store that uses client. It does not connect to DynamoDB. A wrong Table or Key is
// not noticed before a record is loaded.
func New(client *dynamodb.Client, cfg Config) (*Store, error) {
	if client == nil {
		return nil, errors.New("dynamostore: no client given")
	}
	if cfg.Table == "" {
		return nil, errors.New("dynamostore: Config.Table is empty")
	}
	keys, err := aead.NewKeys(cfg.Key, cfg.OldKeys...)
	if err != nil {
		return nil, fmt.Errorf("dynamostore: Config.Key, Config.OldKeys: %w", err)
	}
	if cfg.LeaseTTL == 0 {
		cfg.LeaseTTL = defaultLeaseTTL
	}
	if cfg.LeaseTTL < minLeaseTTL {
		return nil, fmt.Errorf("dynamostore: Config.LeaseTTL is %v, want at least %v", cfg.LeaseTTL, minLeaseTTL)
	}
	if cfg.TTL != 0 && cfg.TTL < time.Second {
		return nil, fmt.Errorf("dynamostore: Config.TTL is %v, want 0 or at least %v", cfg.TTL, time.Second)
	}
	return &Store{
		items: items{client: client, table: cfg.Table}, seal: sealer{keys: keys}, ttl: cfg.TTL, leaseTTL: cfg.LeaseTTL,
	}, nil
}

// Load returns the record saved under key.
//
// Errors:
//   - [auth.ErrRecordNotFound]: there is no record, or it has expired
//   - [*SealError], which is an [auth.ErrRecordUnreadable]: the record does not open. The Record
//     has a Version, by which Save replaces it and Delete removes it
//   - [ErrUnavailable], or another error of DynamoDB or of ctx
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	id := idOf(key)
	i, err := s.items.get(ctx, id)
	if err != nil {
		return auth.Record{}, failed(ctx, "load", err)
	}
	if i.gone() {
		return auth.Record{}, fmt.Errorf("dynamostore: load: %w", auth.ErrRecordNotFound)
	}
	r, err := s.seal.open(key, i)
	if err != nil {
		return auth.Record{Version: i.unreadableVersion()}, &SealError{ItemID: id, Err: err}
	}
	s.use(ctx, id, r.Version, i)
	return r, nil
}

// Unchanged reports whether the record under key still has that version and has not expired. It
// decrypts nothing: anyone who can forge a version can also restore the whole record. DynamoDB
// transfers the version only, but counts the whole item as read.
func (s *Store) Unchanged(ctx context.Context, key, version string) (bool, error) {
	id := idOf(key)
	i, err := s.items.get(ctx, id, versionAttribute, expiresAttribute)
	if err != nil {
		return false, failed(ctx, "unchanged", err)
	}
	if i.gone() || i.version() != version {
		return false, nil
	}
	s.use(ctx, id, version, i)
	return true, nil
}

// use extends the life of a record that has been read. It ignores errors: the record was read, and
// the next use tries again.
func (s *Store) use(ctx context.Context, id, version string, i item) {
	if s.ttl == 0 {
		return
	}
	expires, err := i.expires()
	keep := s.keep(version)
	if err == nil && (expires == forever || keep-expires > int64(s.ttl.Seconds()/10)) {
		_, _ = s.items.setExpires(ctx, id, version, keep)
	}
}

// Save seals and stores r, if r has the version of the stored record, and returns r with its new
// version.
//
// Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - [ErrUnavailable], or another error of DynamoDB or of ctx: the stored record is the old one or
//     the new one
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if len(r.Data) > MaxData {
		return auth.Record{}, fmt.Errorf("dynamostore: save: %d bytes of data are more than %d", len(r.Data), MaxData)
	}
	id := idOf(key)
	condition, err := s.items.has(ctx, id, r.Version)
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	r.Version = aead.NewVersion(wholeSecond(r.ExpiresAt))
	sealed, err := s.seal.seal(key, r)
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	i := newItem(id, r.Version, s.keep(r.Version))
	i[sealedAttribute] = binary(sealed)
	// The client sends the request again if the answer was lost, and then meets its own write.
	saved, err := s.items.put(ctx, i, condition.or("version = :new", item{":new": text(r.Version)}))
	if err != nil {
		return auth.Record{}, failed(ctx, "save", err)
	}
	if !saved {
		return auth.Record{}, fmt.Errorf("dynamostore: save: %w", auth.ErrRecordConflict)
	}
	return r, nil
}

// Delete removes the record under key if it has the version of r.
//
// Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - [ErrUnavailable], or another error of DynamoDB or of ctx
func (s *Store) Delete(ctx context.Context, key string, r auth.Record) error {
	id := idOf(key)
	condition, err := s.items.has(ctx, id, r.Version)
	if err != nil {
		return failed(ctx, "delete", err)
	}
	deleted, err := s.items.remove(ctx, id, condition.or(gone, item{":now": now()}))
	if err != nil {
		return failed(ctx, "delete", err)
	}
	if !deleted {
		return fmt.Errorf("dynamostore: delete: %w", auth.ErrRecordConflict)
	}
	return nil
}

// keep returns when a record with that version expires if it is used now, in Unix seconds.
func (s *Store) keep(version string) int64 {
	keep := forever
	if s.ttl > 0 {
		keep = wholeSecond(time.Now().Add(s.ttl)).Unix()
	}
	return min(keep, endOf(version))
}

// endOf returns when a record with that version ends by itself, in Unix seconds.
func endOf(version string) int64 {
	end := aead.ExpiresAt(version)
	if end.IsZero() {
		return forever
	}
	return wholeSecond(end).Unix()
}

// wholeSecond rounds a time up to a full second, which is what DynamoDB's time to live counts in.
// The zero time stays.
func wholeSecond(t time.Time) time.Time {
	return t.Add(time.Second - time.Nanosecond).Truncate(time.Second)
}

// idOf returns the id of the item of the record under key. It hashes key, so that no id reveals a
// session key.
func idOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// transient classifies errors as the client's retries do.
var transient = retry.NewStandard()

// failed wraps err, with the error of ctx and ErrUnavailable if those are the reasons.
func failed(ctx context.Context, op string, err error) error {
	ended := ctx.Err()
	if transient.IsErrorRetryable(err) && (ended == nil || !errors.Is(err, ended)) {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	return fmt.Errorf("dynamostore: %s: %w", op, err)
}
