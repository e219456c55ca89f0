// Package passkey manages the passkeys (WebAuthn credentials) of the person who is signed in.
//
// A passkey is made in the browser, so Amplify's associateWebAuthnCredential is two calls here,
// with the browser between them: [StartAssociateWebAuthnCredential] gives the options for the page,
// [CompleteAssociateWebAuthnCredential] takes what the page came back with.
//
//	const options = PublicKeyCredential.parseCreationOptionsFromJSON(await start());
//	const credential = await navigator.credentials.create({ publicKey: options });
//	await complete(JSON.stringify(credential.toJSON()));
//
// The page must be one of the pool's relying party: of its domain or of one below, over HTTPS.
// [ListWebAuthnCredentials] and [WebAuthnCredentials] list the person's passkeys,
// [DeleteWebAuthnCredential] removes one. To sign in with a passkey, answer the step
// auth.ConfirmSignInWithWebAuthn.
//
// All of it works on an auth.Session and on nothing that package auth does not export. Errors are
// *auth.Error. Beside those that each function names, Cognito gives [auth.ErrWebAuthnNotEnabled]
// where the pool does not take passkeys, and every function [auth.ErrUserUnAuthenticated] without a
// person signed in.
package passkey
