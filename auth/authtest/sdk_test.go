package authtest_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// sdk is the official client, pointed at the pool.
func (f *fixture) sdk() *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(f.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
		RetryMaxAttempts: 1,
	})
}

func TestOfficialClient(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	api, ctx := f.sdk(), t.Context()
	created, err := api.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &f.UserPoolID, Username: aws.String("alice"), TemporaryPassword: aws.String(password),
		MessageAction: types.MessageActionTypeSuppress,
	})
	require.NoError(t, err)
	assert.Equal(t, types.UserStatusTypeForceChangePassword, created.User.UserStatus)
	assert.WithinDuration(t, f.Now(), *created.User.UserCreateDate, waitAtMost)
	_, err = api.AdminSetUserPassword(ctx, &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: &f.UserPoolID, Username: aws.String("alice"), Password: aws.String(password), Permanent: true,
	})
	require.NoError(t, err)

	out, err := api.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &f.ClientID,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": password},
	})
	require.NoError(t, err)
	user, err := api.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken})
	require.NoError(t, err)
	assert.Equal(t, "alice", *user.Username)

	_, err = api.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &f.ClientID,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": wrong},
	})
	var refused *types.NotAuthorizedException
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, wrongPassword, refused.ErrorMessage())

	pool, err := api.DescribeUserPool(ctx, &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &f.UserPoolID})
	require.NoError(t, err)
	assert.Equal(t, types.UserPoolMfaTypeOptional, pool.UserPool.MfaConfiguration)
	f.unviolated()
}

// The pool knows every member that the official client can send in the operations which it serves.
func TestKnowsEveryMember(t *testing.T) {
	t.Parallel()
	operations := slices.DeleteFunc(authtest.Operations(), func(name string) bool {
		return name == "AdminDeleteSoftwareToken" // newer than the client
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

// fill puts something into every field.
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
