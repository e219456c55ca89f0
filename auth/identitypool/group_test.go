package identitypool_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// administrator is a client for the user pool with credentials, which the pool does not check.
func administrator(pool *authtest.Pool) *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "us-east-1", BaseEndpoint: &pool.URL,
		Credentials: aws.CredentialsProviderFunc(keys),
	})
}

// addToGroup makes a group with a role, and the user a member.
func addToGroup(t *testing.T, pool *authtest.Pool, username, group, role string) {
	t.Helper()
	api := administrator(pool)
	_, err := api.CreateGroup(t.Context(), &cognitoidentityprovider.CreateGroupInput{
		UserPoolId: &pool.UserPoolID, GroupName: &group, RoleArn: &role,
	})
	require.NoError(t, err)
	_, err = api.AdminAddUserToGroup(t.Context(), &cognitoidentityprovider.AdminAddUserToGroupInput{
		UserPoolId: &pool.UserPoolID, GroupName: &group, Username: &username,
	})
	require.NoError(t, err)
}

func keys(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "a-secret-of-a-test"}, nil
}
