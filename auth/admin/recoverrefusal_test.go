package admin_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestRecoverTOTPRefusals(t *testing.T) {
	t.Parallel()
	unverified := func(u *authtest.User) { u.Attributes["phone_number"] = phone }
	tests := []struct {
		name     string
		pool     authtest.Config
		user     authtest.User
		in       admin.RecoverTOTPInput
		want     error
		recovery string
	}{
		{"required, without MFA", required, alice(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, admin.ErrWayOutClosed, "SMS or EMAIL or TOTP."},
		{"required and TOTP only, without MFA", totpOnly, alice(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, admin.ErrWayOutClosed, "way out TOTP."},
		{"required and TOTP only, SMS", totpOnly, alice(withPhone), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "way out TOTP."},
		{
			"optional, SMS is not offered",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Email: true},
			alice(withPhone),
			admin.RecoverTOTPInput{WayOut: admin.BySMS},
			admin.ErrWayOutClosed, "EMAIL or TOTP or NONE",
		},
		{"off, SMS", without, alice(withPhone), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "password"},
		{"off, another app", without, alice(), admin.RecoverTOTPInput{WayOut: admin.WithNewApp}, admin.ErrWayOutClosed, "password"},
		{
			"required, SMS only, another app",
			authtest.Config{MFA: authtest.MFARequired, SMS: true},
			alice(),
			admin.RecoverTOTPInput{WayOut: admin.WithNewApp},
			admin.ErrWayOutClosed, "SMS.",
		},
		{"off, e-mail", without, alice(withEmail), admin.RecoverTOTPInput{WayOut: admin.ByEmail}, admin.ErrWayOutClosed, "password"},
		{"no phone", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "Give Address"},
		{"a phone that nobody verified", optional, alice(unverified), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "made sure"},
		{"no e-mail", optional, alice(withPhone), admin.RecoverTOTPInput{WayOut: admin.ByEmail}, admin.ErrWayOutClosed, "Give Address"},
		{"no way out", optional, alice(), admin.RecoverTOTPInput{}, auth.ErrInvalidParameter, ""},
		{"not a phone", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.BySMS, Address: "555 1234"}, auth.ErrInvalidParameter, ""},
		{"not an e-mail", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.ByEmail, Address: phone}, auth.ErrInvalidParameter, ""},
		{"a useless address", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA, Address: phone}, auth.ErrInvalidParameter, ""},
		{"nobody", optional, bob(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, auth.ErrUserNotFound, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			tt.in.Username = "alice"
			_, err := administer(t, pool).RecoverTOTP(context.Background(), tt.in)
			require.ErrorIs(t, err, tt.want)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "RecoverTOTP", e.Op)
			assert.Contains(t, e.Recovery, tt.recovery)
			assert.Empty(t, writes(pool))
		})
	}
	_, err := administer(t, newPool(t, optional)).RecoverTOTP(context.Background(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA})
	require.ErrorContains(t, err, "field Username")
}
