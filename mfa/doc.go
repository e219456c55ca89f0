// Package mfa manages the second factors of the user who is signed in.
//
// [SetUpTOTP] and [VerifyTOTPSetup] add an authenticator app to the account;
// [UpdateMFAPreference] enables and disables factors and sets the preferred one;
// [FetchMFAPreference] returns them. All of them work on an [auth.Session] and use only what
// package auth exports: another package can do the same with [auth.Session.Call]. Their errors are
// [auth.Error] values; all of them may return [auth.ErrUserUnAuthenticated] if nobody is signed in.
//
// [QRCodePNG], [QRCodeSVG] and [QRCodeText] draw the URI that an authenticator app scans: as an
// image file, as markup for a web page, and as text for a terminal. The URI contains the TOTP
// secret, so its QR code is as secret as a password: show it once, to its owner, and neither store
// nor cache it.
package mfa
