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

func TestUserFactors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		user authtest.User
		want admin.UserFactors
	}{
		{
			"an app and nothing else", alice(),
			admin.UserFactors{
				Username: "alice", Status: "CONFIRMED", Enabled: true,
				Factors: []auth.MFAType{auth.MFATypeTOTP}, Preferred: auth.MFATypeTOTP,
			},
		},
		{
			"both contacts, one verified", alice(withPhone, func(u *authtest.User) { u.Attributes["email"] = mail }),
			admin.UserFactors{
				Username: "alice", Status: "CONFIRMED", Enabled: true,
				Factors: []auth.MFAType{auth.MFATypeTOTP}, Preferred: auth.MFATypeTOTP,
				Phone: admin.Contact{Address: phone, Verified: true}, Email: admin.Contact{Address: mail},
			},
		},
		{
			"nothing",
			authtest.User{Username: "alice", Password: password, Unconfirmed: true, Disabled: true},
			admin.UserFactors{Username: "alice", Status: "UNCONFIRMED"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, tt.user)
			got, err := administer(t, pool).UserFactors(context.Background(), "alice")
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Empty(t, writes(pool))
		})
	}
}

func TestUserFactorsByAlias(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{AliasAttributes: []string{"email"}}, alice(withEmail))
	got, err := administer(t, pool).UserFactors(context.Background(), mail)
	require.NoError(t, err)
	assert.Equal(t, "alice", got.Username)
}

func TestUserFactorsCountsRememberedDevices(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways}, alice())
	signedInWithTOTP(t, pool, "phone")
	signedInWithTOTP(t, pool, "laptop")
	p, ctx := administer(t, pool), context.Background()
	got, err := p.UserFactors(ctx, "alice")
	require.NoError(t, err)
	assert.Equal(t, 2, got.RememberedDevices)
	for d, err := range p.Devices(ctx, "alice") {
		require.NoError(t, err)
		require.NoError(t, p.UpdateDeviceStatus(ctx, "alice", d.ID, admin.NotRemembered))
	}
	got, err = p.UserFactors(ctx, "alice")
	require.NoError(t, err)
	assert.Zero(t, got.RememberedDevices)
}

func TestUserFactorsOfAnUnknownUser(t *testing.T) {
	t.Parallel()
	p := administer(t, newPool(t, authtest.Config{}))
	_, err := p.UserFactors(context.Background(), "nobody")
	require.ErrorIs(t, err, auth.ErrUserNotFound)
	_, err = p.UserFactors(context.Background(), "")
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
}
