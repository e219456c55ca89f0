package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func unchangedCases() []testCase {
	return []testCase{
		{
			"unchanged record",
			"Unchanged must report true for the version of the record, in any process: callers then use what they have.",
			onRevalidators(reportsUnchanged),
		},
		{
			"changed record",
			"Unchanged must report false for a version that has been replaced, for that of another key and for none: " +
				"otherwise callers use old tokens.",
			onRevalidators(reportsChange),
		},
		{
			"unchanged after delete",
			"Unchanged must report false without an error if there is no record: otherwise a sign-out goes unnoticed.",
			onRevalidators(reportsDelete),
		},
		{
			"unchanged but expired",
			"Unchanged must report false for a record that has expired.",
			onRevalidators(reportsEnd),
		},
		{
			"unchanged with a context that is done",
			"Unchanged must return the error of a context that is done.",
			onRevalidators(unchangedRefuses),
		},
	}
}

// A revalidator is a Store that is an auth.Revalidator.
type revalidator interface {
	auth.Store
	auth.Revalidator
}

func onRevalidators(check func(t *testing.T, a, b revalidator)) func(t *testing.T, a, b auth.Store) {
	return func(t *testing.T, a, b auth.Store) {
		x, ok := a.(revalidator)
		y, also := b.(revalidator)
		if !ok || !also {
			t.Fatal("one view is an auth.Revalidator and the other is not")
		}
		check(t, x, y)
	}
}

// unchanged checks what a Store says of a version.
func unchanged(t *testing.T, store auth.Revalidator, version string, want bool) {
	t.Helper()
	got, err := store.Unchanged(t.Context(), key, version)
	if err != nil || got != want {
		t.Errorf("Unchanged(version %q) = %v, %v, want %v", version, got, err, want)
	}
}

func reportsUnchanged(t *testing.T, a, b revalidator) {
	first := create(t, a, key, "first")
	unchanged(t, a, first.Version, true)
	unchanged(t, b, first.Version, true)
	second := ending(t, b, key, time.Now().Add(time.Hour), first.Version)
	unchanged(t, a, second.Version, true)
	loaded := holds(t, b, key, second)
	unchanged(t, b, loaded.Version, true)
}

func reportsChange(t *testing.T, a, b revalidator) {
	first := create(t, a, key, "same")
	other := create(t, a, "other", "same")
	second := replace(t, b, first, "same")
	for _, version := range []string{first.Version, other.Version, "", "unknown", second.Version + "0"} {
		unchanged(t, a, version, false)
		unchanged(t, b, version, false)
	}
	unchanged(t, a, second.Version, true)
}

func reportsDelete(t *testing.T, a, b revalidator) {
	unchanged(t, a, "", false)
	unchanged(t, a, "unknown", false)
	saved := create(t, a, key, "data")
	remove(t, b, key, saved)
	unchanged(t, a, saved.Version, false)
	unchanged(t, b, saved.Version, false)
	create(t, a, key, "data")
	unchanged(t, b, saved.Version, false)
}

func reportsEnd(t *testing.T, a, b revalidator) {
	saved := ending(t, a, key, time.Now().Add(lifetime), "")
	for last := time.Now().Add(lifetime + rounding); ; <-time.After(lifetime / 10) {
		final := time.Now().After(last)
		found, err := b.Unchanged(t.Context(), key, saved.Version)
		switch {
		case err != nil:
			t.Fatalf("Unchanged: %v", err)
		case !found:
			return
		case final:
			t.Fatal("Unchanged reports true for a record that has expired")
		}
	}
}

func unchangedRefuses(t *testing.T, a, b revalidator) {
	saved := create(t, b, key, "data")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Unchanged(ctx, key, saved.Version); !errors.Is(err, context.Canceled) {
		t.Errorf("Unchanged: error %v, want one that wraps %q", err, context.Canceled)
	}
}
