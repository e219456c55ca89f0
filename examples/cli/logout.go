package main

import (
	"context"
	"errors"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// logout ends the session here, even if the service cannot be told. The device is kept, so that the
// next sign-in on a remembered computer needs no code.
func logout(ctx context.Context, t *tool, args []string) error {
	set := t.flags("logout")
	everywhere := set.Bool("everywhere", false, "sign out on all devices")
	forget := set.Bool("forget-device", false, "forget this computer too")
	if err := t.parse(set, args, 0); err != nil {
		return err
	}
	session, _, err := t.session(ctx)
	if err != nil {
		return err
	}
	if *forget {
		if err := device.ForgetDevice(ctx, session, device.ForgetDeviceInput{}); err != nil &&
			!errors.Is(err, auth.ErrDeviceMetadataNotFound) && !errors.Is(err, auth.ErrUserUnAuthenticated) {
			return err
		}
	}
	out, err := session.SignOut(ctx, auth.SignOutInput{Global: *everywhere})
	if err != nil {
		return err
	}
	return t.print("Signed out.", map[string]any{"code": "signed_out", "revoked": out.Revoked})
}
