package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// maxRecord is the size in bytes below which every record must fit into a Store.
const maxRecord = 256 << 10

func recordCases() []testCase {
	return []testCase{
		{
			"load an absent record",
			"Load must wrap auth.ErrRecordNotFound when there is no record: " +
				"callers tell a signed-out person from a broken Store by it.",
			func(t *testing.T, a, b auth.Store) { absent(t, a, key); absent(t, b, key) },
		},
		{
			"load a saved record",
			"Load must return the data and the version of the last Save, at once and in every process that shares the Store.",
			loadSaved,
		},
		{
			"any bytes",
			"Load must return any bytes unchanged: data need not be text.",
			anyBytes,
		},
		{
			"empty data",
			"A record with empty data is a record: Load must return it, and Save must not create it again.",
			emptyData,
		},
		{
			"large data",
			"Records below 256 KiB must fit: tokens with many groups are large.",
			largeData,
		},
		{
			"refusable record",
			"A Store may refuse a record that is Refusable, with auth.ErrRecordTooLarge, and must then keep what it has. " +
				"What it takes it stores like any other.",
			refusableRecord,
		},
		{
			"aliasing",
			"The stored record must not share memory with the slices that Save gets or that Save and " +
				"Load return: callers may change those.",
			aliasing,
		},
	}
}

func loadSaved(t *testing.T, a, b auth.Store) {
	first := create(t, a, key, "first")
	holds(t, a, key, first)
	holds(t, b, key, first)
	second := replace(t, b, first, "second")
	holds(t, a, key, second)
	holds(t, b, key, second)
}

func anyBytes(t *testing.T, a, b auth.Store) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	samples := [][]byte{every, {0}, []byte("\n"), []byte(" \t\r\n"), []byte(`"\u0000`), {0xff, 0xfe}, []byte("e\u0301 \u00e9")}
	for i, data := range samples {
		key := fmt.Sprintf("sample %d", i)
		saved := save(t, a, key, auth.Record{Data: data})
		holds(t, b, key, saved)
	}
}

func emptyData(t *testing.T, a, b auth.Store) {
	for key, data := range map[string][]byte{"none": nil, "empty": {}} {
		saved := save(t, a, key, auth.Record{Data: data})
		holds(t, b, key, saved)
		conflicts(t, b, key, "")
	}
}

func largeData(t *testing.T, a, b auth.Store) {
	data := bytes.Repeat([]byte("0123456789abcdef"), maxRecord/16)
	saved := save(t, a, key, auth.Record{Data: data[1:]})
	holds(t, b, key, saved)
}

func refusableRecord(t *testing.T, a, b auth.Store) {
	first := create(t, a, key, "first")
	for _, size := range []int{10, 32 << 10} {
		large := auth.Record{Data: bytes.Repeat([]byte("x"), size), Version: first.Version, Refusable: true}
		saved, err := a.Save(t.Context(), key, large)
		switch {
		case errors.Is(err, auth.ErrRecordTooLarge):
			holds(t, b, key, first)
		case err != nil:
			t.Errorf("Save(%d bytes): error %v, want none or one that wraps auth.ErrRecordTooLarge", size, err)
		default:
			first = saved
			holds(t, b, key, auth.Record{Data: large.Data, Version: saved.Version})
		}
	}
}

func aliasing(t *testing.T, a, b auth.Store) {
	data := []byte("original")
	saved, err := a.Save(t.Context(), key, auth.Record{Data: data})
	if err != nil {
		t.Fatalf("Save: %v", err)
	}
	want := auth.Record{Data: []byte("original"), Version: saved.Version}
	copy(data, "changed!")
	loaded := holds(t, b, key, want)
	copy(saved.Data, "spoiled!")
	copy(loaded.Data, "damaged!")
	holds(t, a, key, want)
	holds(t, b, key, want)
}

