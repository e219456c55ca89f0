package storetest

import (
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func deleteCases() []testCase {
	return []testCase{
		{
			"delete",
			"After Delete with the version of the record there must be no record, in any process: sign-out deletes the tokens.",
			deleteSaved,
		},
		{
			"delete an absent record",
			"Deleting an absent record must succeed, whatever the version: two processes may sign out the same person.",
			deleteAbsent,
		},
		{
			"delete another version",
			"Delete with a version that has been replaced must fail with auth.ErrRecordConflict and change nothing: " +
				"a late sign-out must not sign out who has signed in since.",
			deleteStale,
		},
		{
			"delete without a version",
			"Delete with an empty version must fail with auth.ErrRecordConflict if there is a record: " +
				"a caller that saw none must not delete one.",
			deleteUnseen,
		},
	}
}

func deleteSaved(t *testing.T, a, b auth.Store) {
	saved := create(t, a, key, "data")
	remove(t, b, key, saved)
	absent(t, a, key)
	absent(t, b, key)
	again := create(t, b, key, "more")
	holds(t, a, key, again)
	remove(t, a, key, again)
	absent(t, b, key)
}

func deleteAbsent(t *testing.T, a, b auth.Store) {
	remove(t, a, key, auth.Record{})
	remove(t, b, key, auth.Record{Version: "unknown"})
	saved := create(t, a, key, "data")
	remove(t, a, key, saved)
	remove(t, b, key, saved)
	remove(t, b, key, auth.Record{})
	absent(t, a, key)
}

func deleteStale(t *testing.T, a, b auth.Store) {
	first := create(t, a, key, "first")
	second := replace(t, b, first, "second")
	for _, version := range []string{first.Version, second.Version + "0", "unknown"} {
		keeps(t, a, version)
		keeps(t, b, version)
	}
	holds(t, a, key, second)
	remove(t, a, key, second)
	third := create(t, b, key, "third")
	keeps(t, a, second.Version)
	holds(t, a, key, third)
}

func deleteUnseen(t *testing.T, a, b auth.Store) {
	saved := create(t, a, key, "data")
	keeps(t, a, "")
	keeps(t, b, "")
	holds(t, b, key, saved)
}
