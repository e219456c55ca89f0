package auth

import "context"

// CurrentDevice is the device that a session was signed in on.
type CurrentDevice struct {
	Key        string // Cognito's id of the device
	Remembered bool   // the pool trusts it, as far as is known here: Cognito does not tell
}

// CurrentDevice gives the device that this session was signed in on. A pool that does not track devices gives none:
// ErrDeviceMetadataNotFound. With nobody signed in it returns ErrUserUnAuthenticated. It makes no request. Package device
// builds on it.
func (s *Session) CurrentDevice(ctx context.Context) (CurrentDevice, error) {
	st, err := s.load(ctx, "CurrentDevice")
	if err != nil {
		return CurrentDevice{}, err
	}
	if st.Tokens == nil {
		return CurrentDevice{}, st.signedOut("CurrentDevice")
	}
	current := CurrentDevice{Key: st.Tokens.deviceKey()}
	if current.Key == "" {
		return CurrentDevice{}, fail("CurrentDevice", ErrDeviceMetadataNotFound, "this session has no device; does the pool track devices?")
	}
	devices, _, err := s.loadDevices(ctx, "CurrentDevice")
	if err != nil {
		return CurrentDevice{}, err
	}
	for _, d := range devices.Devices {
		if d.Key == current.Key {
			current.Remembered = d.Remembered
		}
	}
	return current, nil
}

// NoteDeviceRemembered notes whether the pool trusts the device with that key, on this side only: it makes no request.
func (s *Session) NoteDeviceRemembered(ctx context.Context, key string, remembered bool) error {
	return s.changeDevices(ctx, "NoteDeviceRemembered", func(r *deviceRecord) { r.note(key, remembered) })
}

// DropDevice removes the device with that key from the records of this session's device scope, on this side only: it makes
// no request. Dropping what is not there is fine.
func (s *Session) DropDevice(ctx context.Context, key string) error {
	return s.changeDevices(ctx, "DropDevice", func(r *deviceRecord) { r.drop(key) })
}

func (s *Session) changeDevices(ctx context.Context, op string, change func(*deviceRecord)) error {
	if err := s.checkKey(op); err != nil {
		return err
	}
	return s.updateDevices(ctx, op, func(r *deviceRecord) error {
		change(r)
		return nil
	})
}
