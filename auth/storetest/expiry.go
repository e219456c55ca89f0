package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const (
	// lifetime is how long records live in the cases that wait for their end.
	lifetime = 200 * time.Millisecond
	// rounding is how much later a Store may end them: a second, and some more for another clock.
	rounding = 2 * time.Second
)

func expiryCases() []testCase {
	return []testCase{
		{
			"keep the end",
			"Load must return the ExpiresAt that was saved, rounded up to a second at most, and zero if it was zero: " +
				"callers reckon with it.",
			keepsEnd,
		},
		{
			"expired record",
			"A record must be found until its ExpiresAt and not afterwards: a half-done sign-in ends with its step.",
			expires,
		},
		{
			"record that was saved expired",
			"A record that is saved after its ExpiresAt must not be found.",
			expiredAtOnce,
		},
		{
			"save over an expired record",
			"Save with an empty version must succeed over an expired record: for its caller there is none.",
			savesOverExpired,
		},
		{
			"expired version",
			"Save with the version of an expired record must fail with auth.ErrRecordConflict, as after Delete.",
			expiredVersion,
		},
		{
			"delete an expired record",
			"Deleting an expired record must succeed, whatever the version, as that of an absent one.",
			deletesExpired,
		},
		{
			"new end",
			"Each Save must set the end of the record anew: a sign-in that is done outlives its steps.",
			newEnd,
		},
	}
}

// ending saves a record that ends at the given time.
func ending(t *testing.T, store auth.Store, key string, at time.Time, version string) auth.Record {
	t.Helper()
	return save(t, store, key, auth.Record{Data: []byte("ends"), ExpiresAt: at, Version: version})
}

// expired saves a record and returns it when it has expired.
func expired(t *testing.T, store auth.Store, key string) auth.Record {
	t.Helper()
	at := time.Now().Add(lifetime)
	r := ending(t, store, key, at, "")
	awaitEnd(t, store, key, at)
	return r
}

// awaitEnd waits until the record under key, which ends at the given time, is not found.
func awaitEnd(t *testing.T, store auth.Store, key string, at time.Time) {
	t.Helper()
	for last := at.Add(rounding); ; <-time.After(lifetime / 10) {
		final := time.Now().After(last)
		_, err := store.Load(t.Context(), key)
		switch {
		case errors.Is(err, auth.ErrRecordNotFound):
			return
		case err != nil:
			t.Fatalf("Load(%s): %v", brief(key), err)
		case final:
			t.Fatalf("Load(%s) returns a record that has expired", brief(key))
		}
	}
}

func keepsEnd(t *testing.T, a, b auth.Store) {
	at := time.Now().Add(time.Hour)
	first := ending(t, a, key, at, "")
	second := holds(t, b, key, first)
	if late := second.ExpiresAt.Sub(at); late < 0 || late > time.Second {
		t.Errorf("ExpiresAt is %v, want %v or up to a second later", second.ExpiresAt, at)
	}
	replace(t, b, first, "without an end")
	r, err := a.Load(t.Context(), key)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if !r.ExpiresAt.IsZero() {
		t.Errorf("ExpiresAt is %v, want zero", r.ExpiresAt)
	}
}

func expires(t *testing.T, a, b auth.Store) {
	at := time.Now().Add(lifetime)
	ending(t, a, key, at, "")
	for {
		_, err := b.Load(t.Context(), key)
		if time.Now().After(at) {
			break
		}
		if err != nil {
			t.Fatalf("Load before the end: %v", err)
		}
		<-time.After(lifetime / 10)
	}
	awaitEnd(t, a, key, at)
	absent(t, b, key)
}

func expiredAtOnce(t *testing.T, a, b auth.Store) {
	ending(t, a, key, time.Now().Add(-time.Hour), "")
	absent(t, b, key)
	absent(t, a, key)
}

func savesOverExpired(t *testing.T, a, b auth.Store) {
	expired(t, a, key)
	saved := create(t, b, key, "new")
	holds(t, a, key, saved)
	ending(t, a, "at once", time.Now().Add(-time.Hour), "")
	saved = create(t, b, "at once", "new")
	holds(t, a, "at once", saved)
}

func expiredVersion(t *testing.T, a, b auth.Store) {
	old := expired(t, a, key)
	conflicts(t, b, key, old.Version)
	absent(t, a, key)
	old = ending(t, a, "at once", time.Now().Add(-time.Hour), "")
	conflicts(t, b, "at once", old.Version)
}

func deletesExpired(t *testing.T, a, b auth.Store) {
	old := expired(t, a, key)
	remove(t, b, key, auth.Record{Version: "unknown"})
	remove(t, a, key, old)
	for _, version := range []string{"", "unknown"} {
		ending(t, a, "at once", time.Now().Add(-time.Hour), "")
		remove(t, b, "at once", auth.Record{Version: version})
	}
}

func newEnd(t *testing.T, a, b auth.Store) {
	first := ending(t, a, key, time.Now().Add(time.Minute), "")
	third, life := replaceInTime(t, a, b, first)
	other := ending(t, a, "other", time.Now().Add(time.Minute), "")
	at := time.Now().Add(life)
	ending(t, b, "other", at, other.Version)
	awaitEnd(t, b, "other", at)
	holds(t, b, key, third)
}

// replaceInTime saves old with an end, and then without one, before that end. A busy machine may
// come too late for that: the next attempt has twice the time. It returns how long the record lived
// with an end.
func replaceInTime(t *testing.T, a, b auth.Store, old auth.Record) (saved auth.Record, life time.Duration) {
	t.Helper()
	for life = lifetime; life < patience; life *= 2 {
		at := time.Now().Add(life)
		short := ending(t, b, key, at, old.Version)
		saved, err := a.Save(t.Context(), key, auth.Record{Data: []byte("without an end"), Version: short.Version})
		if err == nil {
			return saved, life
		}
		if time.Now().Before(at) {
			t.Fatalf("Save of a record that has not expired: %v", err)
		}
		awaitEnd(t, a, key, at)
		old = auth.Record{}
	}
	t.Fatalf("no Save succeeds within %v", patience)
	return auth.Record{}, 0
}
