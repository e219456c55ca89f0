package auth

import (
	"context"

	"golang.org/x/oauth2"
)

// TokenSource returns the session's access token to clients that know golang.org/x/oauth2, such as
// gRPC with google.golang.org/grpc/credentials/oauth. The context must live as long as the source:
// not that of one request, but that of the program or of the person's visit. It is the one context
// that this package keeps, because x/oauth2 passes none.
//
// Each call of Token asks the Store and renews the tokens first if they are about to expire, with
// the errors of [Session.FetchAuthSession]. So a sign-out counts at once, unless something keeps
// the token until its Expiry, as [oauth2.NewClient] and [oauth2.ReuseTokenSource] do. For HTTP use
// [Transport], which has no such memory and renews a token that the service refuses.
//
// A Token has the type Bearer, its Expiry is by this machine's clock, and Extra("id_token") is the
// ID token, if there is one. It never has the refresh token. A source is safe for concurrent use.
//
// Not in Amplify.
func (s *Session) TokenSource(ctx context.Context) oauth2.TokenSource {
	return tokenSource{ctx: ctx, session: s}
}

type tokenSource struct {
	redacted
	ctx     context.Context //nolint:containedctx // x/oauth2 passes none
	session *Session
}

// Token implements [oauth2.TokenSource].
func (s tokenSource) Token() (token *oauth2.Token, err error) {
	defer nameVerb("TokenSource", &err)
	current, err := s.session.freshTokens(s.ctx, "TokenSource", FetchAuthSessionInput{})
	if err != nil {
		return nil, err
	}
	token = &oauth2.Token{
		AccessToken: current.session.AccessToken.Raw, TokenType: "Bearer", Expiry: current.ValidUntil,
	}
	if id := current.session.IDToken.Raw; id != "" {
		token = token.WithExtra(map[string]any{"id_token": id})
	}
	return token, nil
}
