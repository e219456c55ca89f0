package speed_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

const password = "Correct-Horse-7-Battery"

// headerSize is the number of bytes that tell the version of a record in Redis and in files.
const headerSize = 42

func newPool(b *testing.B) *authtest.Pool {
	b.Helper()
	pool, err := authtest.NewPool(authtest.Config{})
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	require.NoError(b, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	return pool
}

func newClient(b *testing.B, pool *authtest.Pool, store auth.Store, cacheSize int) *auth.Client {
	b.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
		SessionCacheSize: cacheSize,
	})
	require.NoError(b, err)
	return client
}

func signIn(b *testing.B, session *auth.Session) {
	b.Helper()
	_, err := session.SignIn(b.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(b, err)
}

func fetch(b *testing.B, session *auth.Session) auth.AuthSession {
	tokens, err := session.FetchAuthSession(b.Context(), auth.FetchAuthSessionInput{})
	if err != nil {
		b.Fatal(err)
	}
	return tokens
}

// memorySessions are sessions in one process, asked for in turn.
func memorySessions(b *testing.B) (all []contender) {
	b.Helper()
	pool, store := newPool(b), &auth.MemoryStore{}
	forgetful := newClient(b, pool, store, -1).Session("alice")
	signIn(b, forgetful)
	original, err := store.Load(b.Context(), "alice")
	require.NoError(b, err)
	for _, people := range []int{1000, 20_000, 100_000} {
		all = append(all, timed(fmt.Sprintf("%d sessions, fresh tokens", people), inTurn(b, pool, original.Data, people)))
	}
	return append(all, timed("not in the Client's memory", func(b *testing.B) { fetch(b, forgetful) }))
}

// inTurn returns a function that asks for the next of so many sessions with that record.
func inTurn(b *testing.B, pool *authtest.Pool, record []byte, people int) func(b *testing.B) {
	b.Helper()
	store := &auth.MemoryStore{}
	client, keys, n := newClient(b, pool, store, people), make([]string, people), 0
	for i := range keys {
		keys[i] = fmt.Sprint("session ", i)
		_, err := store.Save(b.Context(), keys[i], auth.Record{Data: record})
		require.NoError(b, err)
		fetch(b, client.Session(keys[i]))
	}
	return func(b *testing.B) {
		n = (n + 1) % people
		fetch(b, client.Session(keys[n]))
	}
}

func startRedis(b *testing.B) *redis.Client {
	b.Helper()
	socket, _ := fleet.StartRedis(b)
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ContextTimeoutEnabled: true})
	b.Cleanup(func() { _ = client.Close() })
	return client
}

func openRedis(b *testing.B, client *redis.Client) *redisstore.Store {
	b.Helper()
	store, err := redisstore.New(client, redisstore.Config{Key: bytes.Repeat([]byte("k"), redisstore.KeySize), TTL: idle})
	require.NoError(b, err)
	return store
}

func redisSessions(b *testing.B) []contender {
	b.Helper()
	client := startRedis(b)
	session := newClient(b, newPool(b), openRedis(b, client), 0).Session("alice")
	signIn(b, session)
	sum := sha256.Sum256([]byte("alice"))
	name := "amplify-auth:{" + hex.EncodeToString(sum[:]) + "}"
	others := goredisstore.New(client)
	require.NoError(b, others.CommitCtx(b.Context(), "alice", bytes.Repeat([]byte("x"), 100), fetch(b, session).AccessToken.ExpiresAt))
	return []contender{
		timed("bare read of the version", func(b *testing.B) {
			header, err := client.GetRange(b.Context(), name, 0, headerSize-1).Result()
			if err != nil || len(header) != headerSize {
				b.Fatal(err)
			}
		}),
		timed("this SDK", func(b *testing.B) { fetch(b, session) }),
		timed("scs: load 100 bytes", func(b *testing.B) {
			if _, found, err := others.FindCtx(b.Context(), "alice"); err != nil || !found {
				b.Fatal(err)
			}
		}),
	}
}

func fileSessions(b *testing.B) []contender {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "sessions")
	store, err := filestore.New(dir, bytes.Repeat([]byte("k"), 32))
	require.NoError(b, err)
	session := newClient(b, newPool(b), store, 0).Session("alice")
	signIn(b, session)
	return []contender{
		timed("bare read of the version", bareRead(b, dir)),
		timed("this SDK", func(b *testing.B) { fetch(b, session) }),
	}
}

// bareRead reads the beginning of the largest file in dir, which is the record.
func bareRead(b *testing.B, dir string) func(b *testing.B) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(b, err)
	var record string
	var largest int64
	for _, file := range files {
		info, err := os.Stat(file)
		require.NoError(b, err)
		if info.Size() > largest {
			record, largest = file, info.Size()
		}
	}
	require.NotEmpty(b, record)
	return func(b *testing.B) {
		file, err := os.Open(record)
		if err != nil {
			b.Fatal(err)
		}
		var header [headerSize]byte
		if _, err := io.ReadFull(file, header[:]); err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func cookieSessions(b *testing.B) []contender {
	b.Helper()
	pool := newPool(b)
	store, err := cookiestore.New(cookiestore.Config{
		Key: bytes.Repeat([]byte("k"), cookiestore.KeySize),
		Pool: jwt.TrustedPool{
			UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID}, JWKSURL: keysURL(pool),
		},
	})
	require.NoError(b, err)
	client := newClient(b, pool, store, 0)
	session := func(ctx context.Context) *auth.Session { return client.Session(store.SessionKey(ctx)) }
	cookies := visited(b, store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := session(r.Context()).SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(b, err)
	})), httptest.NewRequest(http.MethodPost, "https://app.example/", nil))
	protected := store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := session(r.Context()).FetchAuthSession(r.Context(), auth.FetchAuthSessionInput{}); err != nil {
			b.Fatal(err)
		}
	}))
	bare := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _ = r.Cookies() })
	return []contender{
		timed("cookies of the request, parsed", request(bare, cookies)),
		timed("this SDK", request(protected, cookies)),
	}
}
