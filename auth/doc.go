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
// To sign in, call [Session.SignIn], then [Session.ConfirmSignIn] until the step is
// [DoneSignInStep]. The [AuthFlowType] chooses how a sign-in begins: with the password, a code, a
// passkey, or challenges of the pool's own. To create a user, call [Session.SignUp] and
// [Session.ConfirmSignUp]; [Session.ResendSignUpCode] sends another code, and [Session.AutoSignIn]
// signs the new user in. [Session.SignInWithRedirect] sends a browser to Cognito's own pages
// instead, where people of other identity providers sign in too, and
// [Session.CompleteSignInWithRedirect] takes what it brings back.
//
// Of a session, [Session.FetchAuthSession] returns the tokens, [Session.CurrentUser] the user and
// [Session.Status] the state; [Session.SignOut] ends it. Before something that matters,
// [Session.Reauthenticate] has the person prove again who they are, and [AuthSession].Factors say
// what was proved and when; [Session.MoveTo] gives the session another key. [Transport] sends the
// tokens to a service, and [Session.TokenSource] hands them to clients that know
// golang.org/x/oauth2. For a forgotten password, call
// [Session.ResetPassword] and [Session.ConfirmResetPassword].
//
// For the signed-in user's account there are [Session.UpdatePassword],
// [Session.FetchUserAttributes], [Session.UpdateUserAttributes], [Session.DeleteUserAttributes] and
// [Session.DeleteUser], and for a code that verifies an address
// [Session.SendUserAttributeVerificationCode] and [Session.ConfirmUserAttribute].
//
// Second factors are in package mfa, passkeys in package passkey, devices in package device. A web
// back end tells the browsers apart with [Session.OnDevice]. What only an administrator may do is
// in package admin. [Session.Call] makes any other request to Cognito. Package authtest is a user
// pool for tests.
//
// # Errors
//
// Every failure of a verb is an [*Error] with a Code: use errors.Is(err, [auth.ErrCodeMismatch]).
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
// nothing and returns [ErrStepInProgress]. A newer SignIn, or a SignOut, wins over an unfinished
// sign-in. A Client runs one refresh of a session at a time, and so do all processes that
// share the Store: while a refresh runs, the session's record says so. If a process dies meanwhile,
// the others go on after 15 seconds, or at once if the Store is a [Leaser].
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
