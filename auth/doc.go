// Package auth signs people in to Amazon Cognito user pools, as Amplify Auth does in JavaScript: the same verbs, the same
// step names, the same error names.
//
// A [Client] is one app client of one user pool, shared by everybody. A [Session] is one person's: signed out, half-way
// through a sign-in, or signed in; its state is one record in the [Store].
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
// To sign somebody in, call [Session.SignIn], then [Session.ConfirmSignIn] until the step is [DoneSignInStep]. To create a
// user, [Session.SignUp], [Session.ConfirmSignUp], [Session.ResendSignUpCode]. For tokens, [Session.FetchAuthSession]; for
// who it is, [Session.CurrentUser]; to end it, [Session.SignOut]. Second factors are in package mfa. For any other
// operation of Cognito, [Session.Call]. To test without AWS, package authtest.
//
// # Errors
//
// Every failure is an [*Error] with a Code; errors.Is(err, auth.ErrCodeMismatch) asks for one. Passwords, codes, tokens and
// challenge sessions never appear in errors, in logs, or in a value of this package printed with package fmt.
//
// # What is sent again, and what is not
//
// A request that spends something, such as a code, is sent once. If its answer is lost the error is [ErrOutcomeUnknown].
// Requests that are safe to repeat are tried up to three times.
//
// # Concurrency
//
// Clients and Sessions may be used from many goroutines, and one session from many processes that share a Store. When two
// of them answer the same step, one succeeds. A newer SignIn, or a SignOut, wins over an older sign-in that is half done.
package auth
