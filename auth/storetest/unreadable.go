package storetest

import (
	"errors"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A Spoiler is a Store that can make its records unreadable, for a test. Wrap the Store to offer it.
type Spoiler interface {
	// Spoil changes what is stored under key so that it does not open. Each call changes it in
	// another way.
	Spoil(t *testing.T, key string)
}

func unreadableCases() []testCase {
	return []testCase{
		{
			"load an unreadable record",
			"Load must wrap auth.ErrRecordUnreadable for a record that does not open, and return a version and no data: " +
				"callers tell a lost key from a signed-out person by it.",
			onSpoilers(loadsUnreadable),
		},
		{
			"replace an unreadable record",
			"Save with the version of an unreadable record must replace it: people sign in again.",
			onSpoilers(replacesUnreadable),
		},
		{
			"delete an unreadable record",
			"Delete with the version of an unreadable record must remove it: people sign out.",
			onSpoilers(deletesUnreadable),
		},
		{
			"keep an unreadable record",
			"Save and Delete with another version than that of an unreadable record must fail with auth.ErrRecordConflict: " +
				"it may be readable with a key that another process has.",
			onSpoilers(keepsUnreadable),
		},
	}
}

func onSpoilers(check func(t *testing.T, a, b auth.Store, spoil func())) func(t *testing.T, a, b auth.Store) {
	return func(t *testing.T, a, b auth.Store) {
		spoiler, ok := a.(Spoiler)
		if !ok {
			t.Fatal("one view is a Spoiler and the other is not")
		}
		check(t, a, b, func() { spoiler.Spoil(t, key) })
	}
}

// unreadable checks that the record under key does not open, and returns its version.
func unreadable(t *testing.T, store auth.Store) auth.Record {
	t.Helper()
	r, err := store.Load(t.Context(), key)
	if !errors.Is(err, auth.ErrRecordUnreadable) {
		t.Fatalf("Load of an unreadable record: error %v, want one that wraps auth.ErrRecordUnreadable", err)
	}
	if errors.Is(err, auth.ErrRecordNotFound) || errors.Is(err, auth.ErrRecordConflict) {
		t.Errorf("Load of an unreadable record: error %v, which wraps another error of a Store", err)
	}
	if r.Version == "" {
		t.Fatal("Load of an unreadable record returned no version")
	}
	if len(r.Data) > 0 {
		t.Error("Load of an unreadable record returned data")
	}
	return r
}

func loadsUnreadable(t *testing.T, a, b auth.Store, spoil func()) {
	create(t, a, key, "data")
	spoil()
	r := unreadable(t, b)
	if again := unreadable(t, a); again.Version != r.Version {
		t.Errorf("Load returned version %q and then %q", r.Version, again.Version)
	}
}

func replacesUnreadable(t *testing.T, a, b auth.Store, spoil func()) {
	create(t, a, key, "data")
	spoil()
	saved := replace(t, b, unreadable(t, a), "new")
	holds(t, a, key, saved)
}

func deletesUnreadable(t *testing.T, a, b auth.Store, spoil func()) {
	create(t, a, key, "data")
	spoil()
	remove(t, b, key, unreadable(t, a))
	absent(t, a, key)
	absent(t, b, key)
}

func keepsUnreadable(t *testing.T, a, b auth.Store, spoil func()) {
	create(t, a, key, "data")
	spoil()
	first := unreadable(t, a)
	for _, version := range []string{"", "unknown", first.Version + "0"} {
		conflicts(t, b, key, version)
		keeps(t, b, version)
	}
	spoil()
	conflicts(t, a, key, first.Version)
	keeps(t, b, first.Version)
	unreadable(t, b)
}
