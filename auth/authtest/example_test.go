package authtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// signIn is the code under test. It signs alice in and returns the name of the challenge, if any.
func signIn(ctx context.Context, pool *authtest.Pool, password string) (string, error) {
	api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(pool.URL),
		Credentials:      aws.AnonymousCredentials{},
		RetryMaxAttempts: 1,
	})
	out, err := api.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		ClientId:       aws.String(pool.ClientID),
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": password},
	})
	if err != nil {
		return "", err
	}
	return string(out.ChallengeName), nil
}

func Example() {
	pool, err := authtest.NewPool(authtest.Config{
		OnViolation: func(err error) { fmt.Println("a request was malformed:", err) }, // t.Error in a test
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

	_, err = signIn(context.Background(), pool, "wrong")
	var refused *types.NotAuthorizedException
	fmt.Println(errors.As(err, &refused), refused.ErrorMessage())

	_, err = signIn(context.Background(), pool, "Correct-horse-1!")
	fmt.Println(err)
	// Output:
	// true Incorrect username or password.
	// <nil>
}

// A user with a second factor is asked for a code, which comes from the pool's inbox or from the
// TOTP secret.
func ExamplePool_LastCode() {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, SMS: true, TOTP: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	err = pool.AddUser(authtest.User{
		Username: "alice", Password: "Correct-horse-1!",
		Attributes: map[string]string{"phone_number": "+15551234567"},
		TOTPSecret: "GEZDGNBVGY3TQOJQ", MFA: []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}, PreferredMFA: "SMS_MFA",
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	challenge, err := signIn(context.Background(), pool, "Correct-horse-1!")
	fmt.Println(challenge, err)
	fmt.Println(len(pool.LastCode("alice")), "digits by", pool.Messages("alice")[0].Medium)

	code, err := authtest.TOTPCode("GEZDGNBVGY3TQOJQ", pool.Now())
	fmt.Println(len(code), "digits from the authenticator app", err)
	// Output:
	// SMS_MFA <nil>
	// 6 digits by SMS
	// 6 digits from the authenticator app <nil>
}

func ExamplePool_Fail() {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	pool.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "TooManyRequestsException", Message: "Rate exceeded"})

	_, err = signIn(context.Background(), pool, "Correct-horse-1!")
	var throttled *types.TooManyRequestsException
	fmt.Println(errors.As(err, &throttled))
	for _, r := range pool.Requests() {
		fmt.Println(r.Operation, r.Status, r.ErrorCode)
	}
	// Output:
	// true
	// InitiateAuth 400 TooManyRequestsException
}

func ExamplePool_Advance() {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	err = pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!", TemporaryPassword: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signIn(context.Background(), pool, "Correct-horse-1!"))

	pool.Advance(8 * 24 * time.Hour)
	_, err = signIn(context.Background(), pool, "Correct-horse-1!")
	var refused *types.NotAuthorizedException
	fmt.Println(errors.As(err, &refused), refused.ErrorMessage())
	// Output:
	// NEW_PASSWORD_REQUIRED <nil>
	// true Temporary password has expired and must be reset by an administrator.
}

// Triggers take the place of Lambda functions. This one refuses all sign-ins.
func ExampleTriggers() {
	pool, err := authtest.NewPool(authtest.Config{Triggers: authtest.Triggers{
		PreAuthentication: func(e *authtest.PreAuthenticationEvent) error {
			if e.Request.UserAttributes["zoneinfo"] == "Europe/Berlin" {
				return errors.New("closed until eight")
			}
			return nil
		},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	err = pool.AddUser(authtest.User{
		Username: "alice", Password: "Correct-horse-1!", Attributes: map[string]string{"zoneinfo": "Europe/Berlin"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = signIn(context.Background(), pool, "Correct-horse-1!")
	var refused *types.UserLambdaValidationException
	fmt.Println(errors.As(err, &refused), refused.ErrorMessage())
	// Output: true PreAuthentication failed with error closed until eight.
}

// The codes of an authenticator app follow the pool's clock. Each code is accepted once: the next
// sign-in needs Advance.
func ExampleTOTPCode() {
	const secret = "GEZDGNBVGY3TQOJQ"
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(
		authtest.User{Username: "alice", Password: "Correct-horse-1!", TOTPSecret: secret},
	); err != nil {
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
	signedIn, err := api.RespondToAuthChallenge(
		context.Background(),
		&cognitoidentityprovider.RespondToAuthChallengeInput{
			ChallengeName: asked.ChallengeName, ClientId: aws.String(pool.ClientID), Session: asked.Session,
			ChallengeResponses: map[string]string{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code},
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signedIn.AuthenticationResult.ExpiresIn, "seconds")
	// Output:
	// SOFTWARE_TOKEN_MFA
	// 3600 seconds
}

// One address serves many pools, for example one for each customer of a service.
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
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any secret of AWS"}, nil // they are not verified
		}),
	})
	made, err := api.CreateUserPool(
		context.Background(),
		&cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("customer")},
	)
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
		users, err := api.ListUsers(
			context.Background(),
			&cognitoidentityprovider.ListUsersInput{UserPoolId: aws.String(pool.UserPoolID)},
		)
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

// A pool whose users can sign in with passkeys. Until alice has registered one, she is offered her
// password. The program in examples/passkey registers one with a virtual authenticator.
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

// A test of an app that signs people in with OAuth needs neither a browser nor a page.
func ExamplePool_Authorize() {
	pool, err := authtest.NewPool(authtest.Config{ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{"http://localhost:3000/callback"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		fmt.Println(err)
		return
	}
	// The app under test makes this URL, which is for a browser.
	query := url.Values{
		"response_type": {"code"}, "client_id": {pool.ClientID}, "redirect_uri": {"http://localhost:3000/callback"},
		"scope": {"openid"}, "state": {"xyz"},
	}
	callbackURL, err := pool.Authorize(pool.URL+"oauth2/authorize?"+query.Encode(), "alice")
	if err != nil {
		fmt.Println(err)
		return
	}
	// The browser would open this one, with a code in it.
	callback, err := url.Parse(callbackURL)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(callback.Host, callback.Path, callback.Query().Get("state"))
	// Output: localhost:3000 /callback xyz
}
