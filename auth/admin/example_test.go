package admin_test

import (
	"context"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// inProcess starts a pool and returns a client for it. For a real pool, leave AWS and Endpoint out.
func inProcess() (*authtest.Pool, *admin.Client) {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true})
	if err != nil {
		panic(err)
	}
	settings := credentials()
	p, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: pool.UserPoolID, Endpoint: pool.URL, AWS: &settings})
	if err != nil {
		panic(err)
	}
	return pool, p
}

func ExampleClient_RecoverTOTP() {
	pool, p := inProcess()
	defer pool.Close()
	if err := pool.AddUser(alice()); err != nil {
		panic(err)
	}
	out, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{
		Username: "alice", Method: admin.BySMS, Address: "+15551234567",
	})
	if err != nil {
		panic(err)
	}
	for _, step := range out.Steps {
		fmt.Println(step)
	}
	fmt.Println(out.Before.Preferred, "→", out.After.Preferred)
	// Output:
	// done: set the phone number to +***4567, as verified
	// done: ask for a code by SMS
	// done: sign the person out everywhere
	// done: forget the authenticator app
	// TOTP → SMS
}

func ExampleClient_UpdateMFAConfig() {
	pool, p := inProcess()
	defer pool.Close()
	out, err := p.UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{
		Mode: admin.Required, SMS: admin.SwitchOff, Devices: admin.TrackingOptIn, DryRun: true,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(out.Changes)
	// Output:
	// mfa: OPTIONAL → REQUIRED
	// sms: on → off
	// devices: OFF → OPT_IN
	// challengeOnNewDevice: off → on
}

func ExampleClient_Devices() {
	pool, p := inProcess()
	defer pool.Close()
	for device, err := range p.Devices(context.Background(), "alice") {
		if err != nil {
			fmt.Println("no devices:", err)
			break
		}
		fmt.Println(device.Name, device.Remembered)
	}
	// Output:
	// no devices: auth: Devices: UserNotFoundException: User does not exist.
}
