package admin_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

// answering returns a client for a server that has one response for each operation, and passes each
// request to the watchers.
func answering(t *testing.T, answers map[string]string, watchers ...func(operation string, r *http.Request)) *admin.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		for _, watch := range watchers {
			watch(operation, r)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, err := w.Write([]byte(answers[operation]))
		assert.NoError(t, err)
	}))
	t.Cleanup(server.Close)
	settings := credentials()
	p, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: "us-east-1_x", Endpoint: server.URL, AWS: &settings})
	require.NoError(t, err)
	return p
}

func TestMalformedResponsesAreRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, tt := range map[string]struct {
		answers map[string]string
		call    func(*admin.Client) error
	}{
		"a list without an end": {
			map[string]string{"AdminListDevices": `{"Devices":[],"PaginationToken":"more"}`},
			func(p *admin.Client) error { _, err := p.ForgetAllDevices(ctx, "alice"); return err },
		},
		"no device": {
			map[string]string{"AdminGetDevice": `{}`},
			func(p *admin.Client) error { _, err := p.FetchDevice(ctx, "alice", "us-east-1_d"); return err },
		},
		"an unknown mode": {
			map[string]string{"GetUserPoolMfaConfig": `{"MfaConfiguration":"SOMETIMES"}`, "DescribeUserPool": `{"UserPool":{}}`},
			func(p *admin.Client) error { _, err := p.FetchMFAConfig(ctx); return err },
		},
		"no pool": {
			map[string]string{"GetUserPoolMfaConfig": `{"MfaConfiguration":"OFF"}`, "DescribeUserPool": `{}`},
			func(p *admin.Client) error { _, err := p.FetchMFAConfig(ctx); return err },
		},
		"a page of a proxy": {
			map[string]string{"AdminGetUser": `<html>`},
			func(p *admin.Client) error { _, err := p.UserFactors(ctx, "alice"); return err },
		},
		"far too much": {
			map[string]string{"AdminGetUser": `{"Username":"` + strings.Repeat("a", 2<<20) + `"}`},
			func(p *admin.Client) error { _, err := p.UserFactors(ctx, "alice"); return err },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, tt.call(answering(t, tt.answers)), auth.ErrUnexpectedResponse)
		})
	}
}

func TestRecoverTOTPRefusesUsersOfAnIdentityProvider(t *testing.T) {
	t.Parallel()
	p := answering(t, map[string]string{
		"AdminGetUser":         `{"Username":"google_1","UserStatus":"EXTERNAL_PROVIDER","Enabled":true}`,
		"AdminListDevices":     `{"Devices":[]}`,
		"GetUserPoolMfaConfig": `{"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true}}`,
		"DescribeUserPool":     `{"UserPool":{"Id":"us-east-1_x"}}`,
	})
	_, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "google_1", Method: admin.WithoutMFA})
	require.ErrorIs(t, err, admin.ErrRecoveryRefused)
	assert.ErrorContains(t, err, "identity provider")
}

func TestUpdateMFAConfigKeepsPasskeys(t *testing.T) {
	t.Parallel()
	sent := make(chan string, 1)
	p := answering(t, map[string]string{
		"GetUserPoolMfaConfig": `{"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true},"WebAuthnConfiguration":` +
			`{"RelyingPartyId":"example.com","FactorConfiguration":"MULTI_FACTOR_WITH_USER_VERIFICATION"}}`,
		"DescribeUserPool":     `{"UserPool":{"Id":"us-east-1_x"}}`,
		"SetUserPoolMfaConfig": `{}`,
	}, func(operation string, r *http.Request) {
		if operation == "SetUserPoolMfaConfig" {
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			sent <- string(body)
		}
	})
	_, err := p.UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOff})
	require.ErrorIs(t, err, admin.ErrMFAConfigDiffers, "this server only says that it did it")
	assert.JSONEq(t, `{"UserPoolId":"us-east-1_x","MfaConfiguration":"ON","WebAuthnConfiguration":`+
		`{"RelyingPartyId":"example.com","FactorConfiguration":"MULTI_FACTOR_WITH_USER_VERIFICATION"}}`, <-sent)
}

// The request for an operation that the AWS SDK does not know must be signed under its own name.
func TestDeletingAnAppIsSigned(t *testing.T) {
	t.Parallel()
	type signed struct{ operation, want, got string }
	requests := make(chan signed, 8)
	p := answering(t, map[string]string{
		"AdminGetUser":             `{"Username":"alice","UserStatus":"CONFIRMED","Enabled":true,"UserMFASettingList":["SOFTWARE_TOKEN_MFA"]}`,
		"AdminListDevices":         `{"Devices":[]}`,
		"GetUserPoolMfaConfig":     `{"MfaConfiguration":"ON","SoftwareTokenMfaConfiguration":{"Enabled":true}}`,
		"DescribeUserPool":         `{"UserPool":{"Id":"us-east-1_x"}}`,
		"AdminDeleteSoftwareToken": `{}`,
	}, func(operation string, r *http.Request) {
		requests <- signed{operation, signature(r.Context(), t, r), r.Header.Get("Authorization")}
	})
	_, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "alice", Method: admin.WithNewApp, KeepSessions: true})
	require.NoError(t, err)
	close(requests)
	var operations []string
	for request := range requests {
		assert.Equal(t, request.want, request.got, request.operation)
		assert.Contains(t, request.got, "x-amz-target", request.operation)
		operations = append(operations, request.operation)
	}
	assert.Contains(t, operations, "AdminDeleteSoftwareToken")
}

// signature returns the Authorization header that the request should have.
func signature(ctx context.Context, t *testing.T, r *http.Request) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	assert.NoError(t, err)
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	assert.NoError(t, err)
	again := httptest.NewRequest(http.MethodPost, "http://"+r.Host+"/", bytes.NewReader(body))
	_, list, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
	list, _, _ = strings.Cut(list, ",")
	for name := range strings.SplitSeq(list, ";") {
		if value := r.Header.Get(name); value != "" {
			again.Header.Set(name, value)
		}
	}
	hash := sha256.Sum256(body)
	keys, err := credentials().Credentials.Retrieve(ctx)
	assert.NoError(t, err)
	assert.NoError(t, v4.NewSigner().SignHTTP(ctx, keys, again, hex.EncodeToString(hash[:]), "cognito-idp", "us-east-1", at))
	return again.Header.Get("Authorization")
}
