// Package passkey manages the passkeys (WebAuthn credentials) of the user who is signed in.
//
// A passkey is created in the browser, so Amplify's associateWebAuthnCredential is two calls here:
// [StartAssociateWebAuthnCredential] returns the options for the page, and
// [CompleteAssociateWebAuthnCredential] takes the credential that the page created:
//
//	const options = PublicKeyCredential.parseCreationOptionsFromJSON(await start());
//	const credential = await navigator.credentials.create({ publicKey: options });
//	await complete(JSON.stringify(credential.toJSON()));
//
// The page must belong to the pool's relying party: to its domain or a subdomain, over HTTPS.
// [ListWebAuthnCredentials] and [WebAuthnCredentials] list the user's passkeys, and
// [DeleteWebAuthnCredential] deletes one. To sign in with a passkey, answer the step
// [auth.ConfirmSignInWithWebAuthn].
//
// All functions work on an [auth.Session] and use only what package auth exports. Their errors are
// [auth.Error] values. Besides those that each function lists, all of them may return:
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//   - [auth.ErrWebAuthnNotEnabled]: the pool does not accept passkeys
package passkey
