package auth

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// signInDevice is the device that a sign-in is made on, as far as the session's device scope knows
// one.
type signInDevice struct {
	session   *Session
	record    deviceRecord // of the scope, as far as this verb knows
	presented string       // the name by which the device that was sent last was found; empty if none was
	absent    bool         // a reauthentication has no device
}

func (s *Session) signInDevice(ctx context.Context) (signInDevice, error) {
	record, _, err := s.loadDevices(ctx)
	return signInDevice{session: s, record: record}, err
}

// find returns the user's device, unless it cannot be used.
func (d *signInDevice) find(name string) (knownDevice, bool) {
	return d.record.usable(name, d.session.client.deviceMaxAge)
}

// keyOf returns the key of the device that new tokens belong to.
func (d *signInDevice) keyOf(session AuthSession, metadata *types.NewDeviceMetadataType) string {
	if metadata != nil {
		return aws.ToString(metadata.DeviceKey)
	}
	if key := session.AccessToken.text("device_key"); key != "" {
		return key
	}
	known, _ := d.find(session.AccessToken.Username)
	return known.Key
}

// present adds the key of the user's device, if there is one, to what is sent.
func (d *signInDevice) present(name string, members map[string]string) {
	d.presented = ""
	if known, ok := d.find(name); ok {
		members["DEVICE_KEY"] = known.Key
		d.presented = name
	}
}

// giveUp stops using the device that was presented last or, if none was, the user's. A device that
// was found by an alias is only no longer found by it: the alias may belong to another user now,
// whose device this never was.
func (d *signInDevice) giveUp(ctx context.Context, username string, reason error) error {
	if d.absent {
		return nil
	}
	name := cmp.Or(d.presented, username)
	d.presented = ""
	return d.session.updateDevices(ctx, func(r *deviceRecord) error {
		if errors.Is(reason, ErrResourceNotFound) {
			r.forget(name)
		} else {
			r.refuse(name)
		}
		d.record = *r
		return nil
	})
}

// learnAliases adds new names to a device that was known already.
func (d *signInDevice) learnAliases(ctx context.Context, session AuthSession, typed string) error {
	username := session.AccessToken.Username
	known, ok := d.find(username)
	names := aliases(session, typed)
	if !ok || !slices.ContainsFunc(names, func(name string) bool { return d.record.username(name) != username }) {
		return nil
	}
	return d.session.updateDevices(ctx, func(r *deviceRecord) error {
		if stored := r.Devices[username]; stored.Key == known.Key {
			r.put(username, names, stored)
		}
		return nil
	})
}

// deviceWait is how long a sign-in waits for another one to register the device.
const deviceWait = 3 * time.Second

// await waits until another sign-in has registered the user's device, and reports whether there is
// one to use now.
func (d *signInDevice) await(ctx context.Context, username string) bool {
	const pause = 25 * time.Millisecond
	for deadline := time.Now().Add(deviceWait); time.Now().Before(deadline); {
		record, _, err := d.session.loadDevices(ctx)
		if err != nil || !record.occupied(username, d.session.client.deviceMaxAge) {
			return false
		}
		if _, ok := record.usable(username, d.session.client.deviceMaxAge); ok {
			d.record = record
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

// aliases returns the names that the person may type at the next sign-in: the one typed now, and
// those in the tokens.
func aliases(session AuthSession, typed string) []string {
	names := []string{session.AccessToken.Username, typed}
	for _, claim := range []string{"email", "phone_number", "preferred_username"} {
		names = append(names, session.IDToken.text(claim))
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
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

// joinDevice waits for the device that another sign-in is registering, and starts over on it. It is
// not ok if that does not lead to tokens at once.
func (a *attempt) joinDevice(ctx context.Context, username string) (done SignInOutput, ok bool) {
	if a.begin == nil || !a.device.await(ctx, username) {
		return SignInOutput{}, false
	}
	next, err := a.begin(ctx)
	if err != nil || next.tokens == nil {
		return SignInOutput{}, false
	}
	done, err = a.complete(ctx, next.tokens)
	return done, err == nil
}

// proveDevice answers DEVICE_SRP_AUTH and the DEVICE_PASSWORD_VERIFIER that follows: SRP with the
// device's secret.
func (a *attempt) proveDevice(ctx context.Context, asked answer) (answer, error) {
	a.pending.moveTo(asked, a.session.client.sessionValidity)
	// This challenge may be the first one, and does not have Cognito's name of the user.
	a.pending.Username = cmp.Or(a.device.record.username(a.pending.Username), a.pending.Username)
	d, ok := a.device.find(a.pending.Username)
	if !ok {
		return answer{}, fail(ErrDeviceNotRecognized,
			"the server asks for the proof of a device that is not known here")
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
	proof, err := handshake.Sign(identity, asked.parameters, asked.at)
	if err != nil {
		return answer{}, fail(ErrUnexpectedResponse, err.Error())
	}
	a.pending.moveTo(asked, a.session.client.sessionValidity)
	next, err := a.send(ctx, types.ChallengeNameTypeDevicePasswordVerifier, proofMembers(proof))
	return next, deviceError(err)
}

// deviceError returns a refused proof of the device with a code of its own. Cognito words it like a
// wrong password, but nobody has typed one. Only what is certainly about the person keeps its code:
// a device that cannot sign in again would be worse than one that is registered anew.
func deviceError(err error) error {
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != ErrNotAuthorized && refused.Code != ErrSignInExpired ||
		sessionIsOver(refused.Message) {
		return err
	}
	e := *refused
	e.Code, e.refines = ErrDeviceNotRecognized, []ErrorCode{ErrNotAuthorized}
	e.Message = "the server does not accept the device's proof"
	e.Recovery = recoveries[ErrDeviceNotRecognized]
	return &e
}
