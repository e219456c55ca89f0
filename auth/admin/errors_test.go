package admin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestMissingCredentialsSendNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	cause := errors.New("no role on this machine")
	p := administer(t, pool, func(cfg *admin.Config) {
		cfg.AWS.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, cause })
	})
	_, err := p.UserFactors(context.Background(), "alice")
	require.ErrorIs(t, err, admin.ErrNoCredentials)
	require.ErrorIs(t, err, cause)
	assert.Empty(t, pool.Requests())
}

func TestServiceFailuresAreRetriedOrReported(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault authtest.Fault
		want  error
	}{
		"one lost answer":    {authtest.Fault{LoseReply: true}, nil},
		"one bad moment":     {authtest.Fault{Code: "InternalErrorException"}, nil},
		"throttled once":     {authtest.Fault{Code: "TooManyRequestsException"}, nil},
		"no answer at all":   {authtest.Fault{LoseReply: true, Times: 3}, auth.ErrNetwork},
		"missing permission": {authtest.Fault{Code: "AccessDeniedException"}, admin.ErrAccessDenied},
		"expired key":        {authtest.Fault{Code: "ExpiredTokenException"}, auth.ErrorCode("ExpiredTokenException")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			p := administer(t, pool)
			tt.fault.Operation = "AdminUserGlobalSignOut"
			pool.Fail(tt.fault)
			err := p.SignOutUser(context.Background(), "alice")
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, tt.want)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "SignOutUser", e.Op)
		})
	}
}

func TestEveryOperationMayBeRepeated(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Devices: authtest.DevicesAlways}, alice())
	known := signedInWithTOTP(t, pool, "phone")
	current, err := known.CurrentDevice(context.Background())
	require.NoError(t, err)
	p := administer(t, pool, func(cfg *admin.Config) {
		cfg.AWS.Retryer = func() aws.Retryer { return retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Millisecond) }
	})
	ctx := context.Background()
	lose := func(operation string, times int) {
		pool.Fail(authtest.Fault{Operation: operation, LoseReply: true, Times: times})
	}
	for operation, call := range map[string]func() error{
		"AdminGetUser":            func() error { _, err := p.UserFactors(ctx, "alice"); return err },
		"AdminGetDevice":          func() error { _, err := p.FetchDevice(ctx, "alice", current.Key); return err },
		"AdminListDevices":        func() error { _, err := p.UserFactors(ctx, "alice"); return err },
		"AdminUpdateDeviceStatus": func() error { return p.UpdateDeviceStatus(ctx, "alice", current.Key, admin.NotRemembered) },
		"GetUserPoolMfaConfig":    func() error { _, err := p.FetchMFAConfig(ctx); return err },
		"DescribeUserPool":        func() error { _, err := p.FetchMFAConfig(ctx); return err },
		"AdminUserGlobalSignOut":  func() error { return p.SignOutUser(ctx, "alice") },
		"AdminDisableUser":        func() error { return p.DisableUser(ctx, "alice") },
		"AdminEnableUser":         func() error { return p.EnableUser(ctx, "alice") },
		"ListUsers": func() error {
			for _, err := range p.Users(ctx, "") {
				return err
			}
			return nil
		},
		"AdminUpdateUserAttributes": func() error {
			_, err := p.RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", Method: admin.BySMS, Address: phone, KeepDevices: true})
			return err
		},
		"UpdateUserPool": func() error {
			_, err := p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{Devices: admin.TrackingOptIn})
			return err
		},
	} {
		lose(operation, 3)
		require.ErrorIs(t, call(), auth.ErrNetwork, operation)
		lose(operation, 2)
		require.NoError(t, call(), operation)
	}
}

func TestCanceledContextEndsTheCall(t *testing.T) {
	t.Parallel()
	p := administer(t, newPool(t, authtest.Config{}, alice()))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := p.UserFactors(ctx, "alice")
	require.ErrorIs(t, err, context.Canceled)
}
