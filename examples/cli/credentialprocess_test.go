package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func TestCredentialProcess(t *testing.T) {
	t.Parallel()
	pool, err := demo.StartPool(authtest.Config{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	key, err := filestore.NewKey()
	require.NoError(t, err)
	dir, keyFile := filepath.Join(t.TempDir(), "sessions"), filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(keyFile, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600))
	args := []string{
		"-user-pool", pool.UserPoolID, "-client", pool.ClientID, "-endpoint", pool.URL,
		"-identity-pool", pool.AddIdentityPool(authtest.IdentityPool{}), "-dir", dir, "-key-file", keyFile,
	}
	var out bytes.Buffer
	require.ErrorIs(t, credentialProcess(t.Context(), args, &out), auth.ErrUserUnAuthenticated)
	require.Empty(t, out.String())

	store, err := filestore.New(dir, key)
	require.NoError(t, err)
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	_, err = client.Session("default").SignIn(t.Context(), auth.SignInInput{
		Username: demo.Username, Password: demo.Password,
	})
	require.NoError(t, err)
	require.NoError(t, credentialProcess(t.Context(), args, &out))
	var printed map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &printed))
	assert.EqualValues(t, 1, printed["Version"])
	for _, member := range []string{"AccessKeyId", "SecretAccessKey", "SessionToken"} {
		assert.NotEmpty(t, printed[member])
	}
	end, err := time.Parse("2006-01-02T15:04:05Z", printed["Expiration"].(string))
	require.NoError(t, err)
	assert.True(t, end.After(time.Now().Add(50*time.Minute)))
}
