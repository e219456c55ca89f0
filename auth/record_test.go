package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRecordsAreNotLostInJSON: a Store that encodes a Record as it is must find out at once, not
// when it reads "[redacted]".
func TestRecordsAreNotLostInJSON(t *testing.T) {
	t.Parallel()
	record := Record{Data: []byte("hunter2"), Version: "1"}
	for _, v := range []any{record, &record, map[string]Record{"alice": record}} {
		data, err := json.Marshal(v)
		require.ErrorIs(t, err, errRecordJSON)
		require.Empty(t, data)
	}
	require.ErrorIs(t, json.Unmarshal([]byte(`{"Data":"aHVudGVyMg==","Version":"1"}`), &record), errRecordJSON)

	require.Equal(t, "[redacted]", fmt.Sprintf("%+v", record))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "record", record, "inside", struct{ R Record }{record})
	require.NotContains(t, log.String(), "hunter2")
	require.NotContains(t, log.String(), "aHVudGVyMg")
}

// TestRecordsAreReadAsTheyAreWritten compares with package json, which writes records.
func TestRecordsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{"format":1}`,
		`{"format":1,"clientId":"c","tokens":null,"expired":true,"refused":"r"}`,
		`{"format":1,"tokens":{}}`,
		` { "tokens" : { "accessToken" : "a\u0062\"\u00e9", "idToken":null, "refreshToken":"r", "imported":true,
			"receivedAt":"2026-01-02T03:04:05.6Z", "loginId":"é", "factors":[], "more":{"accessToken":1} }, "format":1 ,
			"slots":{"tokens":"AAEC"}, "movedFrom":"tokens" }`,
	} {
		var want envelope
		require.NoError(t, json.Unmarshal([]byte(data), &want))
		got, err := decodeState([]byte(data))
		require.NoError(t, err, data)
		require.Equal(t, want.state, got, data)
	}
	for _, data := range []string{
		``, `null`, `[]`, `{"format":1}x`, `{"format":1,"tokens":1}`, `{"format":1,"tokens":{"accessToken":1}}`,
		`{"format":1,"tokens":{"accessToken":1,"accessToken":"a"}}`, `{"format":1,"tokens":{"receivedAt":"hunter2"}}`,
		`{"format":1,"tokens":{"accessToken":"hunter2}}`, `{"format":2}`, `{"format":"hunter2"}`,
	} {
		_, err := decodeState([]byte(data))
		require.Error(t, err, data)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func FuzzRecord(f *testing.F) {
	half, err := encodeState(state{Pending: &pendingSignIn{
		ID: "id", Username: "alice", Challenge: "SMS_MFA", Session: "s", Parameters: map[string]string{"A": "b"},
		ExpiresAt: time.Unix(1, 0).UTC(), SignInDetails: SignInDetails{LoginID: "a", AuthFlowType: AuthFlowUserSRP},
	}})
	require.NoError(f, err)
	f.Add(half)
	prepared, err := encodeState(state{Pending: &pendingSignIn{
		ID:        "id",
		Username:  "bob",
		Session:   "s",
		ExpiresAt: time.Unix(1, 0).UTC(),
		HeldUntil: time.Unix(2, 0).UTC(),
		Person: UserContext{
			IPAddress: "192.0.2.1",
		},
		Available:  []AuthFactorType{AuthFactorEmailOTP},
		Chosen:     AuthFactorPassword,
		AutoSignIn: &autoSignIn{Preferred: AuthFactorSMSOTP, SignUpSession: "t"},
	}})
	require.NoError(f, err)
	f.Add(prepared)
	done, err := encodeState(state{Tokens: &tokens{AccessToken: "a", IDToken: "i", RefreshToken: "r"}})
	require.NoError(f, err)
	f.Add(done)
	away, err := encodeState(state{Redirects: redirectAttempts{{
		State: "s", Nonce: "n", Verifier: "v", RedirectURI: "http://localhost/", ExpiresAt: time.Unix(1, 0).UTC(),
	}}})
	require.NoError(f, err)
	f.Add(away)
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte(`{"format":2}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := decodeState(data)
		if err != nil {
			return
		}
		once, err := encodeState(st)
		require.NoError(t, err)
		same, err := decodeState(once)
		require.NoError(t, err)
		twice, err := encodeState(same)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}

func FuzzDeviceRecord(f *testing.F) {
	var record deviceRecord
	record.put("alice", []string{"Alice@Example.com"},
		knownDevice{Key: "k", GroupKey: "g", Password: "p", Since: time.Unix(1, 0).UTC()})
	data, err := record.encode()
	require.NoError(f, err)
	f.Add(data, "alice")
	f.Add([]byte(`{"format":1,"aliases":{"a":"b","b":"a"}}`), "a")
	f.Add([]byte(`null`), "")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		record, err := decodeDevices(data)
		if err != nil {
			return
		}
		_, _ = record.usable(name, time.Hour)
		record.put(name, []string{name}, knownDevice{Key: "new", Since: time.Now()})
		_, ok := record.usable(name, time.Hour)
		require.True(t, ok)
		record.drop("new")
		_, ok = record.usable(name, time.Hour)
		require.False(t, ok)
	})
}

func FuzzDecodeToken(f *testing.F) {
	f.Add("")
	f.Add("..")
	f.Add("eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.AA")
	f.Add("eyJhbGciOiJub25lIn0.eyJleHAiOjF9.")
	f.Add("eyJhbGciOiJSUzI1NiJ9.eyJleHAiOiJ4In0.AA")
	f.Fuzz(func(t *testing.T, raw string) {
		token, err := decodeToken(raw)
		if err == nil {
			require.Equal(t, raw, token.Raw)
			_ = token.text("sub")
		}
	})
}

func FuzzCleanMessage(f *testing.F) {
	f.Add("Value 'secret' at 'password' failed to satisfy constraint")
	f.Add("2 validation errors detected: Value 'a' at 'x' failed; Value 'b' at 'y' failed")
	f.Fuzz(func(t *testing.T, message string) {
		require.LessOrEqual(t, len(cleanMessage(message)), maxMessage+len("…"))
	})
}
