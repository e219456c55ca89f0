package admin_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestUpdateMFAConfigRefusals(t *testing.T) {
	t.Parallel()
	totp := authtest.Config{MFA: authtest.MFAOptional, TOTP: true}
	mailOnly := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, AccountRecovery: []string{"verified_email"}}
	on := admin.SwitchOn
	tests := []struct {
		name  string
		pool  authtest.Config
		in    admin.UpdateMFAConfigInput
		want  auth.ErrorCode
		field string
	}{
		{"off with TOTP", totp, admin.UpdateMFAConfigInput{Mode: admin.Off, TOTP: on}, admin.ErrMFAConfigRefused, "TOTP"},
		{"off with SMS", totp, admin.UpdateMFAConfigInput{Mode: "NONE", SMS: on}, admin.ErrMFAConfigRefused, "SMS"},
		{"still off with e-mail", authtest.Config{}, admin.UpdateMFAConfigInput{Email: on}, admin.ErrMFAConfigRefused, "Email"},
		{"required without a factor", authtest.Config{}, admin.UpdateMFAConfigInput{Mode: admin.Required}, admin.ErrMFAConfigRefused, "Mode"},
		{"the last factor", totp, admin.UpdateMFAConfigInput{TOTP: admin.SwitchOff}, admin.ErrMFAConfigRefused, "Mode"},
		{"e-mail with e-mail-only recovery", mailOnly, admin.UpdateMFAConfigInput{Email: on}, admin.ErrMFAConfigRefused, "Email"},
		{"SMS without a role", totp, admin.UpdateMFAConfigInput{SMS: on}, admin.ErrMFAConfigRefused, "SMSSettings.RoleARN"},
		{"a text for SMS that is off", totp, admin.UpdateMFAConfigInput{SMSSettings: admin.SMSSettings{Message: "code {####}"}}, admin.ErrMFAConfigRefused, "SMSSettings"},
		{"a text for e-mail that is off", totp, admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Subject: "code"}}, admin.ErrMFAConfigRefused, "EmailSettings"},
		{"a challenge without devices", totp, admin.UpdateMFAConfigInput{ChallengeOnNewDevice: on}, admin.ErrMFAConfigRefused, "ChallengeOnNewDevice"},
		{"strange mode", totp, admin.UpdateMFAConfigInput{Mode: "on"}, auth.ErrInvalidParameter, "Mode"},
		{"strange TOTP", totp, admin.UpdateMFAConfigInput{TOTP: "yes"}, auth.ErrInvalidParameter, "TOTP"},
		{"strange SMS", totp, admin.UpdateMFAConfigInput{SMS: "yes"}, auth.ErrInvalidParameter, "SMS"},
		{"strange e-mail", totp, admin.UpdateMFAConfigInput{Email: "yes"}, auth.ErrInvalidParameter, "Email"},
		{"strange challenge", totp, admin.UpdateMFAConfigInput{ChallengeOnNewDevice: "yes"}, auth.ErrInvalidParameter, "ChallengeOnNewDevice"},
		{"strange devices", totp, admin.UpdateMFAConfigInput{Devices: "yes"}, auth.ErrInvalidParameter, "Devices"},
		{"a text without the code", totp, admin.UpdateMFAConfigInput{SMSSettings: admin.SMSSettings{Message: "your code"}}, auth.ErrInvalidParameter, "SMSSettings.Message"},
		{"a letter without the code", totp, admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Message: "your code"}}, auth.ErrInvalidParameter, "EmailSettings.Message"},
		{"a long subject", totp, admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Subject: string(make([]byte, 141))}}, auth.ErrInvalidParameter, "EmailSettings.Subject"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool)
			_, err := administer(t, pool).UpdateMFAConfig(context.Background(), tt.in)
			require.ErrorIs(t, err, tt.want)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Regexp(t, "^field "+tt.field+"[: ]", e.Message)
			assert.Empty(t, writes(pool))
		})
	}
}

func TestUpdateMFAConfigRefusesEmailThatThePoolCannotSend(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*cognitoidentityprovider.UpdateUserPoolInput){
		"no sender of its own": func(in *cognitoidentityprovider.UpdateUserPoolInput) {
			in.EmailConfiguration = &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeCognitoDefault}
		},
		"the tier LITE": func(in *cognitoidentityprovider.UpdateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{})
			request := &cognitoidentityprovider.UpdateUserPoolInput{UserPoolId: &pool.UserPoolID}
			change(request)
			_, err := plain(pool).UpdateUserPool(context.Background(), request)
			require.NoError(t, err)
			_, err = administer(t, pool).UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{Mode: admin.Optional, Email: admin.SwitchOn})
			require.ErrorIs(t, err, admin.ErrMFAConfigRefused)
			assert.ErrorContains(t, err, "field Email")
		})
	}
}
