// Package loopback signs people in to a command-line tool with the browser of the computer that the
// tool runs on (RFC 8252).
//
//	var callbacks = []string{
//		"http://127.0.0.1:47231/callback", "http://127.0.0.1:47232/callback", "http://127.0.0.1:47233/callback",
//	}
//
//	client, err := auth.NewClient(auth.Config{…, Domain: domain, RedirectSignIn: callbacks})
//	…
//	_, err = loopback.SignIn(ctx, client.Session("default"), auth.SignInWithRedirectInput{}, loopback.Options{
//		RedirectURIs: callbacks,
//	})
//
// [SignIn] listens on the first redirect URI whose port is free, starts the browser with managed
// login's page, and completes the sign-in when the browser comes back. [SignOut] signs the browser
// out too.
//
// # Redirect URIs
//
// Cognito compares redirect URIs letter for letter: each host and each port is another one, and
// must be registered with the app client. Register a few ports, in case other programs use some of
// them, and prefer 127.0.0.1 to localhost (RFC 8252, section 8.3), which browsers may resolve to
// ::1. For localhost the package listens on both addresses.
//
// # Without a browser
//
// On a computer without a browser, such as one that is reached over ssh, [Options].NoBrowser shows
// the address of managed login's page. The person opens it on any computer; the browser there ends
// at a page that it cannot find, whose address the person pastes into the tool.
//
// # Who else is on the computer
//
// The listener answers only GET requests for the path of the redirect URI under its host, which
// keeps pages of other sites out (DNS rebinding), and only one of them with the state of this
// sign-in is accepted. Another one does not end the waiting. What came with the request is not
// shown, and the browser is sent on to another page, so that the code is not in its history.
//
// A code is worth nothing to other programs: PKCE (RFC 7636) binds it to the session. But other
// users of the computer may see the arguments with which the browser is started, and with them the
// state: they can end the sign-in, or sign in with an account of their own in the person's place.
// Tell the person who is signed in.
package loopback
