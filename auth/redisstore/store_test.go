package redisstore_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

// alices is the Redis key of the record of alice: the default prefix and the SHA-256 of the name.
const alices = "amplify-auth:{2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90}"

func TestStore(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	storetest.Run(t, func(t *testing.T) auth.Store {
		prefix := rand.Text()
		return spoiler{open(t, client, redisstore.Config{Key: newKey(), Prefix: prefix}), client, prefix}
	})
}

// A spoiler is a Store whose values storetest damages.
type spoiler struct {
	*redisstore.Store
	client *redis.Client
	prefix string
}

func (s spoiler) Spoil(t *testing.T, _ string) {
	t.Helper()
	names := s.client.Keys(t.Context(), s.prefix+":*").Val()
	require.Len(t, names, 1)
	require.NoError(t, s.client.Append(t.Context(), names[0], "x").Err())
}

func TestStore_shared(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	storetest.RunShared(t, func(t *testing.T) (a, b auth.Store) {
		cfg := redisstore.Config{Key: newKey(), Prefix: rand.Text(), TTL: time.Hour}
		return open(t, server.client(t), cfg), open(t, server.client(t), cfg)
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	client := redis.NewClient(&redis.Options{})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	good := newKey()
	cases := map[string]struct {
		client redis.UniversalClient
		cfg    redisstore.Config
		want   string
	}{
		"no client":          {nil, redisstore.Config{Key: good}, "no client given"},
		"no key":             {client, redisstore.Config{}, "Config.Key, Config.OldKeys: the key is 0 bytes long, want 32"},
		"short key":          {client, redisstore.Config{Key: good[1:]}, "Config.Key, Config.OldKeys: the key is 31 bytes long, want 32"},
		"long key":           {client, redisstore.Config{Key: make([]byte, 64)}, "Config.Key, Config.OldKeys: the key is 64 bytes long, want 32"},
		"negative TTL":       {client, redisstore.Config{Key: good, TTL: -1}, "Config.TTL is -1ns, want 0 or at least 1ms"},
		"tiny TTL":           {client, redisstore.Config{Key: good, TTL: 1}, "Config.TTL is 1ns, want 0 or at least 1ms"},
		"negative lease TTL": {client, redisstore.Config{Key: good, LeaseTTL: -1}, "Config.LeaseTTL is -1ns, want at least 100ms"},
		"tiny lease TTL":     {client, redisstore.Config{Key: good, LeaseTTL: time.Millisecond}, "Config.LeaseTTL is 1ms, want at least 100ms"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := redisstore.New(tc.client, tc.cfg)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestUse_setsAndExtendsTTL(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	key := newKey()
	store := open(t, client, redisstore.Config{Key: key, TTL: time.Hour})
	saved := save(t, store, "alice", "data")
	ttl := func() time.Duration { return client.PTTL(t.Context(), alices).Val() }
	assert.InDelta(t, time.Hour, ttl(), float64(time.Minute))

	require.True(t, client.PExpire(t.Context(), alices, time.Minute).Val())
	_, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.InDelta(t, time.Hour, ttl(), float64(time.Minute), "Load must extend the TTL")
	saved, err = store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
	assert.InDelta(t, time.Hour, ttl(), float64(time.Minute))

	_, err = open(t, client, redisstore.Config{Key: key}).Save(t.Context(), "alice", saved)
	require.NoError(t, err)
	assert.Equal(t, time.Duration(-1), ttl(), "without a TTL the record must stay")
}

func TestRecord_expires(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey(), TTL: 50 * time.Millisecond})
	saved := save(t, store, "alice", "data")
	require.EventuallyWithT(t, func(c *assert.CollectT) { // a Load would be a use, which keeps the record
		assert.Zero(c, client.DBSize(t.Context()).Val())
	}, patience, 10*time.Millisecond)
	_, err := store.Load(t.Context(), "alice")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	_, err = store.Save(t.Context(), "alice", saved)
	require.ErrorIs(t, err, auth.ErrRecordConflict, "an expired record must not be restored")
}

func TestSave_refusesMoreThanMaxData(t *testing.T) {
	t.Parallel()
	store := open(t, startServer(t).client(t), redisstore.Config{Key: newKey()})
	saved := save(t, store, "alice", strings.Repeat("x", redisstore.MaxData))
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Len(t, r.Data, redisstore.MaxData)
	_, err = store.Save(t.Context(), "alice", auth.Record{Data: make([]byte, redisstore.MaxData+1), Version: saved.Version})
	require.ErrorContains(t, err, "1048577 bytes of data are more than 1048576")
}

// TestScripts_areSentAgain simulates a restarted server, which has lost the scripts.
func TestScripts_areSentAgain(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	saved := save(t, store, "alice", "data")
	require.NoError(t, client.ScriptFlush(t.Context()).Err())
	_, err := store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
}

// documentedCommands returns the commands that the package documentation names for a type.
func documentedCommands(t *testing.T, of string) []string {
	t.Helper()
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^//\t` + of + ` +([A-Z ]+)$`).FindSubmatch(doc)
	require.NotNil(t, found, of)
	return strings.Fields(string(found[1]))
}

// permitted returns a client that may only use those commands, and keys with that prefix.
func permitted(t *testing.T, server *server, prefix string, commands []string) *redis.Client {
	t.Helper()
	rules := []any{"ACL", "SETUSER", prefix, "on", ">password", "~" + prefix + ":*"}
	for _, command := range commands {
		rules = append(rules, "+"+command)
	}
	require.NoError(t, server.client(t).Do(t.Context(), rules...).Err())
	return server.client(t, func(o *redis.Options) { o.Username, o.Password = prefix, "password" })
}

// TestPermissions_sufficeForALimiter has only the commands that the package documentation names.
func TestPermissions_sufficeForALimiter(t *testing.T) {
	t.Parallel()
	client := permitted(t, startServer(t), "amplify-auth-limit", documentedCommands(t, "Limiter"))
	limiter, err := redisstore.NewLimiter(client, "")
	require.NoError(t, err)
	_, err = limiter.Allow(t.Context(), "alice", 1, time.Minute)
	require.NoError(t, err)
	require.ErrorContains(t, client.Del(t.Context(), "amplify-auth-limit:alice").Err(), "NOPERM")
}

// TestPermissions_sufficeAsDocumented has only the commands that the package documentation names.
func TestPermissions_sufficeAsDocumented(t *testing.T) {
	t.Parallel()
	client := permitted(t, startServer(t), "amplify-auth", documentedCommands(t, "Store"))
	key := newKey()
	store := open(t, client, redisstore.Config{Key: key, LeaseTTL: shortLease})
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer release()
	saved := save(t, store, "alice", "data")
	_, err = store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
	_, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
	_, err = open(t, client, redisstore.Config{Key: key, TTL: time.Minute}).Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Positive(t, client.PTTL(t.Context(), alices).Val(), "PEXPIRE")
	saved, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Negative(t, client.PTTL(t.Context(), alices).Val(), "PERSIST")
	require.NoError(t, store.Delete(t.Context(), "alice", saved))
	require.ErrorContains(t, client.Keys(t.Context(), "*").Err(), "NOPERM")
}

func TestRedis_learnsNothing(t *testing.T) {
	t.Parallel()
	const secret = "refresh-token-of-alice"
	client := startServer(t).client(t)
	cfg := redisstore.Config{Key: newKey()}
	store := open(t, client, cfg)
	save(t, store, "alice", secret)
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer release()
	names, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{alices, alices + ":lease"}, names)
	value, err := client.Get(t.Context(), alices).Bytes()
	require.NoError(t, err)
	assert.Len(t, value, 1+26+15+12+len(secret)+16, "the documented format")
	for _, kept := range []string{secret, "alice", string(cfg.Key)} {
		assert.False(t, bytes.Contains(value, []byte(kept)))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		assert.Equal(t, "[redacted] [redacted]", fmt.Sprintf(verb+" "+verb, store, cfg))
	}
}

func open(tb testing.TB, client redis.UniversalClient, cfg redisstore.Config) *redisstore.Store {
	tb.Helper()
	store, err := redisstore.New(client, cfg)
	require.NoError(tb, err)
	return store
}

func newKey() []byte {
	key := make([]byte, redisstore.KeySize)
	_, _ = rand.Read(key) // never fails
	return key
}

// save creates a record.
func save(tb testing.TB, store *redisstore.Store, key, data string) auth.Record {
	tb.Helper()
	saved, err := store.Save(tb.Context(), key, auth.Record{Data: []byte(data)})
	require.NoError(tb, err)
	return saved
}

func TestWrongKey_opensNothing(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	right := open(t, client, redisstore.Config{Key: newKey()})
	saved := save(t, right, "alice", "data")
	stranger := open(t, client, redisstore.Config{Key: newKey()})
	_, err := stranger.Load(t.Context(), "alice")
	assertSealError(t, err)
	_, err = stranger.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder")})
	require.ErrorIs(t, err, auth.ErrRecordConflict)

	r, err := right.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved.Version, r.Version, "another key must change nothing")
	_, err = stranger.Load(t.Context(), "bob")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)

	require.ErrorIs(t, stranger.Delete(t.Context(), "alice", auth.Record{}), auth.ErrRecordConflict)
	unreadable, err := stranger.Load(t.Context(), "alice")
	assertSealError(t, err)
	require.NoError(t, stranger.Delete(t.Context(), "alice", unreadable), "Delete must work without the key")
	save(t, stranger, "alice", "new")
}

