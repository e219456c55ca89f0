// Package jwt verifies Cognito's tokens in Go services.
//
// A service makes one Verifier, for the pools and the app clients that it trusts, and puts it in
// front of its handlers:
//
//	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{
//		{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientIDs: []string{"1example23456789"}},
//	}})
//	…
//	http.Handle("/orders", verifier.Middleware(orders))
//
// In a handler, FromContext gives the claims. Without HTTP, VerifyAccessToken and VerifyIDToken do
// the same work. A Requirement asks for scopes or groups.
//
// # What is checked
//
// In this order, and always all of it; there is no way to leave a check out by not configuring it:
//
//   - the shape: at most 16 KiB, three parts, before anything is decoded; readable JSON without
//     duplicate names;
//   - iss: one of the Config's pools;
//   - the signature: RS256, whatever the header says, by a key that this pool publishes under the
//     header's kid. Keys and addresses of keys inside the token are not looked at;
//   - token_use: an access token for VerifyAccessToken, an ID token for VerifyIDToken;
//   - client_id of an access token, which has no aud, or aud of an ID token: one of that pool's
//     ClientIDs;
//   - exp, iat and nbf against this machine's clock, give or take Config.Leeway.
//
// A token that was verified is remembered by its SHA-256, until it expires or its key is withdrawn.
// Seeing it again skips the signature and nothing else.
//
// # What a good token does not say
//
// That the sign-in still stands. Signing out, revoking tokens, disabling or deleting the user: none
// of it reaches a token that is already out, which goes on verifying until it expires. Where that
// matters, keep the app client's access tokens short-lived (Cognito allows 5 minutes), and ask
// Cognito with GetUser before what must not go wrong: it refuses a revoked token.
//
// # Keys
//
// The keys are read when a token needs one that is not at hand, and again after an hour, in the
// background. Those who need them at the same time share one request, each waiting no longer than
// its own context allows. A pool's endpoint is asked at most once in 10 seconds, so made-up key ids
// cause no flood. While it is down, the keys already there go on working, and tokens of other keys
// give [ErrKeysUnavailable]. A key that the pool withdraws is trusted until the keys are read
// again: for up to an hour in a busy service, and for the first tokens after a longer pause.
//
// # With an in-process pool
//
// The pool of auth/authtest signs with real keys. Its tokens have the issuer of AWS; only its
// address differs:
//
//	jwt.TrustedPool{
//		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
//		JWKSURL:    pool.URL + pool.UserPoolID + "/.well-known/jwks.json",
//	}
//
// A Verifier goes by the machine's clock: tokens that the pool makes after Pool.Advance are of the
// future, and refused.
package jwt
