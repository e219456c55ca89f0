package storetest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

// brokenChild is set in the process that runs the suite on broken Stores.
const brokenChild = "STORETEST_BROKEN"

// A broken Store is a correct one of which a mistake replaces a method.
type broken struct {
	leaser
	load      func(ctx context.Context, key string) (auth.Record, error)
	save      func(ctx context.Context, key string, r auth.Record) (auth.Record, error)
	delete    func(ctx context.Context, key string, r auth.Record) error
	unchanged func(ctx context.Context, key, version string) (bool, error)
	leaseOf   func(ctx context.Context, key string) (func(), error)
}

func (b *broken) Load(ctx context.Context, key string) (auth.Record, error) {
	if b.load != nil {
		return b.load(ctx, key)
	}
	return b.leaser.Load(ctx, key)
}

func (b *broken) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if b.save != nil {
		return b.save(ctx, key, r)
	}
	return b.leaser.Save(ctx, key, r)
}

func (b *broken) Delete(ctx context.Context, key string, r auth.Record) error {
	if b.delete != nil {
		return b.delete(ctx, key, r)
	}
	return b.leaser.Delete(ctx, key, r)
}

func (b *broken) Unchanged(ctx context.Context, key, version string) (bool, error) {
	if b.unchanged != nil {
		return b.unchanged(ctx, key, version)
	}
	return b.leaser.Unchanged(ctx, key, version)
}

func (b *broken) Lease(ctx context.Context, key string) (func(), error) {
	if b.leaseOf != nil {
		return b.leaseOf(ctx, key)
	}
	return b.leaser.Lease(ctx, key)
}

// brokenStores returns mistakes that adapters make, with the case that must fail.
func brokenStores() map[string]struct {
	caught string
	spoil  func(b *broken)
} {
	return map[string]struct {
		caught string
		spoil  func(b *broken)
	}{
		"returns an empty record instead of ErrRecordNotFound": {"load an absent record", func(b *broken) {
			b.load = func(ctx context.Context, key string) (auth.Record, error) {
				r, err := b.leaser.Load(ctx, key)
				if errors.Is(err, auth.ErrRecordNotFound) {
					return auth.Record{}, nil
				}
				return r, err
			}
		}},
		"treats an empty record as absent": {"empty data", func(b *broken) {
			b.load = func(ctx context.Context, key string) (auth.Record, error) {
				r, err := b.leaser.Load(ctx, key)
				if err == nil && len(r.Data) == 0 {
					return auth.Record{}, auth.ErrRecordNotFound
				}
				return r, err
			}
		}},
		"stores text only": {"any bytes", func(b *broken) {
			b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
				saved, err := b.leaser.Save(ctx, key, auth.Record{Data: bytes.ToValidUTF8(r.Data, nil), Version: r.Version})
				r.Version = saved.Version
				return r, err
			}
		}},
		"has room for 64 KiB": {"large data", func(b *broken) {
			b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
				if len(r.Data) > 64<<10 {
					return auth.Record{}, errors.New("too large")
				}
				return b.leaser.Save(ctx, key, r)
			}
		}},
		"has another error for what is refusable": {"refusable record", func(b *broken) {
			b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
				if r.Refusable {
					return auth.Record{}, errors.New("too large")
				}
				return b.leaser.Save(ctx, key, r)
			}
		}},
		"loses what it has for what it refuses": {"refusable record", func(b *broken) {
			b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
				if r.Refusable {
					return auth.Record{}, errors.Join(auth.ErrRecordTooLarge, b.leaser.Delete(ctx, key, r))
				}
				return b.leaser.Save(ctx, key, r)
			}
		}},
		"keeps the caller's slice": {"aliasing", keepSlice},
		"deletes nothing": {"delete", func(b *broken) {
			b.delete = func(ctx context.Context, _ string, _ auth.Record) error { return ctx.Err() }
		}},
		"returns an error when it deletes an absent record": {"delete an absent record", func(b *broken) {
			b.delete = func(ctx context.Context, key string, r auth.Record) error {
				if _, err := b.leaser.Load(ctx, key); err != nil && r.Version != "" {
					return err
				}
				return b.leaser.Delete(ctx, key, r)
			}
		}},
		"deletes any version":                     {"delete another version", deleteAnything},
		"takes an empty version for any":          {"delete without a version", deleteUnseen},
		"forgets when a record ends":              {"keep the end", forgetEnd},
		"returns expired records":                 {"expired record", loseEnds},
		"removes what was saved too late later":   {"record that was saved expired", roundUp},
		"takes an expired record for a conflict":  {"save over an expired record", conflictWithExpired},
		"brings an expired record back":           {"expired version", bringExpiredBack},
		"compares the version of what is expired": {"delete an expired record", compareExpired},
		"keeps the first end":                     {"new end", keepFirstEnd},
		"keeps an end that is not set anew":       {"new end", keepEnd},
		"denies that a record is unchanged":       {"unchanged record", denyUnchanged},
		"never reports a change":                  {"changed record", rememberAll},
		"does not notice a sign-out":              {"unchanged after delete", rememberDeleted},
		"does not notice the end":                 {"unchanged but expired", ignoreEnd},
		"revalidates for nobody": {"unchanged with a context that is done", func(b *broken) {
			b.unchanged = func(ctx context.Context, key, version string) (bool, error) {
				return b.leaser.Unchanged(context.WithoutCancel(ctx), key, version)
			}
		}},
		"calls an unreadable record absent":      {"load an unreadable record", hideUnreadable},
		"cannot replace an unreadable record":    {"replace an unreadable record", keepUnreadable},
		"cannot delete an unreadable record":     {"delete an unreadable record", holdUnreadable},
		"has one version for what is unreadable": {"keep an unreadable record", oneVersion},
		"overwrites instead of creating":         {"create once", func(b *broken) { overwrite(b, "") }},
		"overwrites a newer version":             {"stale version", func(b *broken) { overwrite(b, "1") }},
		"creates a record with a version":        {"delete beats save", createAnyway},
		"restarts versions after Delete":         {"versions are not used twice", countVersions},
		"uses a hash of the data as version":     {"versions are not used twice", hashVersions},
		"ignores case":                           {"any key", func(b *broken) { renameKeys(b, strings.ToLower) }},
		"treats keys as paths":                   {"any key", func(b *broken) { renameKeys(b, path.Clean) }},
		"trims keys":                             {"any key", func(b *broken) { renameKeys(b, strings.TrimSpace) }},
		"truncates keys to 255 bytes":            {"any key", func(b *broken) { renameKeys(b, func(key string) string { return key[:min(len(key), 255)] }) }},
		"ignores the context":                    {"canceled context", ignoreContext},
		"replaces the error of the context":      {"expired context", ownError},
		"compares and replaces in two steps":     {"parallel saves of one record", compareThenReplace},
		"restores a deleted record":              {"parallel delete and save", bringBack},
		"checks and creates in two steps":        {"parallel creation", lookThenCreate},
		"gives a lease to every caller": {"lease excludes others", func(b *broken) {
			b.leaseOf = func(ctx context.Context, _ string) (func(), error) { return func() {}, ctx.Err() }
		}},
		"returns an error instead of waiting": {"lease passes on", refuseLease},
		"frees the lease of the next holder":  {"release twice", freeAnyLease},
		"ignores the context while it waits":  {"lease with a context that is done", waitRegardless},
		"frees a lease when its context ends": {"lease outlives its context", letGo},
		"has one lease for all keys": {"leases of different keys", func(b *broken) {
			b.leaseOf = func(ctx context.Context, _ string) (func(), error) {
				ctx, cancel := context.WithTimeout(ctx, impatience)
				defer cancel()
				return b.leaser.Lease(ctx, "all")
			}
		}},
		"blocks Save while a lease is held": {"lease is not a lock", func(b *broken) {
			b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
				ctx, cancel := context.WithTimeout(ctx, impatience)
				defer cancel()
				release, err := b.leaser.Lease(ctx, key)
				if err != nil {
					return auth.Record{}, err
				}
				defer release()
				return b.leaser.Save(ctx, key, r)
			}
		}},
	}
}

