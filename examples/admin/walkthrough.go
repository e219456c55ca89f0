package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// run is a walkthrough: Alice loses her phone, an administrator helps her, and then requires MFA of
// all users.
func run(ctx context.Context, dryRun bool) error {
	pool, err := newPool()
	if err != nil {
		return err
	}
	defer pool.Close()
	alice, err := newPerson(pool)
	if err != nil {
		return err
	}
	if err := alice.join(ctx); err != nil {
		return err
	}
	if err := administer(ctx, pool, dryRun); err != nil || dryRun {
		return err
	}
	fmt.Println("\nAlice signs in")
	return alice.signInWithMessage(ctx)
}

func newPool() (*authtest.Pool, error) {
	return authtest.NewPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, SMS: true, Devices: authtest.DevicesAlways,
	})
}

// administer helps Alice, then requires MFA of all users.
func administer(ctx context.Context, pool *authtest.Pool, dryRun bool) error {
	client, err := clientOf(ctx, pool)
	if err != nil {
		return err
	}
	fmt.Println("\nAlice lost her phone and calls the administrator")
	factors, err := client.UserFactors(ctx, demo.Username)
	if err != nil {
		return err
	}
	fmt.Printf("factors: %v, preferred: %s, verified phone number: %t, remembered devices: %d\n",
		factors.Factors, factors.Preferred, factors.Phone.Verified, factors.RememberedDevices)
	if err := recoverAlice(ctx, client, dryRun); err != nil {
		return err
	}
	return requireMFA(ctx, client, dryRun)
}

// clientOf returns a client for the in-process pool, which requires signed requests but does not
// check the signature, so any credentials will do.
func clientOf(ctx context.Context, pool *authtest.Pool) (*admin.Client, error) {
	settings := aws.Config{Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example-example"}, nil
	})}
	return admin.NewClient(ctx, admin.Config{UserPoolID: pool.UserPoolID, Endpoint: pool.URL, AWS: &settings})
}

func recoverAlice(ctx context.Context, client *admin.Client, dryRun bool) error {
	in := admin.RecoverTOTPInput{Username: demo.Username, Method: admin.ByEmail, DryRun: dryRun}
	_, err := client.RecoverTOTP(ctx, in)
	var refusal *auth.Error
	if !errors.Is(err, admin.ErrRecoveryRefused) || !errors.As(err, &refusal) {
		return fmt.Errorf("RecoverTOTP by e-mail on a pool without e-mail: %w", err)
	}
	fmt.Printf("by e-mail: %s. %s\n", refusal.Message, refusal.Recovery)

	in.Method, in.Address = admin.BySMS, newNumber
	out, err := client.RecoverTOTP(ctx, in)
	for _, step := range out.Steps {
		fmt.Println(step)
	}
	if err == nil {
		fmt.Println("the next sign-in asks for:", out.Next)
	}
	return err
}

func requireMFA(ctx context.Context, client *admin.Client, dryRun bool) error {
	fmt.Println("\nFrom now on all users need a second factor")
	out, err := client.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{
		Mode: admin.Required, SMSSettings: admin.SMSSettings{Message: "Your code for Example: {####}"}, DryRun: dryRun,
	})
	if err != nil {
		return err
	}
	did := "done: "
	if dryRun {
		did = "to do: "
	}
	for line := range strings.Lines(out.Changes.String()) {
		fmt.Println(did + strings.TrimSpace(line))
	}
	return nil
}
