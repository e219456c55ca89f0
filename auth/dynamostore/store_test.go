package dynamostore_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

// alices is the id of the record of alice: the SHA-256 of the name.
const alices = "2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90"

func TestStore(t *testing.T) { // alone: its writers have two minutes
	storetest.Run(t, func(t *testing.T) auth.Store {
		table := newTable(t)
		return spoiler{table.open(t, dynamostore.Config{Key: newKey()}), table}
	})
}

// A spoiler is a Store whose items storetest damages.
type spoiler struct {
	*dynamostore.Store
	table table
}

func (s spoiler) Spoil(t *testing.T, _ string) {
	t.Helper()
	damaged := s.table.get(t, alices)
	damaged["sealed"] = binary(append(bytesOf(damaged["sealed"]), 'x'))
	s.table.put(t, damaged)
}

func TestStore_shared(t *testing.T) { // alone: its writers have two minutes
	storetest.RunShared(t, func(t *testing.T) (a, b auth.Store) {
		table := newTable(t)
		cfg := dynamostore.Config{Key: newKey(), TTL: time.Hour}
		return table.open(t, cfg), table.open(t, cfg)
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	client := dynamodb.New(dynamodb.Options{})
	good := newKey()
	cases := map[string]struct {
		client *dynamodb.Client
		cfg    dynamostore.Config
		want   string
	}{
		"no client":          {nil, dynamostore.Config{Table: "t", Key: good}, "no client given"},
		"no table":           {client, dynamostore.Config{Key: good}, "Config.Table is empty"},
		"no key":             {client, dynamostore.Config{Table: "t"}, "Config.Key, Config.OldKeys: the key is 0 bytes long, want 32"},
		"short key":          {client, dynamostore.Config{Table: "t", Key: good[1:]}, "Config.Key, Config.OldKeys: the key is 31 bytes long, want 32"},
		"long old key":       {client, dynamostore.Config{Table: "t", Key: good, OldKeys: [][]byte{make([]byte, 64)}}, "Config.Key, Config.OldKeys: the key is 64 bytes long, want 32"},
		"negative TTL":       {client, dynamostore.Config{Table: "t", Key: good, TTL: -1}, "Config.TTL is -1ns, want 0 or at least 1s"},
		"tiny TTL":           {client, dynamostore.Config{Table: "t", Key: good, TTL: time.Millisecond}, "Config.TTL is 1ms, want 0 or at least 1s"},
		"negative lease TTL": {client, dynamostore.Config{Table: "t", Key: good, LeaseTTL: -1}, "Config.LeaseTTL is -1ns, want at least 100ms"},
		"tiny lease TTL":     {client, dynamostore.Config{Table: "t", Key: good, LeaseTTL: time.Millisecond}, "Config.LeaseTTL is 1ms, want at least 100ms"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := dynamostore.New(tc.client, tc.cfg)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

// expires returns in how many seconds the record of alice expires.
func expires(t *testing.T, table table) int64 {
	t.Helper()
	value, ok := table.get(t, alices)["expires"].(*types.AttributeValueMemberN)
	require.True(t, ok, "the item has no attribute expires")
	seconds, err := strconv.ParseInt(value.Value, 10, 64)
	require.NoError(t, err)
	return seconds - time.Now().Unix()
}

func setExpires(t *testing.T, table table, in time.Duration) {
	t.Helper()
	i := table.get(t, alices)
	i["expires"] = number(strconv.FormatInt(time.Now().Add(in).Unix(), 10))
	table.put(t, i)
}

func TestUse_extendsTTL(t *testing.T) {
	t.Parallel()
	const hour, slack = 3600, 60
	table := newTable(t)
	key := newKey()
	store := table.open(t, dynamostore.Config{Key: key, TTL: time.Hour})
	saved := save(t, store, "alice", "data")
	assert.InDelta(t, hour, expires(t, table), slack)

	uses := map[string]func() error{
		"Load":      func() error { return errOf(store.Load(t.Context(), "alice")) },
		"Unchanged": func() error { return errOf(store.Unchanged(t.Context(), "alice", saved.Version)) },
	}
	for name, use := range uses {
		setExpires(t, table, time.Minute)
		require.NoError(t, use())
		assert.InDelta(t, hour, expires(t, table), slack, "%s must extend the life of the record", name)
		setExpires(t, table, 57*time.Minute)
		require.NoError(t, use())
		assert.Less(t, expires(t, table), int64(58*60), "%s must not write with each use", name)
	}
	saved, err := store.Save(t.Context(), "alice", auth.Record{Version: saved.Version, ExpiresAt: time.Now().Add(time.Minute)})
	require.NoError(t, err)
	_, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.LessOrEqual(t, expires(t, table), int64(61), "a use must not extend the life beyond the record's own end")

	_, err = table.open(t, dynamostore.Config{Key: key}).Save(t.Context(), "alice", auth.Record{Version: saved.Version})
	require.NoError(t, err)
	assert.NotContains(t, table.get(t, alices), "expires", "without a TTL the record must stay")
	_, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.InDelta(t, hour, expires(t, table), slack, "a TTL must reach the records that were saved without one")
}

// TestUnusedRecord_expires checks that a record is gone when its TTL is over, although DynamoDB
// removes it later.
func TestUnusedRecord_expires(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey(), TTL: time.Hour})
	saved := save(t, store, "alice", "data")
	setExpires(t, table, -time.Second)
	_, err := store.Load(t.Context(), "alice")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	unchanged, err := store.Unchanged(t.Context(), "alice", saved.Version)
	require.NoError(t, err)
	assert.False(t, unchanged)
	_, err = store.Save(t.Context(), "alice", saved)
	require.ErrorIs(t, err, auth.ErrRecordConflict, "an expired record must not be restored")
	save(t, store, "alice", "new")
}

func TestSave_refusesMoreThanMaxData(t *testing.T) {
	t.Parallel()
	store := newTable(t).open(t, dynamostore.Config{Key: newKey(), TTL: time.Hour})
	saved := save(t, store, "alice", strings.Repeat("x", dynamostore.MaxData))
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Len(t, r.Data, dynamostore.MaxData)
	_, err = store.Save(t.Context(), "alice", auth.Record{Data: make([]byte, dynamostore.MaxData+1), Version: saved.Version})
	require.EqualError(t, err, "dynamostore: save: 393217 bytes of data are more than 393216")
}

func TestDynamoDB_learnsNothing(t *testing.T) {
	t.Parallel()
	const secret = "refresh-token-of-alice"
	table := newTable(t)
	cfg := dynamostore.Config{Key: newKey()}
	store := table.open(t, cfg)
	save(t, store, "alice", secret)
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer release()
	kept := table.get(t, alices)
	require.Len(t, kept, 3)
	assert.Len(t, textOf(kept["version"]), 26+15, "the documented format")
	assert.Len(t, bytesOf(kept["sealed"]), 12+len(secret)+16, "the documented format")
	lease := table.get(t, alices+":lease")
	require.Len(t, lease, 3)
	everything := slicesOf(kept, lease)
	for _, known := range []string{secret, "alice", string(cfg.Key)} {
		assert.False(t, bytes.Contains(everything, []byte(known)))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		assert.Equal(t, "[redacted] [redacted]", fmt.Sprintf(verb+" "+verb, store, cfg))
	}
}

// slicesOf returns the values of items, one after another.
func slicesOf(items ...item) []byte {
	var all []byte
	for _, i := range items {
		for _, value := range i {
			switch v := value.(type) {
			case *types.AttributeValueMemberS:
				all = append(all, v.Value...)
			case *types.AttributeValueMemberB:
				all = append(all, v.Value...)
			}
		}
	}
	return all
}

func newKey() []byte {
	key := make([]byte, dynamostore.KeySize)
	_, _ = rand.Read(key) // never fails
	return key
}

// save creates a record.
func save(tb testing.TB, store *dynamostore.Store, key, data string) auth.Record {
	tb.Helper()
	saved, err := store.Save(tb.Context(), key, auth.Record{Data: []byte(data)})
	require.NoError(tb, err)
	return saved
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }

// BenchmarkStore uses a server in this process and a record of 4 KiB, a typical size of tokens.
func BenchmarkStore(b *testing.B) {
	store := newTable(b).open(b, dynamostore.Config{Key: newKey()})
	data := bytes.Repeat([]byte("x"), 4<<10)
	saved := save(b, store, "alice", string(data))
	b.Run("Load", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, errOf(store.Load(b.Context(), "alice")))
		}
	})
	b.Run("Save", func(b *testing.B) {
		for b.Loop() {
			var err error
			saved, err = store.Save(b.Context(), "alice", auth.Record{Data: data, Version: saved.Version})
			require.NoError(b, err)
		}
	})
}
