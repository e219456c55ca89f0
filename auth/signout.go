package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// SignOutInput is the input of [Session.SignOut]. The zero value signs this session out.
type SignOutInput struct {
	// Global signs the user out everywhere: Cognito revokes all of the user's refresh tokens. This
	// needs a valid access token, so an expired one is renewed first.
	Global bool
	// RedirectURI is where managed login sends the browser afterwards: one of
	// Config.RedirectSignOut, letter for letter. Default: the first of them. It matters only for a
	// session of managed login. Amplify: oauth.redirectUrl.
	RedirectURI string
}

// SignOutOutput is the output of [Session.SignOut]: what was done here and at Cognito.
type SignOutOutput struct {
	// WasSignedIn says that somebody was signed in, whose tokens are removed now.
	WasSignedIn bool
	// Revoked says that Cognito revoked the refresh token or, with Global, all of the user's.
	Revoked bool
	// URL is the page to send the browser to, for a session of managed login: /logout, which ends
	// the session that the browser has there. Otherwise that one lives up to an hour after its
	// sign-in, and the next SignInWithRedirect in the same browser asks for nothing. It is empty
	// for every other session, and if Config.RedirectSignOut is.
	URL string
}

// SignOut removes this session's tokens and any sign-in under way, and has Cognito revoke the
// refresh token, unless the app client has revocation disabled. Signing out twice is not an error.
// The device stays registered.
//
// The session is removed even if Cognito cannot be told; SignOut then returns
// [ErrSignOutIncomplete], which wraps the reason. Copies of tokens stay valid for services that
// verify them offline, until they expire. A record that cannot be read is removed too. That of
// another app client is not: the error is [ErrInvalidConfig]. If the Store fails it is [ErrStore],
// and if RedirectURI is not in Config.RedirectSignOut [ErrInvalidPreferredRedirectURL]: then the
// session stays.
//
// Differs from Amplify: a failure at Cognito is returned, not hidden, and a global sign-out works
// with an expired access token.
//
// Cognito: RevokeToken, GlobalSignOut. Amplify: signOut.
func (s *Session) SignOut(ctx context.Context, in SignOutInput) (out SignOutOutput, err error) {
	defer nameVerb("SignOut", &err)
	page, err := s.client.login.signOutPage(in.RedirectURI)
	if err != nil {
		return SignOutOutput{}, err
	}
	if in.Global {
		// If this fails, the stored access token may still be valid. If it is not, revoke fails.
		_, _ = s.freshTokens(ctx, "SignOut", FetchAuthSessionInput{})
	}
	removed, err := s.removeTokens(ctx, anyState)
	if err != nil {
		return SignOutOutput{}, err
	}
	s.client.tell(ctx, Event{Name: EventSignedOut, SessionKey: s.key})
	if removed == nil {
		return SignOutOutput{}, nil
	}
	out.WasSignedIn = true
	if removed.ManagedLogin {
		out.URL = page
	}
	out.Revoked, err = s.revokeRemoved(ctx, removed, in)
	if err != nil {
		incomplete := fail(ErrSignOutIncomplete, "signed out here, but Cognito was not told")
		incomplete.Err = apiError(ctx, err)
		return out, incomplete
	}
	return out, nil
}

// anyState is the choice of a removal that takes whatever is in the session.
func anyState(state) bool { return true }

// removeTokens deletes the session's record if it is the one chosen, and returns its tokens, for
// the caller to revoke. Only what was loaded is deleted: a sign-in that was stored meanwhile is
// loaded in its turn. A record that cannot be read is deleted too.
func (s *Session) removeTokens(ctx context.Context, chosen func(state) bool) (removed *tokens, err error) {
	defer s.client.cache.forget(s.key)
	err = s.retryRecord(ctx, func() error {
		at, err := s.find(ctx)
		if err == nil && (at.record.Version == "" || at.dead) {
			return nil
		}
		if err == nil {
			removed = at.state.Tokens
			if !chosen(at.state) {
				removed = nil
				return nil
			}
		}
		if err != nil && !errors.Is(err, ErrCorruptRecord) {
			return err
		}
		defer s.client.cache.forget(s.client.cacheKey(at.key, s.client.mark(at.record)))
		return s.client.remove(ctx, at.key, at.record)
	})
	return removed, err
}

// revoke has Cognito revoke the refresh token, or all of the user's, and reports whether it did.
func (s *Session) revoke(ctx context.Context, t *tokens, in SignOutInput) (bool, error) {
	if in.Global {
		request := &cognitoidentityprovider.GlobalSignOutInput{AccessToken: &t.AccessToken}
		_, err := s.client.cognito.GlobalSignOut(ctx, request)
		if err == nil {
			return true, nil
		}
		revoked, thisErr := s.revoke(ctx, t, SignOutInput{}) // at least this session's token
		return revoked, errors.Join(err, thisErr)
	}
	if t.RefreshToken == "" || !t.revocable() {
		return false, nil
	}
	_, err := s.client.cognito.RevokeToken(ctx, &cognitoidentityprovider.RevokeTokenInput{
		ClientId: &s.client.clientID, ClientSecret: s.client.secret(), Token: &t.RefreshToken,
	})
	return err == nil, err
}

// revocable reports whether the app client has token revocation enabled, which puts origin_jti into
// its tokens.
func (t *tokens) revocable() bool {
	access, err := decodeToken(t.AccessToken)
	return err == nil && access.text("origin_jti") != ""
}
