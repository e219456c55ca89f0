package authtest_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// sdk returns the official AWS client for this pool.
func (f *fixture) sdk() *cognito.Client {
	return cognito.New(cognito.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(f.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "a-secret-of-a-test"}, nil
		}),
		RetryMaxAttempts: 1,
	})
}

func TestOfficialClient(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	api, ctx := f.sdk(), t.Context()
	created, err := api.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: &f.UserPoolID, Username: aws.String("alice"), TemporaryPassword: aws.String(password),
		MessageAction: types.MessageActionTypeSuppress,
	})
	require.NoError(t, err)
	assert.Equal(t, types.UserStatusTypeForceChangePassword, created.User.UserStatus)
	assert.WithinDuration(t, f.Now(), *created.User.UserCreateDate, waitAtMost)
	_, err = api.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{
		UserPoolId: &f.UserPoolID, Username: aws.String("alice"), Password: aws.String(password), Permanent: true,
	})
	require.NoError(t, err)

	out, err := api.InitiateAuth(ctx, &cognito.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &f.ClientID,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": password},
	})
	require.NoError(t, err)
	user, err := api.GetUser(
		ctx,
		&cognito.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken},
	)
	require.NoError(t, err)
	assert.Equal(t, "alice", *user.Username)

	_, err = api.InitiateAuth(ctx, &cognito.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &f.ClientID,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": wrong},
	})
	var refused *types.NotAuthorizedException
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, wrongPassword, refused.ErrorMessage())

	pool, err := api.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: &f.UserPoolID})
	require.NoError(t, err)
	assert.Equal(t, types.UserPoolMfaTypeOptional, pool.UserPool.MfaConfiguration)
	f.unviolated()
}

// In the operations that it serves, the pool knows every member that the official client can send.
func TestEveryMemberOfTheOfficialClientIsKnown(t *testing.T) {
	t.Parallel()
	operations := slices.DeleteFunc(authtest.Operations(), func(name string) bool {
		// newer than the client
		return name == "AdminDeleteSoftwareToken" || name == "AdminGetUserAuthFactors"
	})
	for _, operation := range operations {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{})
			method := reflect.ValueOf(f.sdk()).MethodByName(operation)
			input := reflect.New(method.Type().In(1).Elem())
			fill(input.Elem())
			method.Call([]reflect.Value{reflect.ValueOf(t.Context()), input})
			requests := f.Requests()
			require.Len(t, requests, 1)
			require.NotEmpty(t, requests[0].Body)
			assert.NotEqual(t, "SerializationException", requests[0].ErrorCode)
			for _, err := range f.violations.take() {
				assert.NotContains(t, err.Error(), "unknown member")
			}
		})
	}
}

// fill sets every field of a struct.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && !strings.HasPrefix(v.Type().Field(i).Name, "noSmithy") {
				fill(v.Field(i))
			}
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(document.NewLazyDocument(map[string]any{})))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.String:
		v.SetString("x")
	case reflect.Int32:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

const (
	lambdaARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
	message   = "Your code is {####}."
)

// complete requires that every member of an input is set, apart from the exceptions. It fails when
// a new version of the official client has members that the inputs here lack.
func complete(t *testing.T, input any, except ...string) {
	t.Helper()
	assert.Empty(t, slices.DeleteFunc(unset(reflect.ValueOf(input), ""), func(name string) bool {
		return slices.Contains(except, name)
	}))
}

func unset(v reflect.Value, path string) []string {
	var found []string
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return []string{path}
		}
		return unset(v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() {
				found = append(found, unset(v.Field(i), strings.TrimPrefix(path+"."+field.Name, "."))...)
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			return []string{path}
		}
		return unset(v.Index(0), path)
	default:
		if v.IsZero() {
			return []string{path}
		}
	}
	return found
}

