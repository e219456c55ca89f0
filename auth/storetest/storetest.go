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
