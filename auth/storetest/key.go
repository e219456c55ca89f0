package storetest

import (
	"strings"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func keyCases() []testCase {
	return []testCase{{
		"any key",
		"Keys hold any characters, up to 1024 bytes, and keys that differ in anything are different records: they are people's names, not paths.",
		anyKey,
	}}
}

// awkwardKeys are what file names, URLs, patterns and databases trip over. Each is another record.
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
			remove(t, b, key)
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
