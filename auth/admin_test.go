package auth_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// administrator is the AWS SDK's own client with credentials, as an administrator has it.
func administrator(pool *authtest.Pool) *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(pool.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
}

func forgetOnServer(t *testing.T, pool *authtest.Pool, session *auth.Session) {
	t.Helper()
	current, err := session.CurrentDevice(context.Background())
	require.NoError(t, err)
	_, err = administrator(pool).AdminForgetDevice(context.Background(), &cognitoidentityprovider.AdminForgetDeviceInput{
		UserPoolId: &pool.UserPoolID, Username: aws.String("alice"), DeviceKey: &current.Key,
	})
	require.NoError(t, err)
}

func deleteUser(t *testing.T, pool *authtest.Pool, username string) {
	t.Helper()
	_, err := administrator(pool).AdminDeleteUser(context.Background(), &cognitoidentityprovider.AdminDeleteUserInput{
		UserPoolId: &pool.UserPoolID, Username: &username,
	})
	require.NoError(t, err)
}
