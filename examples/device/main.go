// Command device shows that a remembered device replaces the second factor.
//
//	go run ./examples/device
//
// It runs offline, on an in-process Cognito user pool where the user decides whether to remember a
// device.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	pool, err := demo.StartPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn,
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, DeviceName: "kitchen computer",
	})
	if err != nil {
		return err
	}
	return walkthrough(ctx, pool, client.Session("kitchen"))
}

func walkthrough(ctx context.Context, pool *authtest.Pool, session *auth.Session) error {
	fmt.Println("First sign-in")
	if err := signIn(ctx, pool, session); err != nil {
		return err
	}
	if err := device.RememberDevice(ctx, session); err != nil {
		return err
	}
	fmt.Println("This device is remembered now.")
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	fmt.Println("\nSecond sign-in, with the password alone")
	if err := signIn(ctx, pool, session); err != nil {
		return err
	}
	devices, err := device.FetchDevices(ctx, session)
	if err != nil {
		return err
	}
	for _, d := range devices {
		fmt.Printf("device %q, current: %t\n", d.Name, d.Current)
	}
	if err := device.ForgetDevice(ctx, session, device.ForgetDeviceInput{}); err != nil {
		return err
	}
	fmt.Println("This device is forgotten.")
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	fmt.Println("\nThird sign-in")
	return signIn(ctx, pool, session)
}

// signIn prints each step, and answers with a code if the pool asks for one.
func signIn(ctx context.Context, pool *authtest.Pool, session *auth.Session) error {
	out, err := session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password})
	if err != nil {
		return err
	}
	fmt.Println("→", out.NextStep.Name())
	if out.IsSignedIn {
		return nil
	}
	pool.Advance(30 * time.Second) // a code works once: wait for the next one
	code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now())
	if err != nil {
		return err
	}
	if out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code}); err != nil {
		return err
	}
	fmt.Println("→", out.NextStep.Name())
	return out.NewDevice.Err
}
