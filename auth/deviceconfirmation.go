package auth

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// unconfirmedDevice is the device of a session that Cognito has not confirmed yet, because
// ConfirmDevice failed for a reason that may pass. Cognito renews no tokens of such a device, so it
// is registered before they expire.
type unconfirmedDevice struct {
	Key      string `json:"key"`
	GroupKey string `json:"groupKey"`
}

// mayPass reports whether ConfirmDevice may succeed later.
func mayPass(unconfirmed error) bool {
	e := failureOf(unconfirmed)
	if e == nil {
		return false
	}
	switch e.Code {
	case "", ErrLimitExceeded, ErrOutcomeUnknown:
		return true
	default:
		return retryable[e.Code]
	}
}

// noteConfirmation stores, beside the tokens with that access token, whether their device is still
// to be confirmed. It writes only if that changes. If it fails, the session may only end sooner.
func (s *Session) noteConfirmation(
	ctx context.Context, accessToken string, metadata *types.NewDeviceMetadataType, was bool, unconfirmed error,
) {
	still := mayPass(unconfirmed)
	if still == was {
		return
	}
	_ = s.finish(ctx, func(st *state) error {
		if st.Tokens == nil || st.Tokens.AccessToken != accessToken {
			return errUnchanged
		}
		st.Unconfirmed = nil
		if still {
			st.Unconfirmed = &unconfirmedDevice{Key: *metadata.DeviceKey, GroupKey: *metadata.DeviceGroupKey}
		}
		return nil
	})
}

// confirmLate registers the device of current, which could not be confirmed at the sign-in. It
// waits for a short time only, and does nothing soon after a failure.
func (s *Session) confirmLate(ctx context.Context, current *decodedSession) {
	which := "device " + fingerprint(current.session.AccessToken.Raw)
	if s.client.pauses.active(which, time.Now()) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	id := flightID{session: s.key, token: which}
	_, _ = s.client.flights.join(ctx, id, func(ctx context.Context) (*decodedSession, error) {
		st, err := s.load(ctx)
		if err != nil || st.Unconfirmed == nil || st.Tokens == nil ||
			st.Tokens.AccessToken != current.session.AccessToken.Raw {
			return current, err
		}
		device := st.Unconfirmed
		s.registerRenewed(ctx, st.Tokens, &types.NewDeviceMetadataType{
			DeviceKey: &device.Key, DeviceGroupKey: &device.GroupKey,
		}, true)
		if st, err = s.load(ctx); err != nil || st.Unconfirmed != nil {
			s.client.pauses.failed(which, time.Now())
		} else {
			s.client.pauses.over(which)
		}
		return current, err
	})
}

// registerRenewed registers a device that came with a refresh, or is late. If that fails, it is
// tried again later or the next sign-in registers one.
func (s *Session) registerRenewed(
	ctx context.Context, renewed *tokens, metadata *types.NewDeviceMetadataType, late bool,
) {
	session, err := renewed.decode()
	if err != nil {
		return
	}
	reg := registration{
		username: session.AccessToken.Username, aliases: aliases(session, renewed.LoginID),
		deviceName: s.client.deviceName, accessToken: renewed.AccessToken, metadata: metadata,
	}
	_, unconfirmed := s.registerDevice(ctx, reg)
	switch {
	case errors.Is(unconfirmed, errDeviceUnderway):
		return // who registers it notes the result
	case errors.Is(unconfirmed, errDeviceOccupied):
		unconfirmed = s.confirmUnused(ctx, reg)
	}
	s.noteConfirmation(ctx, renewed.AccessToken, metadata, late, unconfirmed)
}
