package auth

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/aws/smithy-go"
)

// APIError returns an error of the AWS SDK as an [*Error] whose Op is op. Its Code is Cognito's, or
// [ErrNetwork] or [ErrOutcomeUnknown] if the answer was lost. It keeps facts only, because the
// SDK's own error may quote a secret. For an *Error it returns a copy with that Op and, unless it
// has one, the Recovery for its Code; and nil for nil.
//
// It is for packages that call Cognito with a client of their own, as package auth/admin does. What
// needs a session's access token calls [Session.Call] instead. It is a low-level function that most
// programs do not need.
func APIError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	var sdk *smithy.OperationError
	if errors.As(err, &sdk) {
		err = apiError(ctx, err)
	}
	return inVerb(op, err)
}

// Tokens are the result of a finished sign-in, for a Store that shares them with programs of
// another kind. [Session.FetchAuthSession] returns them to everybody else. It is a low-level type
// that most programs do not need.
type Tokens struct {
	unprinted
	AccessToken  string // empty if nobody is signed in; then all is
	IDToken      string // may be empty
	RefreshToken string // may be empty
	DeviceKey    string // the device that they belong to; empty if the pool tracks no devices
	// ReceivedAt is when the tokens arrived, by this machine's clock; zero if that is not known.
	ReceivedAt time.Time
	SignInDetails
}

// ExportTokens takes the tokens out of the data of a session's record. The remaining data, such as
// a pending sign-in, is rest: pass it to [ImportTokens]. It is nil if nothing remains. Data that is
// not a session's record is [ErrCorruptRecord]. It is a low-level function that most programs do
// not need.
func ExportTokens(data []byte) (t Tokens, rest []byte, err error) {
	defer nameVerb("ExportTokens", &err)
	st, err := decodeState(data)
	if err != nil {
		return Tokens{}, nil, fail(ErrCorruptRecord, "the data is unreadable: "+err.Error())
	}
	if from := st.Tokens; from != nil {
		t = Tokens{
			AccessToken: from.AccessToken, IDToken: from.IDToken, RefreshToken: from.RefreshToken,
			DeviceKey: from.DeviceKey, ReceivedAt: from.ReceivedAt, SignInDetails: from.SignInDetails,
		}
		st.Proofs = from.export()
	}
	st.Tokens = nil
	if st.empty() {
		return t, nil, nil
	}
	rest, err = encodeState(st)
	return t, rest, err
}

// ImportTokens makes the data of a session's record from tokens of the app client clientID, and
// from the rest that [ExportTokens] returned; both may be zero. It verifies nothing: verify tokens
// that come from a browser first. If ReceivedAt is zero, the times in the tokens are taken as this
// machine's.
//
// Imported tokens prove no factor, unless rest is of the same sign-in of the same person: of the
// sub and the origin_jti of the access token. So rest must be sealed where somebody else keeps it.
//
// An expired imported token is not accepted as proof of identity, because a copy may have leaked:
// even [Session.CurrentUser] renews it first. It is a low-level function that most programs do not
// need.
//
// Errors:
//   - [ErrCorruptRecord]: rest is unreadable
//   - [ErrInvalidConfig]: rest or a token belongs to another app client
//   - [ErrUnexpectedResponse]: a token is not a JWT of Cognito
func ImportTokens(clientID string, t Tokens, rest []byte) (data []byte, err error) {
	defer nameVerb("ImportTokens", &err)
	var st state
	if rest != nil {
		var err error
		if st, err = decodeState(rest); err != nil {
			return nil, fail(ErrCorruptRecord, "what was left is unreadable: "+err.Error())
		}
	}
	if cmp.Or(st.ClientID, clientID) != clientID {
		return nil, fail(ErrInvalidConfig, "what was left belongs to another app client")
	}
	st.ClientID = clientID
	if t.AccessToken != "" {
		imported, err := t.imported(clientID, st.Proofs)
		if err != nil {
			return nil, err
		}
		st.Tokens, st.Expired, st.Refused = imported, false, ""
	}
	st.Proofs = nil
	return encodeState(st)
}

func (t Tokens) imported(clientID string, proved *exportedProofs) (*tokens, error) {
	got := &tokens{
		AccessToken: t.AccessToken, IDToken: t.IDToken, RefreshToken: t.RefreshToken, SignInDetails: t.SignInDetails,
		Imported: true,
	}
	session, err := got.decode()
	if err != nil {
		return nil, err
	}
	access := session.AccessToken
	if access.text("client_id") != clientID {
		return nil, fail(ErrInvalidConfig, "the access token belongs to another app client")
	}
	proved.restore(got, access)
	got.DeviceKey = cmp.Or(access.text("device_key"), t.DeviceKey)
	if t.ReceivedAt.IsZero() {
		t.ReceivedAt = access.IssuedAt
	}
	got.received(t.ReceivedAt, 0, session)
	if end := session.IDToken.ExpiresAt; !end.IsZero() && end.Before(got.ValidUntil) {
		got.ValidUntil = end // neither token proves anything without the other
	}
	return got, nil
}

