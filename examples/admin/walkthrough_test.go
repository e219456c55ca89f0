package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func Example() {
	if err := run(context.Background(), false); err != nil {
		panic(err)
	}
	// Output:
	// Alice signed up and set up an authenticator app
	//
	// Alice lost her phone and calls the administrator
	// factors: [TOTP], preferred: TOTP, verified phone number: false, remembered devices: 1
	// by e-mail: the pool does not offer EMAIL. Choose SMS or TOTP or NONE.
	// done: set the phone number to +***4567, as verified
	// done: ask for a code by SMS
	// done: forget all devices (1)
	// done: sign the person out everywhere
	// done: forget the authenticator app
	// the next sign-in asks for: CODE SMS +***4567
	//
	// From now on all users need a second factor
	// done: mfa: OPTIONAL → REQUIRED
	// done: sms.message: (none) → Your code for Example: {####}
	//
	// Alice signs in
	// → CONFIRM_SIGN_IN_WITH_SMS_CODE
	// (a message for +15551234567)
	// → DONE
}

func Example_dryRun() {
	if err := run(context.Background(), true); err != nil {
		panic(err)
	}
	// Output:
	// Alice signed up and set up an authenticator app
	//
	// Alice lost her phone and calls the administrator
	// factors: [TOTP], preferred: TOTP, verified phone number: false, remembered devices: 1
	// by e-mail: the pool does not offer EMAIL. Choose SMS or TOTP or NONE.
	// to do: set the phone number to +***4567, as verified
	// to do: ask for a code by SMS
	// to do: forget all devices (1)
	// to do: sign the person out everywhere
	// to do: forget the authenticator app
	// the next sign-in asks for: CODE SMS +***4567
	//
	// From now on all users need a second factor
	// to do: mfa: OPTIONAL → REQUIRED
	// to do: sms.message: (none) → Your code for Example: {####}
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	pool, err := newPool()
	require.NoError(t, err)
	defer pool.Close()
	alice, err := newPerson(pool)
	require.NoError(t, err)
	require.NoError(t, alice.join(context.Background()))

	pool.ResetRequests()
	require.NoError(t, administer(context.Background(), pool, true))
	require.NotEmpty(t, pool.Requests())
	reads := []string{"AdminGetUser", "AdminListDevices", "GetUserPoolMfaConfig", "DescribeUserPool"}
	for _, request := range pool.Requests() {
		assert.Contains(t, reads, request.Operation)
	}
}
