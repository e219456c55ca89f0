package admin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

// answering administers a server that gives the same answer to every request of an operation.
func answering(t *testing.T, answers map[string]string) *admin.Pool {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, err := w.Write([]byte(answers[operation]))
		assert.NoError(t, err)
	}))
	t.Cleanup(server.Close)
	settings := credentials()
	p, err := admin.New(context.Background(), admin.Config{UserPoolID: "us-east-1_x", Endpoint: server.URL, AWS: &settings})
	require.NoError(t, err)
	return p
}

func TestAnswersThatMakeNoSense(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, tt := range map[string]struct {
		answers map[string]string
		call    func(*admin.Pool) error
	}{
		"a list without an end": {
			map[string]string{"AdminListDevices": `{"Devices":[],"PaginationToken":"more"}`},
			func(p *admin.Pool) error { _, err := p.ForgetAllDevices(ctx, "alice"); return err },
		},
		"no device": {
			map[string]string{"AdminGetDevice": `{}`},
			func(p *admin.Pool) error { _, err := p.FetchDevice(ctx, "alice", "us-east-1_d"); return err },
		},
		"an unknown mode": {
			map[string]string{"GetUserPoolMfaConfig": `{"MfaConfiguration":"SOMETIMES"}`, "DescribeUserPool": `{"UserPool":{}}`},
			func(p *admin.Pool) error { _, err := p.FetchMFAConfig(ctx); return err },
		},
		"no pool": {
			map[string]string{"GetUserPoolMfaConfig": `{"MfaConfiguration":"OFF"}`, "DescribeUserPool": `{}`},
			func(p *admin.Pool) error { _, err := p.FetchMFAConfig(ctx); return err },
		},
		"a page of a proxy": {
			map[string]string{"AdminGetUser": `<html>`},
			func(p *admin.Pool) error { _, err := p.UserFactors(ctx, "alice"); return err },
		},
		"far too much": {
			map[string]string{"AdminGetUser": `{"Username":"` + strings.Repeat("a", 2<<20) + `"}`},
			func(p *admin.Pool) error { _, err := p.UserFactors(ctx, "alice"); return err },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, tt.call(answering(t, tt.answers)), auth.ErrUnexpectedResponse)
		})
	}
}

func TestRecoverTOTPLeavesPeopleOfAnIdentityProviderToIt(t *testing.T) {
	t.Parallel()
	p := answering(t, map[string]string{
		"AdminGetUser":         `{"Username":"google_1","UserStatus":"EXTERNAL_PROVIDER","Enabled":true}`,
		"AdminListDevices":     `{"Devices":[]}`,
		"GetUserPoolMfaConfig": `{"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true}}`,
	})
	_, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "google_1", WayOut: admin.WithoutMFA})
	require.ErrorIs(t, err, admin.ErrWayOutClosed)
	assert.ErrorContains(t, err, "identity provider")
}
