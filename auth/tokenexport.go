package auth

import (
	"cmp"
	"time"
)

// Tokens are what a finished sign-in leaves, for a Store that shares them with programs of another kind. Others need no more
// than FetchAuthSession.
type Tokens struct {
	unprinted
	AccessToken  string // empty when nobody is signed in; then all is empty
	IDToken      string // may be empty
	RefreshToken string // may be empty
	DeviceKey    string // the device that they belong to; empty if the pool tracks none
	// ReceivedAt is when the tokens came, by this machine's clock. Zero when that is not known.
	ReceivedAt time.Time
	SignInDetails
}

// ExportTokens takes the tokens out of the data of a session's record. What is left, such as a sign-in that is half done,
// is rest: data for ImportTokens, and nil if there is nothing. Data that is no session's record is ErrCorruptRecord.
func ExportTokens(data []byte) (t Tokens, rest []byte, err error) {
	st, err := decodeState(data)
	if err != nil {
		return Tokens{}, nil, fail("ExportTokens", ErrCorruptRecord, "the data is unreadable: "+err.Error())
	}
	if from := st.Tokens; from != nil {
		t = Tokens{
			AccessToken: from.AccessToken, IDToken: from.IDToken, RefreshToken: from.RefreshToken, DeviceKey: from.DeviceKey,
			ReceivedAt: from.ReceivedAt, SignInDetails: from.SignInDetails,
		}
	}
	st.Tokens = nil
	if st == (state{ClientID: st.ClientID}) {
		return t, nil, nil
	}
	rest, err = encodeState(st)
	return t, rest, err
}

// ImportTokens makes the data of a session's record from tokens of the app client clientID, which may be zero, and from what
// ExportTokens left, which may be nil. It verifies nothing: tokens that come from a browser must have been verified
// before. Once one of them has expired, it is nobody's proof any more, since anybody may have kept it: CurrentUser, too, renews
// them first. With ReceivedAt zero, their times are taken to be by this machine's clock. Errors: ErrCorruptRecord for rest that
// is unreadable, ErrInvalidConfig for anything of another app client, ErrUnexpectedResponse for what is no token.
func ImportTokens(clientID string, t Tokens, rest []byte) ([]byte, error) {
	var st state
	if rest != nil {
		var err error
		if st, err = decodeState(rest); err != nil {
			return nil, fail("ImportTokens", ErrCorruptRecord, "what was left is unreadable: "+err.Error())
		}
	}
	if cmp.Or(st.ClientID, clientID) != clientID {
		return nil, fail("ImportTokens", ErrInvalidConfig, "what was left belongs to another app client")
	}
	st.ClientID = clientID
	if t.AccessToken != "" {
		imported, err := t.imported(clientID)
		if err != nil {
			return nil, err
		}
		st.Tokens, st.Expired, st.Refused = imported, false, ""
	}
	return encodeState(st)
}

func (t Tokens) imported(clientID string) (*tokens, error) {
	got := &tokens{
		AccessToken: t.AccessToken, IDToken: t.IDToken, RefreshToken: t.RefreshToken, SignInDetails: t.SignInDetails,
		Imported: true,
	}
	session, err := got.decode("ImportTokens")
	if err != nil {
		return nil, err
	}
	access := session.AccessToken
	if access.text("client_id") != clientID {
		return nil, fail("ImportTokens", ErrInvalidConfig, "the access token belongs to another app client")
	}
	got.DeviceKey = cmp.Or(access.text("device_key"), t.DeviceKey)
	if t.ReceivedAt.IsZero() {
		t.ReceivedAt = access.IssuedAt
	}
	got.received(t.ReceivedAt, 0, session)
	if end := session.IDToken.ExpiresAt; !end.IsZero() && end.Before(got.ValidUntil) {
		got.ValidUntil = end // whoever is asked to believe the one believes the other
	}
	return got, nil
}
