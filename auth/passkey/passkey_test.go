package passkey_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

const password = "Correct-Horse-7-Battery"

// page is a page of the relying party, with an independent authenticator.
type page struct {
	rp            virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

func newPage() *page {
	return &page{
		rp:            virtualwebauthn.RelyingParty{ID: "localhost", Name: "localhost", Origin: "http://localhost:3000"},
		authenticator: virtualwebauthn.NewAuthenticator(), credential: newES256Credential(),
	}
}

// newES256Credential returns a key pair that virtualwebauthn encodes correctly: it drops leading
// zeros of a coordinate, in about one of 128 key pairs.
func newES256Credential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

func (p *page) id() string { return base64.RawURLEncoding.EncodeToString(p.credential.ID) }

// create does the work of navigator.credentials.create and toJSON.
func (p *page) create(t *testing.T, options json.RawMessage) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(string(options))
	require.NoError(t, err)
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(p.rp, p.authenticator, p.credential, *parsed))
}

// associate adds the page's passkey to the account.
func (p *page) associate(t *testing.T, session *auth.Session) {
	t.Helper()
	options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	require.NoError(t, passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, p.create(t, options)))
}

// network changes or cuts the traffic between the SDK and a pool.
type network struct {
	answers  map[string]string // by operation, without asking the pool
	answered int               // how many of them were sent
	cut      bool              // loses every answer
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if body, known := n.answers[operation]; known {
		n.answered++
		return &http.Response{
			StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
			Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
		}, nil
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && n.cut {
		return nil, errors.Join(errors.New("cut"), response.Body.Close())
	}
	return response, err
}

// signedIn returns a session of alice.
func signedIn(t *testing.T, cfg authtest.Config) (*auth.Session, *authtest.Pool, *network) {
	t.Helper()
	if cfg.AllowedFirstAuthFactors == nil {
		cfg.AllowedFirstAuthFactors = []string{"PASSWORD", "WEB_AUTHN"}
	}
	pool := authtest.New(t, cfg)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	net := &network{}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, Endpoint: pool.URL,
		HTTPClient: &http.Client{Transport: net},
	})
	require.NoError(t, err)
	session := client.Session("test")
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	pool.ResetRequests()
	return session, pool, net
}

func TestAssociateListDelete(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{"public client": false, "client secret": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session, pool, _ := signedIn(t, authtest.Config{ClientSecret: secret})
			first, second := newPage(), newPage()
			first.associate(t, session)
			second.associate(t, session)

			listed, err := passkey.ListWebAuthnCredentials(t.Context(), session, passkey.ListWebAuthnCredentialsInput{})
			require.NoError(t, err)
			require.Len(t, listed.Credentials, 2)
			assert.Empty(t, listed.NextToken)
			credential := listed.Credentials[0]
			assert.WithinDuration(t, pool.Now(), credential.CreatedAt, time.Minute)
			credential.CreatedAt = time.Time{}
			assert.Equal(t, passkey.Credential{
				CredentialID: first.id(), FriendlyCredentialName: "Roaming passkey", RelyingPartyID: "localhost",
				AuthenticatorTransports: []string{},
			}, credential)

			remove := passkey.DeleteWebAuthnCredentialInput{CredentialID: first.id()}
			require.NoError(t, passkey.DeleteWebAuthnCredential(t.Context(), session, remove))
			require.ErrorIs(t, passkey.DeleteWebAuthnCredential(t.Context(), session, remove), auth.ErrResourceNotFound)
			require.ErrorIs(t, passkey.DeleteWebAuthnCredential(t.Context(), session, passkey.DeleteWebAuthnCredentialInput{}),
				auth.ErrInvalidParameter)
			listed, err = passkey.ListWebAuthnCredentials(t.Context(), session, passkey.ListWebAuthnCredentialsInput{})
			require.NoError(t, err)
			require.Len(t, listed.Credentials, 1)
			assert.Equal(t, second.id(), listed.Credentials[0].CredentialID)
		})
	}
}

// The JSON is that of Amplify's listWebAuthnCredentials.
func TestCredentialJSON(t *testing.T) {
	t.Parallel()
	out := passkey.ListWebAuthnCredentialsOutput{NextToken: "next", Credentials: []passkey.Credential{{
		CredentialID: "AQ", FriendlyCredentialName: "Roaming passkey", RelyingPartyID: "localhost",
		AuthenticatorTransports: []string{}, CreatedAt: time.Unix(1_700_000_000, 0).UTC(),
	}}}
	text, err := json.Marshal(out)
	require.NoError(t, err)
	assert.JSONEq(t, `{"credentials":[{"credentialId":"AQ","friendlyCredentialName":"Roaming passkey","relyingPartyId":"localhost",
		"authenticatorTransports":[],"createdAt":"2023-11-14T22:13:20Z"}],"nextToken":"next"}`, string(text))
}

func TestPages(t *testing.T) {
	t.Parallel()
	session, pool, _ := signedIn(t, authtest.Config{})
	var want, got []string
	for range 5 {
		p := newPage()
		p.associate(t, session)
		want = append(want, p.id())
	}
	in := passkey.ListWebAuthnCredentialsInput{PageSize: 2}
	for range 3 {
		out, err := passkey.ListWebAuthnCredentials(t.Context(), session, in)
		require.NoError(t, err)
		for _, c := range out.Credentials {
			got = append(got, c.CredentialID)
		}
		in.NextToken = out.NextToken
	}
	assert.Equal(t, want, got)
	assert.Empty(t, in.NextToken)

	got = nil
	for c, err := range passkey.WebAuthnCredentials(t.Context(), session) {
		require.NoError(t, err)
		if got = append(got, c.CredentialID); len(got) == 4 {
			break
		}
	}
	assert.Equal(t, want[:4], got)

	pool.Fail(authtest.Fault{Operation: "ListWebAuthnCredentials", Code: "ForbiddenException"})
	for _, err := range passkey.WebAuthnCredentials(t.Context(), session) {
		require.ErrorIs(t, err, auth.ErrForbidden)
	}
}

func TestEndlessListIsAnError(t *testing.T) {
	t.Parallel()
	session, _, net := signedIn(t, authtest.Config{})
	net.answers = map[string]string{"ListWebAuthnCredentials": `{"Credentials":[{"CredentialId":"AQ"}],"NextToken":"MA=="}`}
	var failure error
	for _, err := range passkey.WebAuthnCredentials(t.Context(), session) {
		failure = err
	}
	require.ErrorIs(t, failure, auth.ErrUnexpectedResponse)
	assert.Equal(t, 100, net.answered)
}

func TestPageSizeIsCognitosUnlessGiven(t *testing.T) {
	t.Parallel()
	session, pool, _ := signedIn(t, authtest.Config{})
	pool.ResetRequests()
	for _, size := range []int32{0, 7} {
		_, err := passkey.ListWebAuthnCredentials(t.Context(), session, passkey.ListWebAuthnCredentialsInput{PageSize: size})
		require.NoError(t, err)
	}
	requests := pool.Requests()
	require.Len(t, requests, 2)
	assert.NotContains(t, requests[0].Body, "MaxResults")
	assert.EqualValues(t, 7, requests[1].Body["MaxResults"])
}
