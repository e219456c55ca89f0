package main

import (
	"context"
	"errors"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// logout ends the session here, even if the service cannot be told. The device is kept, so that the
// next sign-in on a remembered computer needs no code.
func logout(ctx context.Context, t *tool, args []string) error {
	set := t.flags("logout")
	everywhere := set.Bool("everywhere", false, "sign out on all devices")
	forget := set.Bool("forget-device", false, "forget this computer too")
	browser := set.Bool("browser", false, "sign the browser out too, after a login with it")
	if err := t.parse(set, args, 0); err != nil {
		return err
	}
	session, cfg, err := t.session(ctx)
	if err != nil {
		return err
	}
	var notForgotten error
	if *forget {
		notForgotten = forgetThis(ctx, session)
	}
	out, err := loopback.SignOut(
		ctx, session, auth.SignOutInput{Global: *everywhere}, t.loopbackOptions(cfg.SignOutURLs, !*browser),
	)
	switch {
	case err != nil:
		return errors.Join(err, notForgotten)
	case notForgotten != nil:
		text := "Signed out, but this computer was not forgotten. " + terminal.Explain(notForgotten)
		return &exitError{terminal.ExitCode(notForgotten), "device_not_forgotten", text, notForgotten}
	}
	return t.print("Signed out.", map[string]any{"code": "signed_out", "revoked": out.Revoked})
}

// forgetThis forgets this computer, if the pool knows it.
func forgetThis(ctx context.Context, session *auth.Session) error {
	err := device.ForgetDevice(ctx, session, device.ForgetDeviceInput{})
	if errors.Is(err, auth.ErrDeviceMetadataNotFound) || errors.Is(err, auth.ErrUserUnAuthenticated) {
		return nil
	}
	return err
}