// DeviceSecret is what a device proves itself to Cognito with, for a Store that shares it with
// programs of another kind. It is a low-level type that most programs do not need.
type DeviceSecret struct {
	unprinted
	Username string // whose device it is: Cognito's name or, when imported, an alias
	Key      string // Cognito's id of the device
	GroupKey string
	Password string
	Since    time.Time // when it was registered; zero means now
}

// ExportDevices takes the devices that are in use out of the data of a device record, ordered by
// user name. The remaining data is rest: pass it to [ImportDevices]. It is nil if nothing remains.
// Data that is not a device record is [ErrCorruptRecord]. It is a low-level function that most
// programs do not need.
func ExportDevices(data []byte) (devices []DeviceSecret, rest []byte, err error) {
	defer nameVerb("ExportDevices", &err)
	record, err := decodeDevices(data)
	if err != nil {
		return nil, nil, fail(ErrCorruptRecord, "the data is unreadable: "+err.Error())
	}
	if len(record.Devices) == 0 && len(record.Aliases) == 0 {
		return nil, nil, nil
	}
	record.Devices = cloned(record.Devices)
	for _, username := range slices.Sorted(maps.Keys(record.Devices)) {
		d := record.Devices[username]
		if d.Reserved || d.Refused {
			continue
		}
		devices = append(devices, DeviceSecret{
			Username: username, Key: d.Key, GroupKey: d.GroupKey, Password: d.Password, Since: d.Since,
		})
		d.GroupKey, d.Password = "", ""
		record.Devices[username] = d
	}
	rest, err = record.encode()
	return devices, rest, err
}

// ImportDevices makes the data of a device record from devices and from the rest that
// [ExportDevices] returned, which may be nil. Devices that were exported and are not among devices
// are dropped, with the names that led to them. A rest that is unreadable is [ErrCorruptRecord].
// It is a low-level function that most programs do not need.
func ImportDevices(devices []DeviceSecret, rest []byte) (data []byte, err error) {
	defer nameVerb("ImportDevices", &err)
	var record deviceRecord
	if rest != nil {
		var err error
		if record, err = decodeDevices(rest); err != nil {
			return nil, fail(ErrCorruptRecord, "what was left is unreadable: "+err.Error())
		}
	}
	record.Devices, record.Aliases = cloned(record.Devices), cloned(record.Aliases)
	for _, d := range devices {
		record.restore(d)
	}
	maps.DeleteFunc(record.Devices, func(_ string, d knownDevice) bool { return d.Password == "" })
	return record.encode()
}

// restore completes the device with that key, or adds it.
func (r *deviceRecord) restore(given DeviceSecret) {
	for username, d := range r.Devices {
		if d.Key != given.Key {
			continue
		}
		if d.Password == "" {
			d.GroupKey, d.Password = given.GroupKey, given.Password
			r.Devices[username] = d
		}
		return
	}
	since := given.Since
	if since.IsZero() {
		since = time.Now()
	}
	r.Devices[given.Username] = knownDevice{
		Key: given.Key, GroupKey: given.GroupKey, Password: given.Password, Since: since,
	}
}

// NoteDeviceRemembered records whether the pool trusts the device with that key, in the Store only:
// it makes no request. It is a low-level method that most programs do not need.
func (s *Session) NoteDeviceRemembered(ctx context.Context, key string, remembered bool) (err error) {
	defer nameVerb("NoteDeviceRemembered", &err)
	return s.changeDevices(ctx, func(r *deviceRecord) { r.note(key, remembered) })
}

// DropDevice removes the device with that key from the record of this session's device scope, in
// the Store only: it makes no request. Dropping an unknown device is no error. It is a low-level
// method that most programs do not need.
func (s *Session) DropDevice(ctx context.Context, key string) (err error) {
	defer nameVerb("DropDevice", &err)
	return s.changeDevices(ctx, func(r *deviceRecord) { r.drop(key) })
}

func (s *Session) changeDevices(ctx context.Context, change func(*deviceRecord)) error {
	if err := s.checkKey(); err != nil {
		return err
	}
	return s.updateDevices(ctx, func(r *deviceRecord) error {
		change(r)
		return nil
	})
}
