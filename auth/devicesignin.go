package auth

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// deviceKey is the key of the device that new tokens belong to.
func (a *attempt) deviceKey(session AuthSession, metadata *types.NewDeviceMetadataType) string {
	if metadata != nil {
		return aws.ToString(metadata.DeviceKey)
	}
	if key := session.AccessToken.text("device_key"); key != "" {
		return key
	}
	d, _ := a.devices.usable(session.AccessToken.text("username"), a.session.client.deviceMaxAge)
	return d.Key
}

func (a *attempt) registration(session AuthSession, metadata *types.NewDeviceMetadataType) registration {
	return registration{
		op:          a.op,
		username:    session.AccessToken.text("username"),
		aliases:     aliases(session, a.pending.LoginID),
		deviceName:  a.pending.DeviceName,
		accessToken: session.AccessToken.Raw,
		metadata:    metadata,
	}
}

// aliases are the names that the person may type at the next sign-in: the one typed now, and those in the tokens.
func aliases(session AuthSession, typed string) []string {
	names := []string{session.AccessToken.text("username"), typed}
	for _, claim := range []string{"email", "phone_number", "preferred_username"} {
		names = append(names, session.IDToken.text(claim))
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// learnAliases adds names to a device that was known already, if there are new ones.
func (a *attempt) learnAliases(ctx context.Context, session AuthSession) error {
	username := session.AccessToken.text("username")
	known, ok := a.devices.usable(username, a.session.client.deviceMaxAge)
	names := aliases(session, a.pending.LoginID)
	if !ok || !slices.ContainsFunc(names, func(name string) bool { return a.devices.username(name) != username }) {
		return nil
	}
	return a.session.updateDevices(ctx, a.op, func(r *deviceRecord) error {
		if d := r.Devices[username]; d.Key == known.Key {
			r.put(username, names, d)
		}
		return nil
	})
}

// joinDevice starts over on the device that another sign-in is registering. Where that does not lead to tokens at once, the
// sign-in keeps those that it has.
func (a *attempt) joinDevice(ctx context.Context, superseded *tokens, reg registration) SignInOutput {
	if a.begin != nil && !a.joined && a.awaitDevice(ctx, reg.username) {
		a.joined = true
		if next, err := a.begin(ctx); err == nil && next.tokens != nil {
			if done, err := a.complete(ctx, next.tokens); err == nil {
				// Nobody has seen the first tokens. If revoking them fails, they end by themselves.
				_ = a.session.revoke(ctx, superseded, SignOutInput{})
				return done
			}
		}
	}
	done := SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}}
	done.NewDevice = NewDevice{Key: superseded.DeviceKey, Err: a.session.confirmUnused(ctx, reg)}
	return done
}

// joinPatience is how long a sign-in waits for another one to register the device.
const joinPatience = 3 * time.Second

// awaitDevice waits until the other sign-in has registered the user's device, and reports whether there is one to use now.
func (a *attempt) awaitDevice(ctx context.Context, username string) bool {
	const pause = 25 * time.Millisecond
	for deadline := time.Now().Add(joinPatience); time.Now().Before(deadline); {
		devices, _, err := a.session.loadDevices(ctx, a.op)
		if err != nil || !devices.taken(username, a.session.client.deviceMaxAge) {
			return false
		}
		if _, ok := devices.usable(username, a.session.client.deviceMaxAge); ok {
			a.devices = devices
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
	}
	return false
}
