package admin_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestSetMFAPreference(t *testing.T) {
	t.Parallel()
	sms, totp := auth.MFATypeSMS, auth.MFATypeTOTP
	for name, tc := range map[string]struct {
		in        admin.SetMFAPreferenceInput
		factors   []auth.MFAType
		preferred auth.MFAType
	}{
		"nothing":         {admin.SetMFAPreferenceInput{}, []auth.MFAType{totp}, totp},
		"one more":        {admin.SetMFAPreferenceInput{SMS: admin.SwitchOn}, []auth.MFAType{sms, totp}, totp},
		"another first":   {admin.SetMFAPreferenceInput{Preferred: sms}, []auth.MFAType{sms, totp}, sms},
		"none":            {admin.SetMFAPreferenceInput{TOTP: admin.SwitchOff}, nil, ""},
		"one for another": {admin.SetMFAPreferenceInput{TOTP: admin.SwitchOff, Preferred: sms}, []auth.MFAType{sms}, sms},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, ctx := administer(t, newPool(t, optional, alice(withPhone))), context.Background()
			tc.in.Username = "alice"
			require.NoError(t, p.SetMFAPreference(ctx, tc.in))
			got, err := p.UserFactors(ctx, "alice")
			require.NoError(t, err)
			assert.ElementsMatch(t, tc.factors, got.Factors)
			assert.Equal(t, tc.preferred, got.Preferred)
		})
	}
}

func TestSetMFAPreferenceRefusals(t *testing.T) {
	t.Parallel()
	pool := newPool(t, optional, alice())
	p, ctx := administer(t, pool), context.Background()
	for _, in := range []admin.SetMFAPreferenceInput{
		{},
		{Username: "alice", SMS: "yes"},
		{Username: "alice", Preferred: "PIGEON"},
	} {
		require.ErrorIs(t, p.SetMFAPreference(ctx, in), auth.ErrInvalidParameter)
	}
	assert.Empty(t, writes(pool))
	err := p.SetMFAPreference(ctx, admin.SetMFAPreferenceInput{Username: "alice", Email: admin.SwitchOn})
	require.ErrorIs(t, err, auth.ErrInvalidParameter, "there is no address")
	err = p.SetMFAPreference(ctx, admin.SetMFAPreferenceInput{Username: "alice", Passkeys: admin.SwitchOn})
	require.ErrorIs(t, err, auth.ErrInvalidParameter, "there is no passkey")
	require.ErrorIs(t, p.SetMFAPreference(ctx, admin.SetMFAPreferenceInput{Username: "nobody"}), auth.ErrUserNotFound)
}

func TestDisabledUsersCannotSignInUntilTheyAreEnabled(t *testing.T) {
	t.Parallel()
	pool := newPool(t, optional, alice())
	p, ctx := administer(t, pool), context.Background()
	signIn := func() error {
		_, err := session(t, pool, "phone").SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		return err
	}
	require.NoError(t, p.DisableUser(ctx, "alice"))
	require.ErrorIs(t, signIn(), auth.ErrNotAuthorized)

	out, err := p.RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", Method: admin.WithoutMFA, DryRun: true})
	require.NoError(t, err)
	assert.Equal(t, "REFUSED: the account is disabled", out.Next.String())

	require.NoError(t, p.EnableUser(ctx, "alice"))
	require.NoError(t, signIn())
	require.ErrorIs(t, p.EnableUser(ctx, "nobody"), auth.ErrUserNotFound)
	require.ErrorIs(t, p.DisableUser(ctx, "nobody"), auth.ErrUserNotFound)
}

func TestUsers(t *testing.T) {
	t.Parallel()
	pool, ctx := newPool(t, optional, alice(withEmail), bob()), context.Background()
	for i := range 70 {
		require.NoError(t, pool.AddUser(authtest.User{Username: fmt.Sprintf("user%d", i), Password: password}))
	}
	p := administer(t, pool)
	names := func(filter string) (all []string) {
		for user, err := range p.Users(ctx, filter) {
			require.NoError(t, err)
			all = append(all, user.Username)
		}
		return all
	}
	assert.Len(t, names(""), 72, "two pages")
	assert.Equal(t, []string{"alice"}, names(`email = "`+mail+`"`))
	for user, err := range p.Users(ctx, `username = "alice"`) {
		require.NoError(t, err)
		assert.Equal(t, []auth.MFAType{auth.MFATypeTOTP}, user.Factors)
	}
	for _, err := range p.Users(ctx, "alice") {
		require.ErrorIs(t, err, auth.ErrInvalidParameter)
	}
	pool.ResetRequests()
	for _, err := range p.Users(ctx, "") {
		require.NoError(t, err)
		break
	}
	assert.Equal(t, []string{"ListUsers", "AdminGetUser"}, operations(pool), "no more than the loop needs")
}

func TestAListOfUsersThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	p := answering(t, map[string]string{"ListUsers": `{"Users":[],"PaginationToken":"more"}`})
	for _, err := range p.Users(context.Background(), "") {
		require.ErrorIs(t, err, auth.ErrUnexpectedResponse)
	}
}

func TestUsersLeavesOutWhoIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	pool := newPool(t, optional, alice(), bob())
	pool.Fail(authtest.Fault{Operation: "AdminGetUser", Code: "UserNotFoundException"})
	count := 0
	for _, err := range administer(t, pool).Users(context.Background(), "") {
		require.NoError(t, err)
		count++
	}
	assert.Equal(t, 1, count)
}
