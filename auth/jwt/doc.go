// Package jwt verifies Cognito's access and ID tokens in Go services.
//
// A service makes one [Verifier], for the pools and the app clients that it trusts, and wraps its
// handlers with it:
//
//	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{
//		{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientIDs: []string{"1example23456789"}},
//	}})
//	…
//	http.Handle("/orders", verifier.Middleware(orders))
//
// A handler gets the claims from [FromContext], and a [Requirement] demands scopes or groups.
// [Verifier.Protect] is the same middleware with a [Guard]: checks and answers of the service's
// own, and a hook that is told why a request was refused. gRPC servers and Lambda authorizers use
// [Verifier.Authorize] and [NewContext]; internal/conformance/services has an example of each.
//
// A client verifies its own ID token with [Verifier.VerifyIDToken], and what it has after the
// redirect of a managed login with [Verifier.VerifyLogin].
//
// # What is checked
//
// All of this is always checked, in this order; no configuration leaves a check out:
//
//   - the form: at most 16 KiB and three parts, before anything is decoded; valid JSON without
//     duplicate names;
//   - iss: one of the two issuers of a pool of the Config, or one of its Issuers;
//   - the signature: RS256, whatever the header says, by a key that this issuer publishes under the
//     header's kid. Keys and addresses of keys in the token are ignored;
//   - token_use: an access token for VerifyAccessToken, an ID token for VerifyIDToken;
//   - client_id of an access token, which has no aud, or aud of an ID token: one of that pool's
//     ClientIDs;
//   - exp, iat and nbf against this machine's clock, within Config.Leeway.
//
// A verified token is cached by its SHA-256 until it expires or its key is withdrawn. Verifying it
// again skips the signature and nothing else.
//
// # What a valid token does not prove
//
// A valid token does not prove that the sign-in is still active. Signing out, revoking tokens, and
// disabling or deleting the user do not reach a token that was already issued: it remains valid
// until it expires. Where that matters, keep the lifetime of the app client's access tokens short
// (Cognito allows 5 minutes), or ask Cognito with a [SessionCheck] before critical actions: the
// method SessionActive of package auth's Client is one.
//
// # Keys
//
// The keys are fetched when a token needs one that is not known, and again after an hour, in the
// background. [Verifier.Warm] fetches them at the start; TrustedPool.JWKS holds keys for starts
// without a network. Concurrent callers share one request; each waits no longer than its own
// context allows. An issuer's endpoint is called at most once in 10 seconds, so that made-up key
// ids cannot flood it. Until it can be called again, tokens of keys that are not known fail with
// [ErrKeysUnavailable], since the key may be new. While the endpoint is down, they fail so as well,
// and known keys remain in use. A key that the pool withdraws is trusted until the keys are fetched
// again: for up to an hour in a busy service, and for the first tokens after a longer pause.
//
// # With an in-process pool
//
// The pool of auth/authtest signs with real keys. Its tokens have the issuer of AWS; only the
// address of the keys differs:
//
//	jwt.TrustedPool{
//		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
//		JWKSURL:    pool.URL + pool.UserPoolID + "/.well-known/jwks.json",
//	}
//
// A Verifier uses the machine's clock: it refuses tokens that the pool issues after Pool.Advance,
// which are not valid yet.
package jwt
