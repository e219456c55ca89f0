package storetest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// maxRecord is the size that auth.Store promises records to stay below.
const maxRecord = 256 << 10

func recordCases() []testCase {
	return []testCase{
		{
			"load what is missing",
			"Load must wrap auth.ErrRecordNotFound when there is no record: that is how somebody signed out differs from a Store that is broken.",
			func(t *testing.T, a, b auth.Store) { absent(t, a, key); absent(t, b, key) },
		},
		{
			"load what was saved",
			"Load must return the data and the version of the last Save, at once and in every process that shares the Store.",
			loadSaved,
		},
		{
			"delete",
			"After Delete nothing must be left to load: the tokens of somebody who signed out are gone.",
			deleteSaved,
		},
		{
			"delete what is missing",
			"Deleting what is not there must succeed, since two processes may sign the same person out.",
			func(t *testing.T, a, b auth.Store) { remove(t, a, key); remove(t, b, key) },
		},
		{
			"any bytes",
			"Data is bytes and comes back unchanged, whatever they are: it is not text, and not a line.",
			anyBytes,
		},
		{
			"empty data",
			"A record without data is still a record: it can be loaded, and nobody can create it again.",
			emptyData,
		},
		{
			"large data",
			"Any record below 256 KiB must fit: tokens with many groups are large.",
			largeData,
		},
		{
			"aliasing",
			"Neither the slice given to Save nor one returned may share memory with what is stored: callers change theirs.",
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

func deleteSaved(t *testing.T, a, b auth.Store) {
	create(t, a, key, "data")
	remove(t, b, key)
	absent(t, a, key)
	absent(t, b, key)
	remove(t, a, key)
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

// brief shows a value without filling the screen.
func brief(s string) string {
	const limit = 64
	if len(s) <= limit {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q… (%d bytes)", s[:limit], len(s))
}
