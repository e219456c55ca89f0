// Package mfa manages the second factors of the person who is signed in.
//
// [SetUpTOTP] and [VerifyTOTPSetup] add an authenticator app to the account; [UpdateMFAPreference]
// turns factors on and off and says which one to prefer; [FetchMFAPreference] reads that back. All
// of them work on an auth.Session, and on nothing that package auth does not export: another
// package can do the same with auth.Session.Call.
//
// [QRCodePNG], [QRCodeSVG] and [QRCodeText] draw the URI which an authenticator app scans: as an
// image file, as markup for a web page, and as text for a terminal. The URI holds the TOTP secret,
// so a drawn code is as secret as a password: show it once, to its owner, and neither store nor
// cache it.
package mfa