func fullUpdate() *cognito.UpdateUserPoolInput {
	return &cognito.UpdateUserPoolInput{
		PoolName: aws.String("full"),
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)},
		}},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{
			AllowAdminCreateUserOnly: true,
			InviteMessageTemplate: &types.MessageTemplateType{
				EmailMessage: aws.String(
					"{username} {####}",
				),
				EmailSubject: aws.String("Hello"),
				SMSMessage:   aws.String("{username} {####}"),
			},
		},
		AutoVerifiedAttributes: []types.VerifiedAttributeType{
			types.VerifiedAttributeTypePhoneNumber,
			types.VerifiedAttributeTypeEmail,
		},
		DeletionProtection: types.DeletionProtectionTypeActive,
		DeviceConfiguration: &types.DeviceConfigurationType{
			ChallengeRequiredOnNewDevice:     true,
			DeviceOnlyRememberedOnUserPrompt: true,
		},
		EmailConfiguration: &types.EmailConfigurationType{
			ConfigurationSet: aws.String("set"), EmailSendingAccount: types.EmailSendingAccountTypeDeveloper,
			From: aws.String("a@example.com"), ReplyToEmailAddress: aws.String("b@example.com"),
			SourceArn: aws.String("arn:aws:ses:us-east-1:123456789012:identity/example.com"),
		},
		EmailVerificationMessage: aws.String(message),
		EmailVerificationSubject: aws.String("Code"),
		IssuerConfiguration:      &types.IssuerConfigurationType{Type: types.IssuerTypeOriginal},
		KeyConfiguration: &types.KeyConfigurationType{
			KeyType:   types.EncryptionKeyTypeCustomerManagedKey,
			KmsKeyArn: aws.String("arn:aws:kms:us-east-1:123456789012:key/k"),
		},
		LambdaConfig:     fullTriggers(),
		MfaConfiguration: types.UserPoolMfaTypeOptional,
		Policies: &types.UserPoolPolicyType{
			PasswordPolicy: &types.PasswordPolicyType{
				MinimumLength: aws.Int32(
					10,
				),
				PasswordHistorySize:           aws.Int32(2),
				RequireLowercase:              true,
				RequireNumbers:                true,
				RequireSymbols:                true,
				RequireUppercase:              true,
				TemporaryPasswordValidityDays: 3,
			},
			SignInPolicy: &types.SignInPolicyType{
				AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword},
			},
		},
		SmsAuthenticationMessage: aws.String(message),
		SmsConfiguration: &types.SmsConfigurationType{
			SnsCallerArn: aws.String(
				"arn:aws:iam::123456789012:role/sms",
			),
			ExternalId: aws.String("x"),
			SnsRegion:  aws.String("us-east-1"),
			EumsSms: &types.EumsSmsConfigurationType{
				CallerArn: aws.String("arn:aws:iam::123456789012:role/sms"), ConfigurationSetName: aws.String("set"),
				ExternalId: aws.String("x"), InEntityId: aws.String("e"), InTemplateId: aws.String("t"),
				OriginationIdentity: aws.String("+15550000000"), Region: aws.String("us-east-1"),
			},
		},
		SmsVerificationMessage: aws.String(message),
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		},
		UserPoolAddOns: &types.UserPoolAddOnsType{
			AdvancedSecurityMode: types.AdvancedSecurityModeTypeAudit,
			AdvancedSecurityAdditionalFlows: &types.AdvancedSecurityAdditionalFlowsType{
				CustomAuthMode: types.AdvancedSecurityEnabledModeTypeAudit,
			},
		},
		UserPoolTags: map[string]string{"team": "a"},
		UserPoolTier: types.UserPoolTierTypePlus,
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{
			DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithCode,
			EmailMessage:       aws.String(message),
			EmailMessageByLink: aws.String(
				"{##link##}",
			),
			EmailSubject:       aws.String("Code"),
			EmailSubjectByLink: aws.String("Link"),
			SmsMessage:         aws.String(message),
		},
	}
}

func fullTriggers() *types.LambdaConfigType {
	arn := aws.String(lambdaARN)
	return &types.LambdaConfigType{
		CreateAuthChallenge: arn, CustomMessage: arn, DefineAuthChallenge: arn, KMSKeyID: arn, PostAuthentication: arn,
		PostConfirmation: arn, PreAuthentication: arn, PreSignUp: arn, PreTokenGeneration: arn, UserMigration: arn,
		VerifyAuthChallengeResponse: arn,
		CustomEmailSender:           &types.CustomEmailLambdaVersionConfigType{LambdaArn: arn, LambdaVersion: "V1_0"},
		CustomSMSSender:             &types.CustomSMSLambdaVersionConfigType{LambdaArn: arn, LambdaVersion: "V1_0"},
		InboundFederation:           &types.InboundFederationLambdaType{LambdaArn: arn, LambdaVersion: "V1_0"},
		PreTokenGenerationConfig:    &types.PreTokenGenerationVersionConfigType{LambdaArn: arn, LambdaVersion: "V3_0"},
	}
}

// Every setting that the official client can send is accepted and returned.
func TestEveryPoolSettingIsReturned(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	api, ctx := f.sdk(), t.Context()
	update := fullUpdate()
	create := &cognito.CreateUserPoolInput{
		AliasAttributes:       []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: aws.Bool(true)},
		Schema: []types.SchemaAttributeType{
			{
				Name:                   aws.String("tier"),
				AttributeDataType:      types.AttributeDataTypeNumber,
				Mutable:                aws.Bool(true),
				Required:               aws.Bool(false),
				DeveloperOnlyAttribute: aws.Bool(false),
				NumberAttributeConstraints: &types.NumberAttributeConstraintsType{
					MinValue: aws.String("1"),
					MaxValue: aws.String("2"),
				},
				StringAttributeConstraints: &types.StringAttributeConstraintsType{
					MinLength: aws.String("1"),
					MaxLength: aws.String("2"),
				},
			},
		},
	}
	copyMembers(create, update)
	// UsernameAttributes and AliasAttributes exclude each other, and so do the two settings for the
	// validity of temporary passwords.
	complete(t, create, "UsernameAttributes", "AdminCreateUserConfig.UnusedAccountValidityDays",
		"Schema.DeveloperOnlyAttribute", "Schema.Required")
	created, err := api.CreateUserPool(ctx, create)
	require.NoError(t, err)
	update.UserPoolId = created.UserPool.Id
	complete(t, update, "AdminCreateUserConfig.UnusedAccountValidityDays")
	_, err = api.UpdateUserPool(ctx, update)
	require.NoError(t, err)

	described, err := api.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: created.UserPool.Id})
	require.NoError(t, err)
	// UpdateUserPool refuses this one beside TemporaryPasswordValidityDays.
	described.UserPool.AdminCreateUserConfig.UnusedAccountValidityDays = 0
	back := &cognito.UpdateUserPoolInput{UserPoolId: created.UserPool.Id}
	copyMembers(back, described.UserPool)
	back.PoolName = described.UserPool.Name
	assert.Equal(t, update, back)
	f.unviolated()
}

