package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestFixedIDs(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{UserPoolID: "eu-west-1_Golden123", ClientID: "golden0client"}
	f := start(t, cfg, authtest.User{
		Username: "alice", Password: password, Sub: "11111111-2222-7033-4444-555555555555",
	})
	assert.Equal(t, cfg.UserPoolID, f.UserPoolID)
	assert.Equal(t, cfg.ClientID, f.ClientID)
	assert.Equal(t, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Golden123", f.Issuer())
	_, claims := f.verify(f.signInSRP("alice", password).tokens()["AccessToken"].(string))
	assert.Equal(t, f.Issuer(), claims["iss"])
	assert.Equal(t, cfg.ClientID, claims["client_id"])
	assert.Equal(t, "11111111-2222-7033-4444-555555555555", claims["sub"])
	require.Error(t, f.AddUser(authtest.User{Username: "bob", Password: password, Sub: claims["sub"].(string)}))

	made := f.createPool(nil, nil)
	assert.NotEqual(t, f.UserPoolID, made.UserPoolID)
	f.unviolated()
}

func TestFixedIDsAreChecked(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{
		"Config.UserPoolID": {UserPoolID: "eu-west-1_Golden123", Region: "us-east-1"},
		"Config.ClientID":   {ClientID: "golden client"},
		"Config.Region":     {UserPoolID: "Golden 123_x"},
	} {
		_, err := authtest.NewPool(cfg)
		require.ErrorContains(t, err, name)
	}
	for _, id := range []string{"golden", "us-east-1_", "us-east-1_a-b"} {
		_, err := authtest.NewPool(authtest.Config{UserPoolID: id})
		require.ErrorContains(t, err, "Config.UserPoolID", id)
	}
}

// With fixed ids and times, tokens and keys are the same in every process, as golden files need it.
// The first token was written down from another process.
func TestGoldenToken(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{UserPoolID: "us-east-1_Golden123", ClientID: "golden0client"}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Unix()
	golden := func(f *fixture) string {
		return f.Sign(map[string]any{"sub": "alice", "jti": "1", "iat": at, "exp": at + 3600})
	}
	a, b := start(t, cfg), start(t, cfg)
	assert.Equal(t, goldenToken, golden(a))
	assert.Equal(t, a.keys(), b.keys())

	cfg.FreshKeys = true
	assert.NotEqual(t, goldenToken, golden(start(t, cfg)))
}

const goldenToken = "eyJraWQiOiJxTjdtS0hINllMOGZPN3ZWMEorXC82ckhScVEzY21jT0lIa3lcL2NiUlZJYTQ9IiwiYWxnIjoiUlMyNT" +
	"YifQ.eyJjbGllbnRfaWQiOiJnb2xkZW4wY2xpZW50IiwiZXhwIjoxNzY3MzI2NjQ1LCJpYXQiOjE3NjczMjMwNDUsI" +
	"mlzcyI6Imh0dHBzOi8vY29nbml0by1pZHAudXMtZWFzdC0xLmFtYXpvbmF3cy5jb20vdXMtZWFzdC0xX0dvbGRlbjE" +
	"yMyIsImp0aSI6IjEiLCJzdWIiOiJhbGljZSIsInRva2VuX3VzZSI6ImFjY2VzcyJ9.K92Lpgfyzg4lYh-BGJUYFFzk" +
	"jakhGyrgUOUwH8jWyepdj5qaPJghFCFcdG2AmQ7NPaY3zu-nERwIW21SBackNyYe5QcvfeZLij3SDWxJjPCZDcSjY0" +
	"fRWixcfZ0Js3xwdFvS_74nnvEH_mwZtr4_wxSA4qQa77ef48T6Qo8TZqJlKaVea7Tm6sCQ_n4AsrLiJaqm9GFbS9Re" +
	"NzVoEjjSVijkcGR2kB-B-5HJpMbLh6TweXi3J1_YwgNuNkP-UJZwcmxsOmbm4R2qBBvXlU1V6hDv1T4Pq8OHPykaUH" +
	"sAJ85jTCx3FAq4-cS2qMQdOTaxw0G96Bbx1axb1bHPncVu3Q"

func TestFreshKeys(t *testing.T) {
	t.Parallel()
	f, other := start(t, authtest.Config{FreshKeys: true}, alice()), start(t, authtest.Config{FreshKeys: true})
	f.verify(f.accessToken("alice"))
	moduli := func(f *fixture) (list []any) {
		for _, key := range f.keys() {
			list = append(list, key.(object)["n"])
		}
		return list
	}
	assert.Equal(t, moduli(f), moduli(other), "keys are generated once")
	assert.NotEqual(t, moduli(f), moduli(start(t, authtest.Config{})))
}

func TestRotateKeys(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	other := f.createPool(nil, nil)
	others := other.keys()
	kids := map[any]bool{}
	var tokens []string
	for range 4 {
		token := f.accessToken("alice")
		header, _ := f.verify(token)
		assert.False(t, kids[header["kid"]], "each rotation has a new key id")
		kids[header["kid"]] = true
		tokens = append(tokens, token)
		f.RotateKeys()
	}
	assert.Len(t, f.keys(), 4)
	current := f.accessToken("alice")
	f.getUser(current).ok()
	f.getUser(tokens[3]).ok()
	for _, withdrawn := range tokens[:3] {
		f.getUser(withdrawn).fails("NotAuthorizedException", "Could not verify signature for Access Token")
	}
	before, _ := f.verify(tokens[3])
	after, _ := f.verify(current)
	assert.NotEqual(t, f.modulus(before["kid"]), f.modulus(after["kid"]), "the keys themselves change")
	assert.Equal(t, others, other.keys(), "other pools keep their keys")
}

// modulus returns the modulus of the published key.
func (f *fixture) modulus(kid any) any {
	f.t.Helper()
	for _, key := range f.keys() {
		if key := key.(object); key["kid"] == kid {
			return key["n"]
		}
	}
	require.Fail(f.t, "the key is not published")
	return nil
}
