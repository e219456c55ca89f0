package storetest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

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
