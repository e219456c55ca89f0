// Package storetest tests that an [auth.Store] fulfills its contract. An adapter needs no other
// test for that:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) auth.Store { return open(t) })
//	}
//
// Each case prints the sentence of the contract that it tests when it fails.
package storetest

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A testCase tests one sentence of the contract. Its check gets two views of the same records,
// which are the same Store in [Run].
type testCase struct {
	name        string
	explanation string
	check       func(t *testing.T, a, b auth.Store)
}

// Run tests a Store, its leases if it is an [auth.Leaser], and its answers to Unchanged if it is an
// [auth.Revalidator]. A Store that is a [Spoiler] is also tested with unreadable records. Each case
// calls open, which must return an empty Store that nothing else uses, and may close it with
// t.Cleanup. The cases are subtests of t and run one after another.
func Run(t *testing.T, open func(t *testing.T) auth.Store) {
	t.Helper()
	RunShared(t, func(t *testing.T) (a, b auth.Store) {
		store := open(t)
		return store, store
	})
}

// RunShared is [Run] for a Store that several processes share: open returns two views of the same
// records, created as two processes would. The cases are the same. One view must immediately load
// what the other has saved, and compare-and-swap and leases must work between the two.
func RunShared(t *testing.T, open func(t *testing.T) (a, b auth.Store)) {
	t.Helper()
	RunExcept(t, open, nil)
}

// RunExcept is [RunShared] for a Store that cannot fulfill the whole contract and documents that.
// exceptions maps the names of the cases to leave out to the reasons, which are logged. A name that
// is not that of a case fails the test.
func RunExcept(t *testing.T, open func(t *testing.T) (a, b auth.Store), exceptions map[string]string) {
	t.Helper()
	a, _ := open(t)
	cases := casesFor(a)
	excepted := maps.Clone(exceptions)
	for _, c := range cases {
		if reason, ok := excepted[c.name]; ok {
			t.Logf("exception: %s: %s", c.name, reason)
			delete(excepted, c.name)
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Log(c.explanation)
				}
			}()
			a, b := open(t)
			c.check(t, a, b)
		})
	}
	for name := range excepted {
		t.Errorf("exception for %q: there is no such case", name)
	}
}

// casesFor returns the cases for what a Store offers.
func casesFor(store auth.Store) []testCase {
	cases := slices.Concat(recordCases(), deleteCases(), versionCases(), expiryCases(), keyCases(), contextCases(), parallelCases())
	if _, ok := store.(auth.Leaser); ok {
		cases = append(cases, leaseCases()...)
	}
	if _, ok := store.(auth.Revalidator); ok {
		cases = append(cases, unchangedCases()...)
	}
	if _, ok := store.(Spoiler); ok {
		cases = append(cases, unreadableCases()...)
	}
	return cases
}

// key is the key of cases that need only one.
const key = "alice"

// create saves a new record.
func create(t *testing.T, store auth.Store, key, data string) auth.Record {
	t.Helper()
	return save(t, store, key, auth.Record{Data: []byte(data)})
}

// replace saves data in place of old.
func replace(t *testing.T, store auth.Store, old auth.Record, data string) auth.Record {
	t.Helper()
	return save(t, store, key, auth.Record{Data: []byte(data), Version: old.Version})
}

func save(t *testing.T, store auth.Store, key string, r auth.Record) auth.Record {
	t.Helper()
	saved, err := store.Save(t.Context(), key, r)
	if err != nil {
		t.Fatalf("Save(%s, version %q): %v", brief(key), r.Version, err)
	}
	if saved.Version == "" {
		t.Fatalf("Save(%s) returned an empty version", brief(key))
	}
	if !bytes.Equal(saved.Data, r.Data) {
		t.Errorf("Save(%s) returned data that differs from what it was given", brief(key))
	}
	return saved
}

// remove deletes the record under key, of which r has the version.
func remove(t *testing.T, store auth.Store, key string, r auth.Record) {
	t.Helper()
	if err := store.Delete(t.Context(), key, auth.Record{Version: r.Version}); err != nil {
		t.Fatalf("Delete(%s, version %q): %v", brief(key), r.Version, err)
	}
}

// keeps checks that a Delete with that version fails.
func keeps(t *testing.T, store auth.Store, version string) {
	t.Helper()
	err := store.Delete(t.Context(), key, auth.Record{Version: version})
	if !errors.Is(err, auth.ErrRecordConflict) {
		t.Errorf("Delete(%s, version %q): error %v, want one that wraps auth.ErrRecordConflict", brief(key), version, err)
	}
}

// holds checks that the record under key is want, and returns the loaded record.
func holds(t *testing.T, store auth.Store, key string, want auth.Record) auth.Record {
	t.Helper()
	got, err := store.Load(t.Context(), key)
	if err != nil {
		t.Fatalf("Load(%s): %v", brief(key), err)
	}
	if !bytes.Equal(got.Data, want.Data) {
		t.Errorf("Load(%s) = %s, want %s", brief(key), brief(string(got.Data)), brief(string(want.Data)))
	}
	if got.Version != want.Version {
		t.Errorf("Load(%s) has version %q, but Save returned %q", brief(key), got.Version, want.Version)
	}
	return got
}

// absent checks that there is no record under key.
func absent(t *testing.T, store auth.Store, key string) {
	t.Helper()
	if _, err := store.Load(t.Context(), key); !errors.Is(err, auth.ErrRecordNotFound) {
		t.Errorf("Load(%s) of an absent record: error %v, want one that wraps auth.ErrRecordNotFound", brief(key), err)
	}
}

// conflicts checks that a Save with that version fails.
func conflicts(t *testing.T, store auth.Store, key, version string) {
	t.Helper()
	_, err := store.Save(t.Context(), key, auth.Record{Data: []byte("intruder"), Version: version})
	if !errors.Is(err, auth.ErrRecordConflict) {
		t.Errorf("Save(%s, version %q): error %v, want one that wraps auth.ErrRecordConflict", brief(key), version, err)
	}
}
