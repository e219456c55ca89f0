// Package auth signs people in to Amazon Cognito user pools, as Amplify Auth does in JavaScript:
// the same verbs, the same step names, the same error names.
//
// A [Client] serves one app client of one user pool, for any number of people. A [Session] belongs
// to one person: signed out, in the middle of a sign-in, or signed in. Its state is one record in
// the [Store].
//
//	client, err := auth.NewClient(auth.Config{
//		UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789",
//	})
//	session := client.Session("alice")
//	out, err := session.SignIn(ctx, auth.SignInInput{
//		Username: "alice@example.com", Password: password,
//	})
//	switch step := out.NextStep.(type) {
//	case auth.ConfirmSignInWithTOTPCode:
//		// ask for the code, then session.ConfirmSignIn
//	case auth.ContinueSignInWithTOTPSetup:
//		// show step.TOTPSetupDetails.SetupURI as a QR code, see package mfa
//	case auth.DoneSignInStep:
//		// signed in
//	}
//
// # Which call for which need
//
// To sign somebody in:
//   - [Session.SignIn], then [Session.ConfirmSignIn] until the step is [DoneSignInStep]. The
//     [AuthFlowType] chooses how a sign-in begins: with the password, a code, a passkey, or
//     challenges of the pool's own.
//   - [Session.SignInWithRedirect] for Cognito's own pages, where users of other identity providers
//     sign in too, and [Session.CompleteSignInWithRedirect] for the callback.
//   - [Session.SignUp] and [Session.ConfirmSignUp] to create the user, [Session.ResendSignUpCode]
//     for another code, and [Session.AutoSignIn] to sign the new user in.
//   - [Session.ResetPassword] and [Session.ConfirmResetPassword] if the password is forgotten.
//
// For a session:
//   - [Session.FetchAuthSession] returns the tokens, [Session.CurrentUser] the user and
//     [Session.Status] the state. [Session.SignOut] ends it.
//   - [Transport] sends the access token to a service, and [Session.TokenSource] is for clients
//     that know golang.org/x/oauth2.
//   - [Session.Reauthenticate] has the person prove again who they are. [AuthSession].Factors are
//     what was proved, and when.
//   - [Session.MoveTo] changes the session's key, and [Session.OnDevice] says which browser it is
//     in: both are for web back ends.
//
// For the account of the signed-in user:
//   - [Session.UpdatePassword] and [Session.DeleteUser].
//   - [Session.FetchUserAttributes], [Session.UpdateUserAttributes] and
//     [Session.DeleteUserAttributes].
//   - [Session.SendUserAttributeVerificationCode] and [Session.ConfirmUserAttribute] verify an
//     address.
//   - Package mfa for second factors, package passkey for passkeys, package device for devices.
//
// Package admin has what only an administrator may do. Package authtest is a user pool for tests.
//
// Packages that build on this one use [Session.Call] for other requests to Cognito, [Session.Slot]
// to keep something beside the tokens, and the functions and types that call themselves low-level.
//
// # Errors
//
// Every failure of a verb is an [*Error] with a Code: use errors.Is(err, [auth.ErrCodeMismatch]).
// The doc comment of a verb lists the codes that callers handle most. Besides these, a verb may
// return the error of its context, any code of Cognito, [ErrStore], and those of a failed request:
// [ErrNetwork], [ErrOutcomeUnknown], [ErrTooManyRequests], [ErrCertificate] and the like.
// [Retryable] says whether the call may be made again.
//
// Passwords, codes, tokens and challenge sessions never appear in errors, in logs, or in a value of
// this package printed with package fmt. Package fmt does print values held in an unexported field
// of another struct.
//
// # Retries
//
// A request that uses something up, such as a code, is sent once. If its answer is lost, the error
// is [ErrOutcomeUnknown]. If no connection was made, so that nothing was sent, it is tried again,
// and the error is [ErrNetwork]. Requests that are safe to repeat are tried up to three times. A
// fault of the configuration ([ErrCertificate], [ErrProxyAuthentication]) is not tried again. If
// the answer to the proof of a password is lost, SignIn starts over once, without asking anyone.
//
// # Concurrency
//
// Clients and Sessions are safe for concurrent use, and several processes that share a Store may
// use one session. If two calls answer the same step, one of them sends the answer; the other sends
// nothing and returns [ErrStepInProgress]. A newer SignIn, or a SignOut, ends an unfinished
// sign-in.
//
// A Client runs one refresh of a session at a time, and so do all processes that share the Store:
// while a refresh runs, the session's record says so. If a process dies during a refresh, the
// others continue after 15 seconds, or at once if the Store is a [Leaser].
//
// # Storage
//
// Without a Store in the [Config], sessions end with the process. Package filestore keeps them in
// encrypted files, and keyringstore keeps the files' key in the system's keyring. Package
// redisstore serves many machines; cookiestore shares a browser's cookies with Amplify JS. Package
// storetest tests a Store of your own.
//
// Every verb loads the record from the Store, so that a sign-out in another process takes effect at
// once, and decodes it only if it has changed. A Client therefore keeps in memory the access and ID
// tokens of the sessions used last, up to Config.SessionCacheSize, with a hash or the version of
// each record, but no refresh token. An entry is dropped when the session is signed out in this
// Client, when others take its place and, if the Store is a [Revalidator], when its record is found
// changed or gone. Entries that are not asked for may outlive their tokens; memory is not wiped.
//
// # Compatibility
//
// Before v1 anything may change; CHANGELOG.md lists the changes. Steps and error codes may be added
// at any time.
package auth
