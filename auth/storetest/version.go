package storetest

import (
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func versionCases() []testCase {
	return []testCase{
		{
			"create once",
			"Save with an empty version must fail with auth.ErrRecordConflict if there is a record, and leave that alone: " +
				"of two sign-ins that begin at once, one must notice the other.",
			createOnce,
		},
		{
			"stale version",
			"Save with a version that has been replaced must fail with auth.ErrRecordConflict and change nothing: " +
				"refresh tokens that somebody else has just rotated must not come back.",
			staleVersion,
		},
		{
			"unknown version",
			"Save with a version that the Store never gave to this record must fail with auth.ErrRecordConflict and change nothing.",
			unknownVersion,
		},
		{
			"delete beats save",
			"Save with the version of a record deleted since must fail with auth.ErrRecordConflict: nobody is signed in again by a late save.",
			deleteBeatsSave,
		},
		{
			"versions are not used twice",
			"Every Save must return a version that the key never had, even for the same data and after Delete: " +
				"otherwise somebody who waited long enough overwrites what he has never seen.",
			freshVersions,
		},
	}
}

func createOnce(t *testing.T, a, b auth.Store) {
	saved := create(t, a, key, "first")
	conflicts(t, a, key, "")
	conflicts(t, b, key, "")
	holds(t, a, key, saved)
	holds(t, b, key, saved)
}

func staleVersion(t *testing.T, a, b auth.Store) {
	first := create(t, a, key, "first")
	second := replace(t, b, first, "second")
	conflicts(t, a, key, first.Version)
	conflicts(t, b, key, first.Version)
	holds(t, a, key, second)
	third := replace(t, a, second, "third")
	conflicts(t, b, key, second.Version)
	conflicts(t, b, key, first.Version)
	holds(t, b, key, third)
}

func unknownVersion(t *testing.T, a, b auth.Store) {
	conflicts(t, a, key, "unknown")
	absent(t, b, key)
	other := create(t, a, "somebody else", "data")
	conflicts(t, b, key, other.Version)
	absent(t, a, key)
	saved := create(t, a, key, "data")
	conflicts(t, b, key, "unknown")
	conflicts(t, b, key, saved.Version+"0")
	conflicts(t, b, key, other.Version)
	holds(t, a, key, saved)
}

func deleteBeatsSave(t *testing.T, a, b auth.Store) {
	saved := create(t, a, key, "data")
	remove(t, b, key)
	conflicts(t, a, key, saved.Version)
	absent(t, a, key)
	absent(t, b, key)
}

func freshVersions(t *testing.T, a, b auth.Store) {
	const rounds = 4
	seen := make(map[string]bool)
	note := func(r auth.Record) {
		if seen[r.Version] {
			t.Errorf("Save returned version %q for the second time", r.Version)
		}
		seen[r.Version] = true
	}
	for range rounds {
		r := create(t, a, key, "same")
		note(r)
		for range rounds {
			r = replace(t, b, r, "same")
			note(r)
			a, b = b, a
		}
		delete(seen, r.Version)
		for old := range seen {
			conflicts(t, a, key, old)
		}
		seen[r.Version] = true
		remove(t, a, key)
	}
}
