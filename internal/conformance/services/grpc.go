package services

import (
	"context"
	"errors"
	"net/http"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// GRPC returns a gRPC server whose calls, unary ones and streams, need a token in the metadata
// "authorization".
func GRPC(verifier *jwt.Verifier) *grpc.Server {
	unary := func(ctx context.Context, in any, _ *grpc.UnaryServerInfo, call grpc.UnaryHandler) (any, error) {
		ctx, err := admit(ctx, verifier)
		if err != nil {
			return nil, err
		}
		return call(ctx, in)
	}
	stream := func(service any, s grpc.ServerStream, _ *grpc.StreamServerInfo, call grpc.StreamHandler) error {
		ctx, err := admit(s.Context(), verifier)
		if err != nil {
			return err
		}
		return call(service, admitted{s, ctx})
	}
	return grpc.NewServer(grpc.UnaryInterceptor(unary), grpc.StreamInterceptor(stream))
}

// admit returns a context with the claims of the caller, or a status of gRPC.
func admit(ctx context.Context, verifier *jwt.Verifier) (context.Context, error) {
	claims, err := verifier.Authorize(ctx, readers, metadata.ValueFromIncomingContext(ctx, "authorization")...)
	if err == nil {
		return jwt.NewContext(ctx, claims), nil
	}
	var failure *jwt.Error
	errors.As(err, &failure)
	code := map[int]codes.Code{
		http.StatusForbidden: codes.PermissionDenied, http.StatusServiceUnavailable: codes.Unavailable,
		http.StatusUnauthorized: codes.Unauthenticated,
	}[failure.Reason.Status()]
	return nil, status.Error(code, code.String())
}

// admitted is a stream with the claims in its context.
type admitted struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // a stream of gRPC has its context in it
}

// Context implements grpc.ServerStream.
func (s admitted) Context() context.Context { return s.ctx }