// TestBrokenStores runs the suite on every broken Store, in another process, and checks that the
// case for its mistake fails and prints its explanation.
func TestBrokenStores(t *testing.T) {
	t.Parallel()
	if os.Getenv(brokenChild) != "" {
		for name, mistake := range brokenStores() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				storetest.Run(t, func(*testing.T) auth.Store {
					b := &broken{}
					mistake.spoil(b)
					return b
				})
			})
		}
		t.Run("two views that share nothing", func(t *testing.T) {
			t.Parallel()
			storetest.RunShared(t, func(*testing.T) (a, b auth.Store) { return &leaser{}, &leaser{} })
		})
		t.Run("an exception for an unknown case", func(t *testing.T) {
			t.Parallel()
			storetest.RunExcept(t, func(*testing.T) (a, b auth.Store) {
				shared := &leaser{}
				return shared, shared
			}, map[string]string{"no such case": "no reason"})
		})
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBrokenStores$", "-test.parallel=32", "-test.timeout=1m")
	child.Env = append(os.Environ(), brokenChild+"=1")
	printed, err := child.Output()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "the suite must fail")
	for name, mistake := range brokenStores() {
		assertFailed(t, printed, name, mistake.caught)
	}
	for _, name := range []string{"load a saved record", "stale version", "parallel saves of one record", "lease excludes others"} {
		assertFailed(t, printed, "two views that share nothing", name)
	}
	assert.True(t, bytes.Contains(printed, []byte(`exception for "no such case": there is no such case`)))
	assert.True(t, bytes.Contains(printed, []byte("comparing and replacing must be atomic")), "a case that fails must print its explanation")
}

// assertFailed checks that the output of the child reports a case as failed.
func assertFailed(t *testing.T, printed []byte, store, caseName string) {
	t.Helper()
	line := "--- FAIL: " + strings.ReplaceAll("TestBrokenStores/"+store+"/"+caseName, " ", "_")
	assert.True(t, bytes.Contains(printed, []byte(line)), "case %q passes with a Store that %s", caseName, store)
}
