// Package auth signs people in to Amazon Cognito user pools, as Amplify Auth does in JavaScript:
// the same verbs, the same step names, the same error names.
//
// A [Client] is one app client of one user pool, shared by everybody. A [Session] is one person's:
// signed out, half-way through a sign-in, or signed in; its state is one record in the [Store].
//
//	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"})
//	session := client.Session("alice")
//	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice@example.com", Password: password})
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
// To sign somebody in, call [Session.SignIn], then [Session.ConfirmSignIn] until the step is
// [DoneSignInStep]. How a sign-in begins (the password, a code, a passkey, challenges that the pool
// makes up) is the [AuthFlowType]. To create a user, [Session.SignUp], [Session.ConfirmSignUp],
// [Session.ResendSignUpCode], and to go straight on from there, [Session.AutoSignIn]. For tokens,
// [Session.FetchAuthSession]; for who it is, [Session.CurrentUser]; to end it, [Session.SignOut];
// for where a session stands, [Session.Status]. For a forgotten password, [Session.ResetPassword]
// and [Session.ConfirmResetPassword]. For the account of whoever is signed in,
// [Session.UpdatePassword], [Session.FetchUserAttributes], [Session.UpdateUserAttributes],
// [Session.DeleteUserAttributes] and [Session.DeleteUser]; for a code that verifies an address,
// [Session.SendUserAttributeVerificationCode] and [Session.ConfirmUserAttribute]. Second factors
// are in package mfa, passkeys in package passkey, devices in package device; a web back end says
// with [Session.OnDevice] which browser it is. What only an administrator may do is in package
// admin. For any other operation of Cognito, [Session.Call]. To test without AWS, package authtest.
//
// # Errors
//
// Every failure of a verb is an [*Error] with a Code; errors.Is(err, [auth.ErrCodeMismatch]) asks
// for one. Passwords, codes, tokens and challenge sessions never appear in errors, in logs, or in a
// value of this package printed with package fmt (one that sits in an unexported field of another
// struct is out of its reach).
//
// # What is sent again, and what is not
//
// A request that spends something, such as a code, is sent once. If its answer is lost the error is
// [ErrOutcomeUnknown]. Requests that are safe to repeat are tried up to three times. A lost answer
// to the proof of a password is the exception: SignIn starts over once, nobody has to type
// anything.
//
// # Concurrency
//
// Clients and Sessions may be used from many goroutines, and one session from many processes that
// share a Store. When two of them answer the same step, one does it, and the other gets
// [ErrStepInProgress] without having sent anything. A newer SignIn, or a SignOut, wins over an
// older sign-in that is half done. A Client refreshes a session's tokens once at a time, and so do
// all processes together if the Store is a [Leaser].
//
// # Storage
//
// Without a Store in the [Config], sessions end with the process. Package filestore keeps them in
// encrypted files, keyringstore their key in the system's keyring; redisstore serves many machines,
// cookiestore shares a browser's cookies with Amplify JS; package storetest tests a Store of your
// own.
//
// A verb asks the Store every time, so that a sign-out in another process counts at once, and takes
// a record apart only if it has changed since. For that a Client keeps in memory the access and ID
// tokens of up to 4096 sessions, those used last, together with a hash of the record; no refresh
// token. They go when the record is found changed or gone, when the session ends in this Client,
// and when others take their place. Those that nobody asks for any more may stay longer than they
// are good; memory is not wiped.
//
// # Compatibility
//
// Before v1 anything may change, and CHANGELOG.md says what. Steps and error codes may be added at
// any time.
package auth