func TestSwappedValues_doNotOpen(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	key := newKey()
	store := open(t, client, redisstore.Config{Key: key})
	save(t, store, "bob", "bob's")
	names := client.Keys(t.Context(), "*").Val()
	require.Len(t, names, 1)
	require.NoError(t, client.Rename(t.Context(), names[0], alices).Err())
	_, err := store.Load(t.Context(), "alice")
	assertSealError(t, err)
}

// TestDamagedValue_doesNotOpen flips a bit of every byte and truncates the value at every byte.
func TestDamagedValue_doesNotOpen(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	save(t, store, "alice", "data")
	good := client.Get(t.Context(), alices).Val()
	damaged := []string{good + "\x00", "\x00" + good, strings.Repeat("\x00", len(good))}
	for i := range good {
		damaged = append(damaged, good[:i]+string([]byte{good[i] ^ 1})+good[i+1:], good[:i]+good[i+1:])
		if i > 0 {
			damaged = append(damaged, good[:i])
		}
	}
	for _, value := range damaged {
		require.NoError(t, client.Set(t.Context(), alices, value, 0).Err())
		r, err := store.Load(t.Context(), "alice")
		assertSealError(t, err)
		assert.Empty(t, r.Data)
		assert.NotEmpty(t, r.Version)
		_, err = store.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder")})
		require.ErrorIs(t, err, auth.ErrRecordConflict)
		require.Equal(t, value, client.Get(t.Context(), alices).Val())
	}
}

