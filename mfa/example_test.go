package mfa_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// exampleSession signs alice in at a pool that offers every second factor. She has none yet.
func exampleSession() (*authtest.Pool, *auth.Session) {
	pool, err := authtest.NewPool(everyFactor)
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": "alice@example.com", "email_verified": "true",
	}}); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		panic(err)
	}
	session := client.Session("alice's browser")
	if _, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password}); err != nil {
		panic(err)
	}
	return pool, session
}

// exampleApp is the authenticator app.
func exampleApp(pool *authtest.Pool, secret string) string {
	pool.Advance(30 * time.Second) // a code works once; this is the next one
	code, err := authtest.TOTPCode(secret, pool.Now())
	if err != nil {
		panic(err)
	}
	return code
}

// The authenticator app scans a QR code. Its first code completes the set-up, and the preference
// makes it a factor of the sign-in.
func ExampleSetUpTOTP() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()

	details, err := mfa.SetUpTOTP(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	svg, err := mfa.QRCodeSVG(details.SetupURI("My App", ""))
	fmt.Println("scan this:", svg[:4], err)
	code := exampleApp(pool, details.SharedSecret) // the person types it
	if err := mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: code}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred}))
	// Output:
	// scan this: <svg <nil>
	// <nil>
}

// A wrong code keeps the set-up.
func ExampleVerifyTOTPSetup() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()
	details, err := mfa.SetUpTOTP(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	code := exampleApp(pool, details.SharedSecret)
	mistyped := string('0'+'9'-code[0]) + code[1:]
	err = mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: mistyped})
	fmt.Println("ask again:", errors.Is(err, auth.ErrEnableSoftwareTokenMFA))
	err = mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: code, FriendlyDeviceName: "phone"})
	fmt.Println(err)
	// Output:
	// ask again: true
	// <nil>
}

// A page that is loaded again shows the same QR code.
func ExamplePendingTOTPSetup() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()
	begun, err := mfa.SetUpTOTP(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, ok, err := mfa.PendingTOTPSetup(ctx, session)
	fmt.Println(ok, again.SharedSecret == begun.SharedSecret, err)
	// Output: true true <nil>
}

// The person goes back without having typed a code.
func ExampleCancelTOTPSetup() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()
	if _, err := mfa.SetUpTOTP(ctx, session); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mfa.CancelTOTPSetup(ctx, session))
	_, ok, err := mfa.PendingTOTPSetup(ctx, session)
	fmt.Println(ok, err)
	// Output:
	// <nil>
	// false <nil>
}

// Codes by e-mail become the second factor. The next sign-in asks for one.
func ExampleUpdateMFAPreference() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()

	err := mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{Email: mfa.Preferred})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		fmt.Println(err)
		return
	}
	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out.NextStep.Name())
	// Output: CONFIRM_SIGN_IN_WITH_EMAIL_CODE
}

// The account page shows which factors the person has.
func ExampleFetchMFAPreference() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()
	if err := mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{Email: mfa.Preferred}); err != nil {
		fmt.Println(err)
		return
	}
	preference, err := mfa.FetchMFAPreference(ctx, session)
	fmt.Println(preference.Enabled, preference.Preferred, err)
	// Output: [EMAIL] EMAIL <nil>
}
