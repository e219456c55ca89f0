package jsonobject_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/jsonobject"
)

// members returns what Members reads, the last of each name.
func members(text string) (map[string]string, bool) {
	all := map[string]string{}
	ok := jsonobject.Members(text, func(name, value string) bool {
		all[name] = value
		return true
	})
	return all, ok
}

// nested returns a member whose value is nested that deep.
func nested(depth int) string {
	return `{"a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		`{}`:              {},
		` { } `:           {},
		`{"a":1,"b":"x"}`: {"a": "1", "b": `"x"`},
		"\t{\r\n\"a\" : [ 1 , {} ] , \"b\":null}": {"a": "[ 1 , {} ]", "b": "null"},
		`{"\u0061":true,"é":false}`:               {"a": "true", "é": "false"},
		`{"":-0.5e+10,"n":0,"m":12E3}`:            {"": "-0.5e+10", "n": "0", "m": "12E3"},
		`{"a":"\"\\\/\b\f\n\r\t\u00e9"}`:          {"a": `"\"\\\/\b\f\n\r\t\u00e9"`},
		`{"a":{"b":1,"b":[[],{"c":""}]}}`:         {"a": `{"b":1,"b":[[],{"c":""}]}`},
		`{"a":1,"A":2,"a":3}`:                     {"a": "3", "A": "2"},
		nested(63):                                {"a": strings.Repeat("[", 63) + strings.Repeat("]", 63)},
	} {
		got, ok := members(text)
		require.True(t, ok, text)
		assert.Equal(t, want, got, text)
		assert.True(t, jsonobject.IsObject(text), text)
	}
}

func TestMembersRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "[]", "1", `"a"`, "true", "null", "nul", "{", "}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1}}`, `{} {}`,
		`{a:1}`, `{'a':1}`, `{"a":[1,]}`, `{"a":[1 2]}`, `{"a":[}`, `{"a":[`, `{"a":tru}`, `{"a":nulll}`,
		`{"a":01}`, `{"a":-}`, `{"a":1.}`, `{"a":.5}`, `{"a":1e}`, `{"a":1e+}`, `{"a":+1}`, `{"a":0x1}`, `{"a":NaN}`, `{"a":"`, `{"a":"\`, `{"a":"\u`,
		`{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`, "{\"a\":\"\n\"}", "{\"a\":\"\x00\"}", "{\"a\":1}\x00", "\ufeff{}", "{\"a\":1,\u00a0\"b\":2}",
		`{"a":1/**/}`, nested(64), strings.Repeat(`{"a":`, 1<<16),
	} {
		_, ok := members(text)
		assert.False(t, ok, text[:min(len(text), 80)])
		assert.False(t, jsonobject.IsObject(text), text[:min(len(text), 80)])
		_, ok = jsonobject.Cut(text, func(_, _ string) bool { return true })
		assert.False(t, ok, text[:min(len(text), 80)])
	}
	assert.False(t, jsonobject.Members(`{"a":1}`, func(_, _ string) bool { return false }), "a member is not accepted")
}

func TestCutLeavesTheOtherMembers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{}`:                           `{}`,
		`{"cut":1}`:                    `{}`,
		`{"cut":1,"a":[ 2 ]}`:          `{"a":[ 2 ]}`,
		` { "a" : 1 , "\u0063ut" : 2}`: `{"a":1}`,
		`{"a\n":1,"cut":{},"b":null,"cut":3,"a\n":"\u00e9"}`: `{"a\n":1,"b":null,"a\n":"\u00e9"}`,
	} {
		rest, ok := jsonobject.Cut(text, func(name, _ string) bool { return name == "cut" })
		require.True(t, ok, text)
		assert.Equal(t, want, string(rest), text)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{`"a"`: "a", `""`: "", `null`: "", `"\u00e9\"\n"`: "é\"\n", "\"\xff\"": "\ufffd"} {
		got, ok := jsonobject.Text(value)
		assert.True(t, ok, value)
		assert.Equal(t, want, got)
	}
	for _, value := range []string{"1", "true", `["a"]`, `{"a":"b"}`, ""} {
		got, ok := jsonobject.Text(value)
		assert.False(t, ok, value)
		assert.Empty(t, got, value)
	}
}

// Members reads what package json reads, but for its limit of the depth.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{
		`{"sub":"a","exp":1,"cognito:groups":["x"]}`, `{"a":"\u00e9\\"}`, `{"a":1,"a":2}`, ` null `, `{"a":{"b":[1,2.5e-3,true,false,null]}}`,
		"{\"\xff\":\"\xff\"}", `{"a":-0}`, `{"a":1}x`, `{"a":"\ud800"}`, " {\t\"a\" :\r\n{ \"b\" : [ ] } , \"\\\"\" : \"\\\\\" } ", `[{"a":1}]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := members(text)
		var want map[string]json.RawMessage
		err := json.Unmarshal([]byte(text), &want)
		switch {
		case ok && err != nil:
			t.Fatalf("accepted, but %v", err)
		case !ok && want != nil && strings.Count(text, "[")+strings.Count(text, "{") <= 64:
			t.Fatal("refused, but valid")
		case !ok:
			return
		}
		require.Len(t, got, len(want))
		for name, value := range want {
			require.Equal(t, string(bytes.TrimSpace(value)), got[name], name)
			var general string
			err := json.Unmarshal(value, &general)
			text, isText := jsonobject.Text(got[name])
			require.Equal(t, err == nil, isText, name)
			require.Equal(t, general, text, name)
		}
		rest, ok := jsonobject.Cut(text, func(_, _ string) bool { return false })
		require.True(t, ok)
		again, ok := members(string(rest))
		require.True(t, ok)
		require.Equal(t, got, again)
	})
}
