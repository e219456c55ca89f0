package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const (
	writers = 16
	rounds  = 25
)

func parallelCases() []testCase {
	return []testCase{
		{
			"parallel saves of one record",
			"Of concurrent saves with the same version, exactly one must succeed: " +
				"comparing and replacing must be atomic.",
			parallelSaves,
		},
		{
			"parallel creation",
			"Of concurrent saves that create the same record, exactly one must succeed.",
			parallelCreation,
		},
		{
			"parallel delete and save",
			"Of concurrent saves and a Delete with the same version, exactly one must succeed: " +
				"comparing and deleting must be atomic.",
			parallelDelete,
		},
		{
			"parallel saves of different records",
			"All methods must be safe for concurrent use, and calls for one record must not affect another.",
			parallelRecords,
		},
	}
}

// parallelSaves increments one counter from all writers, so that a lost update shows in the sum.
func parallelSaves(t *testing.T, a, b auth.Store) {
	create(t, a, key, "0")
	for range rounds {
		together(t, a, b, func(ctx context.Context, store auth.Store, _ int) error {
			return increment(ctx, store, key)
		})
	}
	countIs(t, a, key, writers*rounds)
	countIs(t, b, key, writers*rounds)
}

func parallelCreation(t *testing.T, a, b auth.Store) {
	const attempts = 4
	var mu sync.Mutex
	winners := make(map[string]int)
	together(t, a, b, func(ctx context.Context, store auth.Store, i int) error {
		for n := range attempts {
			key := fmt.Sprintf("record %d", n)
			_, err := store.Save(ctx, key, auth.Record{Data: []byte(strconv.Itoa(i))})
			switch {
			case errors.Is(err, auth.ErrRecordConflict):
			case err != nil:
				return err
			default:
				mu.Lock()
				winners[key]++
				mu.Unlock()
			}
		}
		return nil
	})
	for n := range attempts {
		if key := fmt.Sprintf("record %d", n); winners[key] != 1 {
			t.Errorf("%d of %d writers created %q, want exactly one", winners[key], writers, key)
		}
	}
}

func parallelDelete(t *testing.T, a, b auth.Store) {
	const attempts = 8
	for range attempts {
		first := create(t, a, key, "signed in")
		var mu sync.Mutex
		var winners []string
		together(t, a, b, func(ctx context.Context, store auth.Store, i int) error {
			saved, err := auth.Record{}, error(nil)
			if i == writers/2 {
				err = store.Delete(ctx, key, first)
			} else {
				saved, err = store.Save(ctx, key, auth.Record{Data: []byte("refreshed"), Version: first.Version})
			}
			if errors.Is(err, auth.ErrRecordConflict) {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			winners = append(winners, saved.Version)
			return err
		})
		if len(winners) != 1 {
			t.Fatalf("%d of %d calls with one version succeeded, want exactly one", len(winners), writers)
		}
		if winners[0] == "" {
			absent(t, a, key)
			absent(t, b, key)
			continue
		}
		left := holds(t, a, key, auth.Record{Data: []byte("refreshed"), Version: winners[0]})
		remove(t, b, key, left)
	}
}

func parallelRecords(t *testing.T, a, b auth.Store) {
	const perRecord = 5
	recordOf := func(i int) string { return fmt.Sprintf("person %d", i) }
	together(t, a, b, func(ctx context.Context, store auth.Store, i int) error {
		key, passing := recordOf(i), fmt.Sprintf("passing %d", i)
		r, err := store.Save(ctx, key, auth.Record{Data: []byte("0")})
		for n := 1; err == nil && n <= perRecord; n++ {
			r, err = store.Save(ctx, key, auth.Record{Data: []byte(strconv.Itoa(n)), Version: r.Version})
		}
		if err != nil {
			return fmt.Errorf("saving %q, which no other writer saves: %w", key, err)
		}
		gone, err := store.Save(ctx, passing, auth.Record{Data: []byte("gone soon")})
		if err != nil {
			return err
		}
		return store.Delete(ctx, passing, gone)
	})
	for i := range writers {
		countIs(t, a, recordOf(i), perRecord)
		absent(t, b, fmt.Sprintf("passing %d", i))
	}
}

// together runs work in all writers concurrently, on alternating views, and reports their errors.
func together(t *testing.T, a, b auth.Store, work func(ctx context.Context, store auth.Store, i int) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	views := []auth.Store{a, b}
	failures := make([]error, writers)
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			<-begin
			failures[i] = work(ctx, views[i%len(views)], i)
		})
	}
	close(begin)
	wg.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Error(err)
	}
}

// increment adds one to the number stored under key. It retries after conflicts.
func increment(ctx context.Context, store auth.Store, key string) error {
	for ctx.Err() == nil {
		r, err := store.Load(ctx, key)
		if err != nil {
			return fmt.Errorf("loading: %w", err)
		}
		n, err := strconv.Atoi(string(r.Data))
		if err != nil {
			return fmt.Errorf("loaded data that was never saved: %w", err)
		}
		r.Data = []byte(strconv.Itoa(n + 1))
		if _, err = store.Save(ctx, key, r); err == nil {
			return nil
		}
		if !errors.Is(err, auth.ErrRecordConflict) {
			return fmt.Errorf("saving: %w", err)
		}
	}
	return fmt.Errorf("no save succeeds: %w", ctx.Err())
}

// countIs checks that the number stored under key is want.
func countIs(t *testing.T, store auth.Store, key string, want int) {
	t.Helper()
	r, err := store.Load(t.Context(), key)
	if err != nil {
		t.Fatalf("Load(%q): %v", key, err)
	}
	if got := string(r.Data); got != strconv.Itoa(want) {
		t.Errorf("%q holds %s after %d increments: updates were lost", key, brief(got), want)
	}
}
