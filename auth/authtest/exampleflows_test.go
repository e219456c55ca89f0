package authtest_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A code of an authenticator app goes by the pool's clock. Each is good for one sign-in: the next
// one needs Advance.
func ExampleTOTPCode() {
	const secret = "GEZDGNBVGY3TQOJQ"
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!", TOTPSecret: secret}); err != nil {
		fmt.Println(err)
		return
	}
	api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(pool.URL), Credentials: aws.AnonymousCredentials{},
	})
	asked, err := api.InitiateAuth(context.Background(), &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: aws.String(pool.ClientID),
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": "Correct-horse-1!"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(asked.ChallengeName)

	code, err := authtest.TOTPCode(secret, pool.Now())
	if err != nil {
		fmt.Println(err)
		return
	}
	signedIn, err := api.RespondToAuthChallenge(context.Background(), &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: asked.ChallengeName, ClientId: aws.String(pool.ClientID), Session: asked.Session,
		ChallengeResponses: map[string]string{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signedIn.AuthenticationResult.ExpiresIn, "seconds")
	// Output:
	// SOFTWARE_TOKEN_MFA
	// 3600 seconds
}

// A service with a pool for each of its customers finds them all behind one address.
func ExamplePool_Pool() {
	first, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer first.Close()
	api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(first.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any"}, nil // they are not verified
		}),
	})
	made, err := api.CreateUserPool(context.Background(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("customer")})
	if err != nil {
		fmt.Println(err)
		return
	}
	second := first.Pool(*made.UserPool.Id)
	if err := second.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		fmt.Println(err)
		return
	}
	for _, pool := range []*authtest.Pool{first, second} {
		users, err := api.ListUsers(context.Background(), &cognitoidentityprovider.ListUsersInput{UserPoolId: aws.String(pool.UserPoolID)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(users.Users))
	}
	// Output:
	// 0
	// 1
}

// A pool whose users can sign in with passkeys. Until alice has registered one she is offered her
// password; the program in examples/passkey registers one with a virtual authenticator.
func ExampleConfig_passkeys() {
	pool, err := authtest.NewPool(authtest.Config{
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"}, ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"},
		RelyingPartyID: "example.com", UserVerification: "required",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		fmt.Println(err)
		return
	}
	api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(pool.URL), Credentials: aws.AnonymousCredentials{},
	})
	asked, err := api.InitiateAuth(context.Background(), &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserAuth, ClientId: aws.String(pool.ClientID),
		AuthParameters: map[string]string{"USERNAME": "alice", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(asked.ChallengeName, asked.AvailableChallenges)
	// Output: SELECT_CHALLENGE [PASSWORD PASSWORD_SRP]
}
