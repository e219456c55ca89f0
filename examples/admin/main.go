// Command admin shows what an administrator does for somebody who lost the authenticator app, and
// how to require MFA of everybody.
//
//	go run ./examples/admin -dry-run
//	go run ./examples/admin
//
// It runs offline, on an in-process Cognito user pool. With -dry-run it only says what it would do.
// On a real pool leave Endpoint and AWS out of admin.Config: the credentials then come from the
// environment, the shared files or the machine's role.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func main() {
	dryRun := flag.Bool("dry-run", false, "say what would be done, and do nothing")
	flag.Parse()
	if err := run(context.Background(), *dryRun); err != nil {
		fmt.Fprintln(os.Stderr, "admin:", err)
		os.Exit(1)
	}
}

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
	return authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Devices: authtest.DevicesAlways})
}

// administer helps Alice, then requires MFA of everybody.
func administer(ctx context.Context, pool *authtest.Pool, dryRun bool) error {
	// The in-process pool wants signed requests but does not check the signature: any credentials
	// do.
	settings := aws.Config{Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
	})}
	p, err := admin.NewClient(ctx, admin.Config{UserPoolID: pool.UserPoolID, Endpoint: pool.URL, AWS: &settings})
	if err != nil {
		return err
	}
	fmt.Println("\nAlice lost her phone and calls the administrator")
	factors, err := p.UserFactors(ctx, username)
	if err != nil {
		return err
	}
	fmt.Printf("factors: %v, preferred: %s, verified phone number: %t, remembered devices: %d\n",
		factors.Factors, factors.Preferred, factors.Phone.Verified, factors.RememberedDevices)
	if err := recoverAlice(ctx, p, dryRun); err != nil {
		return err
	}
	return requireMFA(ctx, p, dryRun)
}

func recoverAlice(ctx context.Context, p *admin.Client, dryRun bool) error {
	in := admin.RecoverTOTPInput{Username: username, WayOut: admin.ByEmail, DryRun: dryRun}
	_, err := p.RecoverTOTP(ctx, in)
	var closed *auth.Error
	if !errors.Is(err, admin.ErrWayOutClosed) || !errors.As(err, &closed) {
		return fmt.Errorf("the pool offers no e-mail, and yet: %w", err)
	}
	fmt.Printf("by e-mail: %s. %s\n", closed.Message, closed.Recovery)

	in.WayOut, in.Address = admin.BySMS, newNumber
	out, err := p.RecoverTOTP(ctx, in)
	for _, step := range out.Steps {
		fmt.Println(step)
	}
	return err
}

func requireMFA(ctx context.Context, p *admin.Client, dryRun bool) error {
	fmt.Println("\nFrom now on everybody needs a second factor")
	out, err := p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{
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