// brief quotes the beginning of a value.
func brief(s string) string {
	const limit = 64
	if len(s) <= limit {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q… (%d bytes)", s[:limit], len(s))
}

func versionCases() []testCase {
	return []testCase{
		{
			"create once",
			"Save with an empty version must fail with auth.ErrRecordConflict if there is a record, " +
				"and not change it: " +
				"of two concurrent sign-ins, one must fail.",
			createOnce,
		},
		{
			"stale version",
			"Save with a version that has been replaced must fail with auth.ErrRecordConflict and change nothing: " +
				"a refresh token that has been rotated must not be restored.",
			staleVersion,
		},
		{
			"unknown version",
			"Save with a version that this record never had must fail with auth.ErrRecordConflict and change nothing.",
			unknownVersion,
		},
		{
			"delete beats save",
			"Save with the version of a record deleted since must fail with auth.ErrRecordConflict: " +
				"a late Save must not undo a sign-out.",
			deleteBeatsSave,
		},
		{
			"versions are not used twice",
			"Every Save must return a version that the key never had, even for the same data and after Delete: " +
				"otherwise a late caller overwrites data that it has never loaded.",
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
	remove(t, b, key, saved)
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
		remove(t, a, key, r)
	}
}

func keyCases() []testCase {
	return []testCase{{
		"any key",
		"A key may be any string of up to 1024 bytes, and different keys must select different records: " +
			"keys contain user names and are not paths.",
		anyKey,
	}}
}

// awkwardKeys returns keys that are special to file systems, URLs, patterns and databases.
func awkwardKeys() []string {
	long := strings.Repeat("k", 1023)
	return []string{
		"a", "A", "alice", "Alice", "alice ", " alice", "alice.", ".alice", "alice\x00", "alice\x00bob", "alice\n", "alice\t",
		".", "..", "../alice", "./alice", "a/../alice", "/", "/alice", "alice/", "//alice", "//", `\`, `..\alice`, `C:\alice`, "C:",
		"device", "device/", "device/x", "device/x/", "device/x/y", "device/x/y/", "device//x", "device\\x", "device:x",
		"*", "alice*", "?", "[a]", "{alice}", "%", "%s", "%2e%2e", "a%2Fb", "a/b", "a+b", "a b", "a&b=c", "a;b", "a'b", `a"b`, "`a`", "$a",
		"-", "--help", "~", "~alice", "con", "nul", "null", "0", "00", "1", "true",
		"alice.lock", "alice.tmp", "alice.lease", "lock:alice",
		"é", "e\u0301", "ß", "SS", "ss", "ı", "i", "I", "日本語", "🔑", "\u200b", "\u202e", "alice@example.com",
		long, long + "x", long + "y", strings.Repeat("/", 1024), strings.Repeat("é", 512), strings.Repeat("../", 341),
	}
}

func anyKey(t *testing.T, a, b auth.Store) {
	saved := make(map[string]auth.Record)
	for _, key := range awkwardKeys() {
		saved[key] = create(t, a, key, "of "+key)
	}
	for _, key := range awkwardKeys() {
		holds(t, b, key, saved[key])
	}
	for i, key := range awkwardKeys() {
		if i%2 == 0 {
			remove(t, b, key, saved[key])
		}
	}
	for i, key := range awkwardKeys() {
		if i%2 == 0 {
			absent(t, a, key)
		} else {
			holds(t, a, key, saved[key])
		}
	}
}

func contextCases() []testCase {
	return []testCase{
		{
			"canceled context",
			"A method called with a context that is done must return the context's error and change nothing: " +
				"its caller has given up.",
			canceledContext,
		},
		{
			"expired context",
			"After the deadline, a method must return context.DeadlineExceeded: " +
				"callers use it to decide whether to retry.",
			expiredContext,
		},
	}
}

func canceledContext(t *testing.T, a, b auth.Store) {
	refuses(t, a, b, func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(parent)
		cancel()
		return ctx, cancel
	})
}

func expiredContext(t *testing.T, a, b auth.Store) {
	refuses(t, a, b, func(parent context.Context) (context.Context, context.CancelFunc) {
		return context.WithDeadline(parent, time.Unix(0, 0))
	})
}

// refuses checks that the methods of a fail and change nothing if end has ended their context.
func refuses(t *testing.T, a, b auth.Store, end func(context.Context) (context.Context, context.CancelFunc)) {
	t.Helper()
	ctx, cancel := end(t.Context())
	defer cancel()
	saved := create(t, b, key, "data")
	_, loadErr := a.Load(ctx, key)
	_, createErr := a.Save(ctx, "new", auth.Record{Data: []byte("data")})
	_, saveErr := a.Save(ctx, key, auth.Record{Data: []byte("late"), Version: saved.Version})
	attempts := map[string]error{"Load": loadErr, "Save of a new record": createErr, "Save": saveErr, "Delete": a.Delete(ctx, key, saved)}
	for method, err := range attempts {
		if !errors.Is(err, ctx.Err()) {
			t.Errorf("%s: error %v, want one that wraps %q", method, err, ctx.Err())
		}
	}
	holds(t, b, key, saved)
	absent(t, b, "new")
}
