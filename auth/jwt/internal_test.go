package jwt

import (
	"bytes"
	"crypto/rsa"
	stdjson "encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cached tokens stay cached when the same keys are fetched again.
func TestEqualKeysKeepTheirPointers(t *testing.T) {
	t.Parallel()
	key := func(n int64) *rsa.PublicKey { return &rsa.PublicKey{N: big.NewInt(n), E: 3} }
	s, first := &keySet{}, key(15)
	s.finish(&fetch{}, map[string]*rsa.PublicKey{"a": first}, nil)
	s.finish(&fetch{}, map[string]*rsa.PublicKey{"a": key(15)}, nil)
	assert.Same(t, first, s.keys["a"])
	s.finish(&fetch{}, map[string]*rsa.PublicKey{"a": key(21)}, nil)
	assert.NotSame(t, first, s.keys["a"])
}

// The headers of some keys stay known, those of the last ones.
func TestHeadersOfSeveralKeysStayKnown(t *testing.T) {
	t.Parallel()
	var c headerCache
	encoded := func(n int) []byte { return fmt.Appendf(nil, "header-%d", n) }
	_, known := c.get(encoded(0))
	assert.False(t, known)
	for n := range maxHeaders + 1 {
		c.put(encoded(n), header{KeyID: fmt.Sprint(n)})
	}
	for n := range maxHeaders {
		h, known := c.get(encoded(n + 1))
		assert.True(t, known, n+1)
		assert.Equal(t, fmt.Sprint(n+1), h.KeyID)
	}
	_, known = c.get(encoded(0))
	assert.False(t, known, "the oldest goes")
}

// members returns what readMembers reads.
func members(text string) (map[string]string, bool) {
	all := map[string]string{}
	ok := readMembers(text, func(name, value string) bool {
		all[name] = value
		return true
	})
	return all, ok
}

func TestReadMembers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		`{}`:              {},
		` { } `:           {},
		`null`:            {},
		`{"a":1,"b":"x"}`: {"a": "1", "b": `"x"`},
		"\t{\r\n\"a\" : [ 1 , {} ] , \"b\":null}": {"a": "[ 1 , {} ]", "b": "null"},
		`{"\u0061":true,"é":false}`:               {"a": "true", "é": "false"},
		`{"":-0.5e+10,"n":0,"m":12E3}`:            {"": "-0.5e+10", "n": "0", "m": "12E3"},
		`{"a":"\"\\\/\b\f\n\r\t\u00e9"}`:          {"a": `"\"\\\/\b\f\n\r\t\u00e9"`},
		`{"a":{"b":1,"b":[[],{"c":""}]}}`:         {"a": `{"b":1,"b":[[],{"c":""}]}`},
		`{"a":1,"A":2}`:                           {"a": "1", "A": "2"},
		`{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`: {
			"a": strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1),
		},
	} {
		got, ok := members(text)
		require.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
}

func TestReadMembersRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "[]", "1", `"a"`, "true", "nul", "{", "}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1}}`, `{} {}`,
		`{a:1}`, `{'a':1}`, `{"a":1,"a":1}`, `{"a":1,"\u0061":2}`, `{"a":[1,]}`, `{"a":[1 2]}`, `{"a":[}`, `{"a":[`, `{"a":tru}`, `{"a":nulll}`,
		`{"a":01}`, `{"a":-}`, `{"a":1.}`, `{"a":.5}`, `{"a":1e}`, `{"a":1e+}`, `{"a":+1}`, `{"a":0x1}`, `{"a":NaN}`, `{"a":"`, `{"a":"\`,
		`{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`, "{\"a\":\"\n\"}", "{\"a\":\"\x00\"}", "{\"a\":1}\x00", "\ufeff{}", "{\"a\":1,\u00a0\"b\":2}",
		`{"a":1/**/}`, `{"a":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`, strings.Repeat(`{"a":`, 1<<16),
	} {
		_, ok := members(text)
		assert.False(t, ok, text[:min(len(text), 80)])
	}
	assert.False(t, readMembers(`{"a":1}`, func(_, _ string) bool { return false }), "a member is not accepted")
}

// readMembers reads what a general decoder reads that refuses duplicate names, but for its limit of
// the depth.
func FuzzReadMembers(f *testing.F) {
	for _, seed := range []string{
		`{"sub":"a","exp":1,"cognito:groups":["x"]}`, `{"a":"\u00e9\\"}`, `{"a":1,"a":2}`, ` null `, `{"a":{"b":[1,2.5e-3,true,false,null]}}`,
		"{\"\xff\":\"\xff\"}", `{"a":-0}`, `{"a":1}x`, `{"a":"\ud800"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := members(text)
		var want map[string]json.RawMessage
		err := json.Unmarshal([]byte(text), &want)
		switch {
		case ok && (err != nil || !stdjson.Valid([]byte(text))):
			t.Fatalf("accepted, but %v", err)
		case !ok && err == nil && strings.Count(text, "[")+strings.Count(text, "{") <= maxDepth:
			t.Fatal("refused, but valid")
		case !ok:
			return
		}
		if len(got) != len(want) {
			t.Fatalf("%q, want %q", got, want)
		}
		for name, value := range want {
			if got[name] != string(bytes.TrimSpace(value)) {
				t.Errorf("%q is %q, want %q", name, got[name], value)
			}
			var general string
			plain, isString := decodeString(got[name])
			if err := json.Unmarshal(value, &general); isString != (err == nil) || plain != general {
				t.Errorf("%q is decoded as %q, %v; want %q, %v", value, plain, isString, general, err)
			}
		}
	})
}
