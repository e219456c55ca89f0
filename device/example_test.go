package device_test

import (
	"context"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// exampleSession signs alice in on her laptop, at a pool that remembers devices if she agrees.
func exampleSession() (*authtest.Pool, *auth.Session) {
	pool, err := authtest.NewPool(authtest.Config{Devices: authtest.DevicesOptIn})
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, DeviceName: "laptop",
	})
	if err != nil {
		panic(err)
	}
	session := client.Session("alice")
	if _, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password}); err != nil {
		panic(err)
	}
	return pool, session
}

// The person agrees to "remember this computer", which then replaces the second factor.
func ExampleRememberDevice() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()

	if err := device.RememberDevice(ctx, session); err != nil {
		fmt.Println(err)
		return
	}
	current, err := session.CurrentDevice(ctx)
	fmt.Println(current.Remembered, err)
	// Output: true <nil>
}

// The account page lists the devices that the pool trusts.
func ExampleFetchDevices() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()
	if err := device.RememberDevice(ctx, session); err != nil {
		fmt.Println(err)
		return
	}
	devices, err := device.FetchDevices(ctx, session)
	for _, d := range devices {
		fmt.Println(d.Name, d.Current)
	}
	fmt.Println(err)
	// Output:
	// laptop true
	// <nil>
}

// A lost phone is taken off the list, and the session on it ends when it asks for new tokens.
func ExampleForgetDevice() {
	pool, session := exampleSession()
	defer pool.Close()
	ctx := context.Background()
	if err := device.RememberDevice(ctx, session); err != nil {
		fmt.Println(err)
		return
	}
	devices, err := device.FetchDevices(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range devices {
		fmt.Println(device.ForgetDevice(ctx, session, device.ForgetDeviceInput{DeviceID: d.ID}))
	}
	devices, err = device.FetchDevices(ctx, session)
	fmt.Println(len(devices), err)
	// Output:
	// <nil>
	// 0 <nil>
}
