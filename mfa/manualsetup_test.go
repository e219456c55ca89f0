package mfa_test

import (
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/pquerna/otp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func ExampleGroupSecret() {
	fmt.Println(mfa.GroupSecret("JBSWY3DPEHPK3PXPQ"))
	// Output: JBSW Y3DP EHPK 3PXP Q
}

func TestGroupSecret(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]string{"": "", "A": "A", "ABCD": "ABCD", "ABCDE": "ABCD E", "ABCDEFGH": "ABCD EFGH"} {
		assert.Equal(t, want, mfa.GroupSecret(secret))
	}
}

func TestSetupLink(t *testing.T) {
	t.Parallel()
	uri := auth.TOTPSetupDetails{SharedSecret: secret}.SetupURI(`"><script>`, "a&b")
	link, err := mfa.SetupLink(uri, "Open <the> app")
	require.NoError(t, err)
	var got struct {
		XMLName xml.Name `xml:"a"`
		Href    string   `xml:"href,attr"`
		Text    string   `xml:",chardata"`
	}
	require.NoError(t, xml.Unmarshal([]byte(link), &got))
	assert.Equal(t, uri, got.Href)
	assert.Equal(t, "Open <the> app", got.Text)

	for _, uri := range []string{"", "javascript:alert(1)", "otpauth://hotp/x", " otpauth://totp/x"} {
		_, err := mfa.SetupLink(uri, "x")
		assert.Equal(t, &auth.Error{
			Op: "SetupLink", Code: auth.ErrInvalidParameter, Message: "the URI is not an otpauth URI",
		}, err)
	}
}

// TestReadersSeeTheNames reads set-up URIs with another implementation: it decodes the label, then
// takes what follows the first colon for the account.
func TestReadersSeeTheNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ app, account, issuer, name string }{
		{"ACME", "anna+test@example.com", "ACME", "anna+test@example.com"},
		{"Größe & Söhne", "zoë müller", "Größe & Söhne", "zoë müller"},
		{"ACME: Prod", "anna", "ACME Prod", "anna"},
		{"https://login.example.com", "anna", "https //login.example.com", "anna"},
		{"ACME", "tenant:anna", "ACME", "tenant anna"},
		{"", "a:b", "", "a b"},
	}
	for _, tt := range tests {
		uri := auth.TOTPSetupDetails{SharedSecret: secret}.SetupURI(tt.app, tt.account)
		key, err := otp.NewKeyFromURL(uri)
		require.NoError(t, err)
		assert.Equal(t, []string{tt.issuer, tt.name, secret}, []string{key.Issuer(), key.AccountName(), key.Secret()}, uri)
	}
}

func TestAccountNameIsThePersonsOwn(t *testing.T) {
	t.Parallel()
	byEmail := authtest.Config{UsernameAttributes: []string{"email"}, TOTP: true}
	for name, mode := range map[string]authtest.MFA{"during sign-in": authtest.MFARequired, "signed in": authtest.MFAOptional} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := byEmail
			cfg.MFA = mode
			pool, err := authtest.NewPool(cfg)
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			require.NoError(t, pool.AddUser(authtest.User{
				Username: "anna@example.com", Password: password, Attributes: map[string]string{"email": "anna@example.com"},
			}))
			client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
			require.NoError(t, err)
			session := client.Session("a")
			// This flow makes Cognito name the user by a UUID.
			out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "anna@example.com", Password: password})
			require.NoError(t, err)
			var details auth.TOTPSetupDetails
			if step, ok := out.NextStep.(auth.ContinueSignInWithTOTPSetup); ok {
				details = step.TOTPSetupDetails
			} else {
				details, err = mfa.SetUpTOTP(t.Context(), session)
				require.NoError(t, err)
			}
			assert.Equal(t, "anna@example.com", details.AccountName)
		})
	}
}

func TestAccountNameOfImportedTokens(t *testing.T) {
	t.Parallel()
	from, pool := signedIn(t, everyFactor)
	tokens, err := from.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	store := &auth.MemoryStore{}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	for idToken, want := range map[string]string{tokens.IDToken.Raw: "alice@example.com", "": "alice"} {
		data, err := auth.ImportTokens(pool.ClientID, auth.Tokens{AccessToken: tokens.AccessToken.Raw, IDToken: idToken}, nil)
		require.NoError(t, err)
		_, err = store.Save(t.Context(), want, auth.Record{Data: data})
		require.NoError(t, err)
		details, err := mfa.SetUpTOTP(t.Context(), client.Session(want))
		require.NoError(t, err)
		assert.Equal(t, want, details.AccountName)
	}
}
