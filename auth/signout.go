package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// SignOutInput is the input of SignOut. The zero value signs this session out.
type SignOutInput struct {
	// Global signs the person out everywhere: Cognito revokes all their refresh tokens. An access
	// token that has expired is renewed for that.
	Global bool
}

// SignOut forgets this session's tokens and any sign-in under way, and has Cognito revoke the
// refresh token, unless the app client has revocation switched off. Forgetting does not depend on
// the rest: an error that is [ErrSignOutIncomplete] says that the session is gone here but Cognito
// could not be told, and wraps the reason. Tokens that somebody copied stay acceptable to whoever
// verifies them offline until they expire. Signing out twice is fine. Device records stay.
//
// Differs from Amplify: what fails at Cognito is an error and not hidden, and a global sign-out
// works after an idle hour. Cognito: RevokeToken, GlobalSignOut. Amplify: signOut.
func (s *Session) SignOut(ctx context.Context, in SignOutInput) (err error) {
	defer nameVerb("SignOut", &err)
	if in.Global {
		// If this fails, the access token that is there may do; if not, revoking says so.
		_, _ = s.freshTokens(ctx, "SignOut", FetchAuthSessionInput{})
	}
	removed, err := s.removeTokens(ctx)
	if err != nil {
		return err
	}
	s.client.tell(ctx, Event{Name: EventSignedOut, SessionKey: s.key})
	if removed == nil {
		return nil
	}
	if err := s.revoke(ctx, removed, in); err != nil {
		return &Error{
			Code: ErrSignOutIncomplete, Message: "signed out here, but Cognito was not told", Err: apiError(ctx, err),
			Recovery: "The tokens end by themselves. " +
				"To end them now, have an administrator sign the user out globally.",
		}
	}
	return nil
}

// removeTokens empties the session and returns the tokens that were in it, which nobody else can revoke
// any more. What cannot be read is removed all the same, and so is what cannot be saved: a Store
// that is full still deletes.
func (s *Session) removeTokens(ctx context.Context) (removed *tokens, err error) {
	if err := s.checkKey(); err != nil {
		return nil, err
	}
	defer s.client.cache.forget(s.key)
	known := false
	err = s.update(ctx, func(st *state) error {
		removed, known = st.Tokens, true
		*st = state{}
		return nil
	})
	if err != nil && !known && !errors.Is(err, ErrCorruptRecord) && !errors.Is(err, ErrInvalidConfig) {
		return nil, err
	}
	if deleteErr := s.client.store.Delete(ctx, s.key); err != nil && deleteErr != nil {
		return nil, deleteErr
	}
	return removed, nil // an empty record that stayed says the same as none
}

func (s *Session) revoke(ctx context.Context, t *tokens, in SignOutInput) error {
	if in.Global {
		request := &cognitoidentityprovider.GlobalSignOutInput{AccessToken: &t.AccessToken}
		_, err := s.client.cognito.GlobalSignOut(ctx, request)
		if err == nil {
			return nil
		}
		return errors.Join(err, s.revoke(ctx, t, SignOutInput{})) // at least this one
	}
	if t.RefreshToken == "" || !t.revocable() {
		return nil
	}
	_, err := s.client.cognito.RevokeToken(ctx, &cognitoidentityprovider.RevokeTokenInput{
		ClientId: &s.client.clientID, ClientSecret: s.client.secret(), Token: &t.RefreshToken,
	})
	return err
}

// revocable reports whether the app client has token revocation switched on, which puts origin_jti
// into its tokens.
func (t *tokens) revocable() bool {
	access, err := decodeToken(t.AccessToken)
	return err == nil && access.text("origin_jti") != ""
}