func TestSealError_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	reasons := map[string]string{
		"\x01":                                  "its format is 1, and only 2 is known",
		"\x02":                                  "it has no version",
		"\x02" + strings.Repeat("x", 100):       "it was sealed under another key, or changed since",
		"\x02" + strings.Repeat("x", 2<<20):     "it is longer than",
		"{\"refreshToken\": \"not encrypted\"}": "its format is 123",
	}
	for value, reason := range reasons {
		require.NoError(t, client.Set(t.Context(), alices, value, 0).Err())
		_, err := store.Load(t.Context(), "alice")
		assertSealError(t, err)
		require.ErrorContains(t, err, alices+" does not open: "+reason)
	}
}

func assertSealError(t *testing.T, err error) {
	t.Helper()
	var sealed *redisstore.SealError
	require.ErrorAs(t, err, &sealed)
	require.ErrorIs(t, err, auth.ErrRecordUnreadable)
	require.Error(t, sealed.Err)
	require.NotErrorIs(t, err, auth.ErrRecordNotFound)
	require.NotErrorIs(t, err, auth.ErrRecordConflict)
}

// BenchmarkStore uses a Redis on the same machine and a record of 4 KiB, a typical size of tokens.
func BenchmarkStore(b *testing.B) {
	store := open(b, startServer(b).client(b), redisstore.Config{Key: newKey()})
	saved := save(b, store, "alice", strings.Repeat("x", 4<<10))
	b.Run("Load", func(b *testing.B) {
		for b.Loop() {
			_, err := store.Load(b.Context(), "alice")
			require.NoError(b, err)
		}
	})
	b.Run("Save", func(b *testing.B) {
		data := []byte(strings.Repeat("x", 4<<10))
		for b.Loop() {
			var err error
			saved, err = store.Save(b.Context(), "alice", auth.Record{Data: data, Version: saved.Version})
			require.NoError(b, err)
		}
	})
	b.Run("Lease", func(b *testing.B) {
		for b.Loop() {
			release, err := store.Lease(b.Context(), "alice")
			require.NoError(b, err)
			release()
		}
	})
}
