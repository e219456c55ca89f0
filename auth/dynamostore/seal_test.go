package dynamostore_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

func assertSealError(t *testing.T, err error) {
	t.Helper()
	var sealed *dynamostore.SealError
	require.ErrorAs(t, err, &sealed)
	require.ErrorIs(t, err, auth.ErrRecordUnreadable)
	require.Error(t, sealed.Err)
	require.Equal(t, alices, sealed.ItemID)
	require.NotErrorIs(t, err, auth.ErrRecordNotFound)
	require.NotErrorIs(t, err, auth.ErrRecordConflict)
}

func TestWrongKey_opensNothing(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	right := table.open(t, dynamostore.Config{Key: newKey()})
	saved := save(t, right, "alice", "data")
	stranger := table.open(t, dynamostore.Config{Key: newKey(), TTL: time.Hour})
	_, err := stranger.Load(t.Context(), "alice")
	assertSealError(t, err)
	_, err = stranger.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder")})
	require.ErrorIs(t, err, auth.ErrRecordConflict)

	r, err := right.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved, r, "another key must change nothing")
	_, err = stranger.Load(t.Context(), "bob")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)

	require.ErrorIs(t, stranger.Delete(t.Context(), "alice", auth.Record{}), auth.ErrRecordConflict)
	unreadable, err := stranger.Load(t.Context(), "alice")
	assertSealError(t, err)
	require.NoError(t, stranger.Delete(t.Context(), "alice", unreadable), "Delete must work without the key")
	save(t, stranger, "alice", "new")
}

func TestOldKeys_open(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	before, after := newKey(), newKey()
	saved := save(t, table.open(t, dynamostore.Config{Key: before}), "alice", "data")
	store := table.open(t, dynamostore.Config{Key: after, OldKeys: [][]byte{before}})
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved, r)
	_, err = store.Save(t.Context(), "alice", r)
	require.NoError(t, err)
	_, err = table.open(t, dynamostore.Config{Key: after}).Load(t.Context(), "alice")
	require.NoError(t, err, "a Save must seal under the new key")
}

func TestSwappedItems_doNotOpen(t *testing.T) {
	t.Parallel()
	const bobs = "81b637d8fcd2c6da6359e6963113a1170de795e4b725b84d1e0b4cfd9ec58ce9"
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey()})
	save(t, store, "bob", "bob's")
	moved := table.get(t, bobs)
	moved["id"] = text(alices)
	table.put(t, moved)
	_, err := store.Load(t.Context(), "alice")
	assertSealError(t, err)
}

// TestDamagedItem_doesNotOpen flips a bit of every byte, removes every byte, and shifts bytes
// between the attributes.
func TestDamagedItem_doesNotOpen(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey()})
	save(t, store, "alice", "data")
	good := table.get(t, alices)
	version, sealed := textOf(good["version"]), bytesOf(good["sealed"])
	damaged := []item{
		{"id": text(alices), "version": text(version)},
		{"id": text(alices), "sealed": binary(sealed)},
		{"id": text(alices), "version": binary([]byte(version)), "sealed": binary(sealed)},
		{"id": text(alices), "version": text(version[:40]), "sealed": binary(append([]byte(version[40:]), sealed...))},
		{"id": text(alices), "version": text(version[:26]), "sealed": binary(append([]byte(version[26:]), sealed...))},
		with(good, "expires", text("tomorrow")),
		with(good, "expires", number("9999999999.5")),
	}
	for i := range version {
		damaged = append(damaged, with(good, "version", text(version[:i]+string(version[i]^1)+version[i+1:])))
	}
	for i := range sealed {
		flipped := bytes.Clone(sealed)
		flipped[i] ^= 1
		damaged = append(damaged, with(good, "sealed", binary(flipped)), with(good, "sealed", binary(sealed[:i])))
	}
	for _, i := range damaged {
		table.put(t, i)
		r, err := store.Load(t.Context(), "alice")
		assertSealError(t, err)
		assert.Empty(t, r.Data)
		for _, version := range []string{"", r.Version + "0"} {
			_, err = store.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder"), Version: version})
			require.ErrorIs(t, err, auth.ErrRecordConflict)
			require.ErrorIs(t, store.Delete(t.Context(), "alice", auth.Record{Version: version}), auth.ErrRecordConflict)
		}
		require.Equal(t, i, table.get(t, alices))
		saved, err := store.Save(t.Context(), "alice", auth.Record{Data: []byte("new"), Version: r.Version})
		require.NoError(t, err)
		r, err = store.Load(t.Context(), "alice")
		require.NoError(t, err)
		require.Equal(t, saved, r)
	}
}

// with returns a copy of an item with another attribute.
func with(i item, name string, value types.AttributeValue) item {
	changed := maps.Clone(i)
	changed[name] = value
	return changed
}

// TestEnd_isSealed checks that nobody who can write to the table revives a record that has ended.
func TestEnd_isSealed(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey()})
	_, err := store.Save(t.Context(), "alice", auth.Record{Data: []byte("ends"), ExpiresAt: time.Now().Add(time.Minute)})
	require.NoError(t, err)
	good := table.get(t, alices)
	forever := maps.Clone(good)
	delete(forever, "expires")
	for _, i := range []item{forever, with(good, "expires", number("9999999999"))} {
		table.put(t, i)
		_, err = store.Load(t.Context(), "alice")
		assertSealError(t, err)
		require.ErrorContains(t, err, "its attribute expires is not a time up to the record's end")
	}
}

func TestSealError_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey()})
	for reason, i := range map[string]item{
		"it has no version": {"version": text("x")},
		"it was sealed under another key, or changed since": {"version": text(strings.Repeat("x", 41)), "sealed": binary([]byte("x"))},
	} {
		i["id"] = text(alices)
		table.put(t, i)
		_, err := store.Load(t.Context(), "alice")
		assertSealError(t, err)
		require.EqualError(t, err, "dynamostore: item "+alices+" does not open: "+reason)
	}
}
