package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// standing is what status prints with --json.
type standing struct {
	Profile    string    `json:"profile"`
	State      string    `json:"state"`
	User       string    `json:"user,omitempty"`
	UserPoolID string    `json:"userPoolId"`
	Storage    string    `json:"storage"`
	Directory  string    `json:"directory,omitempty"`
	ExpiresAt  time.Time `json:"expiresAt,omitzero"`
	Device     string    `json:"device,omitempty"`
	Remembered bool      `json:"remembered"`
}

// status says how things stand. It sends no request.
func status(ctx context.Context, t *tool, args []string) error {
	if err := t.parse(t.flags("status"), args, 0); err != nil {
		return err
	}
	session, cfg, err := t.session(ctx)
	if err != nil {
		return err
	}
	now, err := session.Status(ctx)
	if err != nil {
		return err
	}
	s := standing{
		Profile: t.profile, State: string(now.State), UserPoolID: cfg.UserPoolID,
		Storage: cfg.Storage, Directory: t.profileDir(), ExpiresAt: now.ExpiresAt,
	}
	if user, err := session.CurrentUser(ctx); err == nil {
		s.User = nameOf(user)
	}
	device, err := session.CurrentDevice(ctx)
	if err != nil && !errors.Is(err, auth.ErrDeviceMetadataNotFound) && !errors.Is(err, auth.ErrUserUnAuthenticated) {
		return err
	}
	s.Device, s.Remembered = device.Key, device.Remembered
	if err := t.print(s.String(), s); err != nil {
		return err
	}
	if now.State != auth.StateSignedIn {
		return &exitError{code: exitSignIn}
	}
	return nil
}

// String returns the lines for people.
func (s standing) String() string {
	var lines strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&lines, "%-10s %s\n", name, value)
		}
	}
	line("profile", s.Profile)
	line("state", s.State)
	line("user", s.User)
	line("pool", s.UserPoolID)
	line("key in", s.Storage)
	line("device", s.Device)
	if !s.ExpiresAt.IsZero() {
		line("until", s.ExpiresAt.Local().Format(time.RFC3339))
	}
	return strings.TrimSuffix(lines.String(), "\n")
}

// nameOf is what the person calls the account.
func nameOf(user auth.User) string {
	if user.SignInDetails.LoginID != "" {
		return user.SignInDetails.LoginID
	}
	return user.Username
}

func whoami(ctx context.Context, t *tool, args []string) error {
	if err := t.parse(t.flags("whoami"), args, 0); err != nil {
		return err
	}
	session, _, err := t.session(ctx)
	if err != nil {
		return err
	}
	user, err := session.CurrentUser(ctx)
	if err != nil {
		return err
	}
	return t.print(nameOf(user), user)
}
