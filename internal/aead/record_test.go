package aead_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

func TestRecord_opensWithItsVersion(t *testing.T) {
	t.Parallel()
	keys, binding := newKeys(t, key), aead.Binding{Purpose: "a", Name: "alice"}
	version := aead.NewVersion(time.Time{})
	sealed, err := keys.SealRecord(binding, version, []byte("secret"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(sealed), aead.Header(version)))
	assert.Equal(t, version, aead.VersionOf(sealed))
	got, data, err := keys.OpenRecord(binding, sealed)
	require.NoError(t, err)
	assert.Equal(t, version, got)
	assert.Equal(t, "secret", string(data))
	for i := range sealed {
		_, _, err = keys.OpenRecord(binding, sealed[:i])
		require.Error(t, err, "%d", i)
		changed := append([]byte{}, sealed...)
		changed[i] ^= 1
		got, data, err = keys.OpenRecord(binding, changed)
		require.Error(t, err, "%d", i)
		assert.Empty(t, got)
		assert.Nil(t, data)
	}
}

// TestOldRecord_opens has a record as it lies in files and databases, which every later release and
// every CPU must open.
func TestOldRecord_opens(t *testing.T) {
	t.Parallel()
	sealed, err := base64.StdEncoding.DecodeString(
		"AkFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaMDAxODkzNTUzNDQ1MDA2" +
			"F3sZs8FHoQKLw1ES7Mq+0tcEvicy0YxWyM8tL2XtfBSbDA==")
	require.NoError(t, err)
	version, data, err := newKeys(t, key).OpenRecord(aead.Binding{Purpose: "a", Name: "alice"}, sealed)
	require.NoError(t, err)
	assert.Equal(t, "secret", string(data))
	assert.True(t, time.UnixMilli(1_893_553_445_006).Equal(aead.ExpiresAt(version)))
}

func TestNewVersion_isNewAndHasTheEnd(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	seen := map[string]bool{}
	for _, end := range []struct{ given, want time.Time }{
		{},
		{at, at},
		{at, at},
		{at.Add(1), at.Add(time.Millisecond)},
		{time.Unix(-5, 0), time.UnixMilli(1)},
		{time.UnixMilli(1e17), time.UnixMilli(1e15 - 1)},
	} {
		version := aead.NewVersion(end.given)
		assert.Len(t, aead.Header(version), aead.HeaderSize)
		assert.True(t, end.want.Equal(aead.ExpiresAt(version)), "%v: %v", end.given, aead.ExpiresAt(version))
		assert.False(t, seen[version])
		seen[version] = true
	}
}

func TestExpired_beginsAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		version := aead.NewVersion(time.Now().Add(time.Minute))
		assert.False(t, aead.Expired(version))
		time.Sleep(time.Minute - time.Millisecond)
		assert.False(t, aead.Expired(version))
		time.Sleep(time.Millisecond)
		assert.True(t, aead.Expired(version))
	})
	for _, version := range []string{"", aead.NewVersion(time.Time{}), strings.Repeat("x", 26), strings.Repeat("x", 41)} {
		assert.False(t, aead.Expired(version), version)
	}
}

func TestUnreadableVersion_dependsOnAllBytes(t *testing.T) {
	t.Parallel()
	first, second := aead.UnreadableVersion([]byte("\x02a")), aead.UnreadableVersion([]byte("\x02b"))
	assert.NotEqual(t, first, second)
	assert.Equal(t, first, aead.UnreadableVersion([]byte("\x02a")))
	assert.True(t, aead.IsUnreadable(first))
	assert.False(t, aead.IsUnreadable(aead.NewVersion(time.Time{})))
	assert.Zero(t, aead.ExpiresAt(first))
}

func TestCheckRecord_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	require.NoError(t, aead.CheckRecord([]byte{aead.Format, 2, 3}, 3))
	for want, sealed := range map[string][]byte{
		"it is empty":                            nil,
		"its format is 1, and only 2 is known":   {1, 2},
		"its format is 3, and only 2 is known":   {3},
		"its format is 123, and only 2 is known": []byte("{}"),
		"it is longer than 3 bytes":              {aead.Format, 2, 3, 4},
	} {
		require.EqualError(t, aead.CheckRecord(sealed, 3), want)
	}
}