// copyMembers copies the fields that both structs have.
func copyMembers(to, from any) {
	target, source := reflect.ValueOf(to).Elem(), reflect.ValueOf(from).Elem()
	for i := range source.NumField() {
		name := source.Type().Field(i).Name
		if field := target.FieldByName(name); field.IsValid() && field.CanSet() {
			field.Set(source.Field(i))
		}
	}
}

func TestEveryClientSettingIsReturned(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	api, ctx := f.sdk(), t.Context()
	update := &cognito.UpdateUserPoolClientInput{
		UserPoolId: &f.UserPoolID,
		ClientName: aws.String("full"),
		AccessTokenValidity: aws.Int32(
			10,
		),
		IdTokenValidity:      aws.Int32(10),
		RefreshTokenValidity: 90,
		AuthSessionValidity:  aws.Int32(5),
		TokenValidityUnits: &types.TokenValidityUnitsType{
			AccessToken:  "minutes",
			IdToken:      "minutes",
			RefreshToken: "minutes",
		},
		AllowedOAuthFlows:               []types.OAuthFlowType{types.OAuthFlowTypeCode},
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthScopes:              []string{"openid"},
		AnalyticsConfiguration: &types.AnalyticsConfigurationType{
			ApplicationArn: aws.String(
				"arn:aws:mobiletargeting:us-east-1:123456789012:apps/a",
			),
			ApplicationId:  aws.String("a"),
			ExternalId:     aws.String("x"),
			RoleArn:        aws.String(roleA),
			UserDataShared: true,
		},
		CallbackURLs:                             []string{"https://app.example/"},
		LogoutURLs:                               []string{"https://app.example/out"},
		DefaultRedirectURI:                       aws.String("https://app.example/"),
		EnablePropagateAdditionalUserContextData: aws.Bool(true),
		EnableTokenRevocation:                    aws.Bool(true),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserSrpAuth,
		},
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		ReadAttributes:             []string{"email"},
		WriteAttributes:            []string{"email"},
		RefreshTokenRotation: &types.RefreshTokenRotationType{
			Feature:                 "ENABLED",
			RetryGracePeriodSeconds: aws.Int32(5),
		},
		SupportedIdentityProviders: []string{"COGNITO"},
	}
	create := &cognito.CreateUserPoolClientInput{GenerateSecret: true}
	copyMembers(create, update)
	complete(t, create, "ClientSecret")
	created, err := api.CreateUserPoolClient(ctx, create)
	require.NoError(t, err)
	update.ClientId = created.UserPoolClient.ClientId
	complete(t, update)
	updated, err := api.UpdateUserPoolClient(ctx, update)
	require.NoError(t, err)
	described, err := api.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{
		UserPoolId: &f.UserPoolID, ClientId: update.ClientId,
	})
	require.NoError(t, err)
	assert.Equal(t, updated.UserPoolClient, described.UserPoolClient)
	complete(t, described.UserPoolClient)
	given := aws.String("abcdefghijklmnopqrstuvwxyz0123456789")
	own, err := api.CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{
		UserPoolId: &f.UserPoolID, ClientName: aws.String("own"), ClientSecret: given,
	})
	require.NoError(t, err)
	assert.Equal(t, given, own.UserPoolClient.ClientSecret)
	f.unviolated()
}

func TestEveryGroupSettingIsReturned(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	api, ctx := f.sdk(), t.Context()
	create := &cognito.CreateGroupInput{
		UserPoolId:  &f.UserPoolID,
		GroupName:   aws.String("staff"),
		Description: aws.String("people"),
		Precedence:  aws.Int32(3),
		RoleArn:     aws.String(roleA),
	}
	complete(t, create)
	created, err := api.CreateGroup(ctx, create)
	require.NoError(t, err)
	complete(t, created.Group)
	update := &cognito.UpdateGroupInput{}
	copyMembers(update, create)
	complete(t, update)
	_, err = api.UpdateGroup(ctx, update)
	require.NoError(t, err)
	f.unviolated()
}
