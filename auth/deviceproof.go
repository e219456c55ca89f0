package auth

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// presentDevice adds the key of the user's device, if one is known here, to what is sent.
func (a *attempt) presentDevice(name string, members map[string]string) {
	a.presented = ""
	if d, ok := a.devices.usable(name, a.session.client.deviceMaxAge); ok {
		members["DEVICE_KEY"] = d.Key
		a.presented = name
	}
}

// proveDevice answers DEVICE_SRP_AUTH and the DEVICE_PASSWORD_VERIFIER after it: SRP once more, with the device's secret.
// It may come after any step.
func (a *attempt) proveDevice(ctx context.Context, asked answer) (answer, error) {
	a.pending.take(asked, a.session.client.sessionValidity)
	// This challenge may be the first that the server gives, and does not say Cognito's name for the user.
	a.pending.Username = cmp.Or(a.devices.username(a.pending.Username), a.pending.Username)
	d, ok := a.devices.usable(a.pending.Username, a.session.client.deviceMaxAge)
	if !ok {
		return answer{}, fail(a.op, ErrDeviceNotRecognized, "the server asks for the proof of a device that is not known here")
	}
	handshake, err := srp.Begin()
	if err != nil {
		return answer{}, wrap(a.op, err)
	}
	asked, err = a.send(ctx, types.ChallengeNameTypeDeviceSrpAuth, map[string]string{"SRP_A": handshake.A()})
	if err != nil || asked.challenge != types.ChallengeNameTypeDevicePasswordVerifier {
		return asked, deviceError(err)
	}
	identity := srp.Identity{Pool: d.GroupKey, User: d.Key, Password: d.Password}
	claim, err := handshake.Sign(identity, asked.parameters, asked.at)
	if err != nil {
		return answer{}, fail(a.op, ErrUnexpectedResponse, err.Error())
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

// deviceError gives a refused proof of the device the code for it. Cognito words it like a wrong password, but nobody has
// typed one. Only what is known to be about the person stays what it is: a device that cannot sign in again would be worse
// than one that is registered anew.
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

// dropDevice gives up the device that was presented last, for the given reason. One that was found by an alias is only no
// longer found by it: the alias may have gone to another user, whose device this never was.
func (a *attempt) dropDevice(ctx context.Context, reason error) error {
	name := cmp.Or(a.presented, a.pending.Username)
	a.presented = ""
	return a.session.updateDevices(ctx, a.op, func(r *deviceRecord) error {
		if errors.Is(reason, ErrResourceNotFound) {
			r.forget(name)
		} else {
			r.refuse(name)
		}
		a.devices = *r
		return nil
	})
}
