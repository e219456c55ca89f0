package auth

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// deviceKey is the key of the device that new tokens belong to.
func (a *attempt) deviceKey(session AuthSession, metadata *types.NewDeviceMetadataType) string {
	if metadata != nil {
		return aws.ToString(metadata.DeviceKey)
	}
	if key := session.AccessToken.text("device_key"); key != "" {
		return key
	}
	d, _ := a.devices.usable(session.AccessToken.Username, a.session.client.deviceMaxAge)
	return d.Key
}

func (a *attempt) registration(session AuthSession, metadata *types.NewDeviceMetadataType) registration {
	return registration{
		username:    session.AccessToken.Username,
		aliases:     aliases(session, a.pending.LoginID),
		deviceName:  a.pending.DeviceName,
		accessToken: session.AccessToken.Raw,
		metadata:    metadata,
	}
}

// aliases are the names that the person may type at the next sign-in: the one typed now, and those
// in the tokens.
func aliases(session AuthSession, typed string) []string {
	names := []string{session.AccessToken.Username, typed}
	for _, claim := range []string{"email", "phone_number", "preferred_username"} {
		names = append(names, session.IDToken.text(claim))
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// learnAliases adds names to a device that was known already, if there are new ones.
func (a *attempt) learnAliases(ctx context.Context, session AuthSession) error {
	username := session.AccessToken.Username
	known, ok := a.devices.usable(username, a.session.client.deviceMaxAge)
	names := aliases(session, a.pending.LoginID)
	if !ok || !slices.ContainsFunc(names, func(name string) bool { return a.devices.username(name) != username }) {
		return nil
	}
	return a.session.updateDevices(ctx, func(r *deviceRecord) error {
		if d := r.Devices[username]; d.Key == known.Key {
			r.put(username, names, d)
		}
		return nil
	})
}

// joinDevice starts over on the device that another sign-in is registering. Where that does not
// lead to tokens at once, the sign-in keeps those that it has.
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

// awaitDevice waits until the other sign-in has registered the user's device, and reports whether
// there is one to use now.
func (a *attempt) awaitDevice(ctx context.Context, username string) bool {
	const pause = 25 * time.Millisecond
	for deadline := time.Now().Add(joinPatience); time.Now().Before(deadline); {
		devices, _, err := a.session.loadDevices(ctx)
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

// presentDevice adds the key of the user's device, if one is known here, to what is sent.
func (a *attempt) presentDevice(name string, members map[string]string) {
	a.presented = ""
	if d, ok := a.devices.usable(name, a.session.client.deviceMaxAge); ok {
		members["DEVICE_KEY"] = d.Key
		a.presented = name
	}
}

// proveDevice answers DEVICE_SRP_AUTH and the DEVICE_PASSWORD_VERIFIER after it: SRP once more,
// with the device's secret. It may come after any step.
func (a *attempt) proveDevice(ctx context.Context, asked answer) (answer, error) {
	a.pending.take(asked, a.session.client.sessionValidity)
	// This challenge may be the first that the server gives, and does not say Cognito's name for
	// the user.
	a.pending.Username = cmp.Or(a.devices.username(a.pending.Username), a.pending.Username)
	d, ok := a.devices.usable(a.pending.Username, a.session.client.deviceMaxAge)
	if !ok {
		return answer{}, fail(ErrDeviceNotRecognized, "the server asks for the proof of a device that is not known here")
	}
	handshake, err := srp.Begin()
	if err != nil {
		return answer{}, err
	}
	asked, err = a.send(ctx, types.ChallengeNameTypeDeviceSrpAuth, map[string]string{"SRP_A": handshake.A()})
	if err != nil || asked.challenge != types.ChallengeNameTypeDevicePasswordVerifier {
		return asked, deviceError(err)
	}
	identity := srp.Identity{Pool: d.GroupKey, User: d.Key, Password: d.Password}
	claim, err := handshake.Sign(identity, asked.parameters, asked.at)
	if err != nil {
		return answer{}, fail(ErrUnexpectedResponse, err.Error())
	}
	a.pending.take(asked, a.session.client.sessionValidity)
	next, err := a.send(ctx, types.ChallengeNameTypeDevicePasswordVerifier, claimMembers(claim))
	return next, deviceError(err)
}

func claimMembers(claim srp.Claim) map[string]string {
	return map[string]string{
		"PASSWORD_CLAIM_SECRET_BLOCK": claim.SecretBlock,
		"PASSWORD_CLAIM_SIGNATURE":    claim.Signature,
		"TIMESTAMP":                   claim.Timestamp,
	}
}

// deviceError returns a refused proof of the device the code for it. Cognito words it like a wrong
// password, but nobody has typed one. Only what is known to be about the person stays what it is: a
// device that cannot sign in again would be worse than one that is registered anew.
func deviceError(err error) error {
	var e *Error
	if errors.As(err, &e) && (e.Code == ErrNotAuthorized || e.Code == ErrSignInExpired) &&
		!sessionIsOver(e.Message) && !strings.Contains(e.Message, "disabled") {
		e.Code, e.refines = ErrDeviceNotRecognized, ErrNotAuthorized
		e.Message = "the server does not accept the device's proof"
		e.Recovery = recoveries[ErrDeviceNotRecognized]
	}
	return err
}

// dropDevice returns up the device that was presented last, for the given reason. One that was
// found by an alias is only no longer found by it: the alias may have gone to another user, whose
// device this never was.
func (a *attempt) dropDevice(ctx context.Context, reason error) error {
	name := cmp.Or(a.presented, a.pending.Username)
	a.presented = ""
	return a.session.updateDevices(ctx, func(r *deviceRecord) error {
		if errors.Is(reason, ErrResourceNotFound) {
			r.forget(name)
		} else {
			r.refuse(name)
		}
		a.devices = *r
		return nil
	})
}
