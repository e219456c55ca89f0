// Package storetest checks that an auth.Store keeps its promises.
//
// This is all the test that an adapter needs for what package auth expects of it:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) auth.Store { return open(t) })
//	}
//
// Every case has a sentence that says what a Store owes its callers; it is printed when the case
// fails.
package storetest

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A testCase uses two views on the same records, which are the same Store if it is not shared.
type testCase struct {
	name        string
	explanation string
	check       func(t *testing.T, a, b auth.Store)
}

// Run checks a Store, and its leases if it is an auth.Leaser. Each case calls open once, for a
// Store that is empty and no one else's; what has to be closed is for t.Cleanup. The cases are
// subtests of t and run one after another.
func Run(t *testing.T, open func(t *testing.T) auth.Store) {
	t.Helper()
	RunShared(t, func(t *testing.T) (a, b auth.Store) {
		store := open(t)
		return store, store
	})
}

// RunShared is Run for a Store that several processes share: open gives two views on the same
// records, made the way two processes would make them. The cases are the same. What one view saves
// the other must load at once, and compare-and-swap and leases must hold between the two.
func RunShared(t *testing.T, open func(t *testing.T) (a, b auth.Store)) {
	t.Helper()
	RunExcept(t, open, nil)
}

// RunExcept is RunShared for a Store that cannot keep every promise, and whose documentation says
// so. The exceptions are names of cases, with the reason why each is not to be had; they are
// logged. What is no case's name fails.
func RunExcept(t *testing.T, open func(t *testing.T) (a, b auth.Store), exceptions map[string]string) {
	t.Helper()
	cases := slices.Concat(recordCases(), versionCases(), keyCases(), contextCases(), parallelCases())
	if a, _ := open(t); isLeaser(a) {
		cases = append(cases, leaseCases()...)
	}
	excepted := maps.Clone(exceptions)
	for _, c := range cases {
		if reason, ok := excepted[c.name]; ok {
			t.Logf("not promised: %s: %s", c.name, reason)
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
		t.Errorf("an exception is made for %q, which is no case", name)
	}
}

func isLeaser(store auth.Store) bool {
	_, ok := store.(auth.Leaser)
	return ok
}

// key is for cases that need only one.
const key = "alice"

// create saves data under a key that holds nothing yet.
func create(t *testing.T, store auth.Store, key, data string) auth.Record {
	t.Helper()
	return save(t, store, key, auth.Record{Data: []byte(data)})
}

// replace saves data over what has the version of old.
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
		t.Errorf("Save(%s) returned other data than it was given", brief(key))
	}
	return saved
}

func remove(t *testing.T, store auth.Store, key string) {
	t.Helper()
	if err := store.Delete(t.Context(), key); err != nil {
		t.Fatalf("Delete(%s): %v", brief(key), err)
	}
}

// holds checks that want is what is stored under key, and returns it as loaded.
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

func absent(t *testing.T, store auth.Store, key string) {
	t.Helper()
	if _, err := store.Load(t.Context(), key); !errors.Is(err, auth.ErrRecordNotFound) {
		t.Errorf("Load(%s) of what is not there: error %v, want one that wraps auth.ErrRecordNotFound", brief(key), err)
	}
}

func conflicts(t *testing.T, store auth.Store, key, version string) {
	t.Helper()
	_, err := store.Save(t.Context(), key, auth.Record{Data: []byte("intruder"), Version: version})
	if !errors.Is(err, auth.ErrRecordConflict) {
		t.Errorf("Save(%s, version %q): error %v, want one that wraps auth.ErrRecordConflict", brief(key), version, err)
	}
}
