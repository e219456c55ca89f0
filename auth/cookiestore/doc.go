// Package cookiestore keeps sessions in the cookies of Amplify JS, so that a Go back end and a
// front end with Amplify.configure(…, {ssr: true}), or Amplify on another server, share the person
// who is signed in.
//
//	store, err := cookiestore.New(cookiestore.Config{
//		Pool: jwt.TrustedPool{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientIDs: []string{"1example23456789"}},
//		Key:  key, // 32 random bytes, the same in all processes
//	})
//	client, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//	…
//	http.ListenAndServe(address, store.Middleware(mux))
//
// In a handler, one Client and one Store serve everybody:
//
//	session := client.Session(store.SessionKey(r.Context()))
//	user, err := session.CurrentUser(r.Context())
//
// The verbs read the cookies of this request, see what was saved since, and set cookies on its
// response. Each may be used on either side: whoever signs in, renews or signs out, the others see
// it with their next request.
//
// Use it where an Amplify front end has to see the session. Where only servers do, keep it in a
// Store on the server, such as redisstore, and give the browser nothing but a random id: tokens
// that the browser does not have cannot be taken from it.
//
// # The cookies
//
// Names, values and encodings are Amplify's, of version 6; P stands for
// "CognitoIdentityServiceProvider." and the app client's id:
//
//	P.LastAuthUser                                       the name that the others are filed under
//	P.NAME.accessToken, .idToken, .refreshToken          as they are
//	P.NAME.clockDrift                                    milliseconds; written and not read
//	P.NAME.signInDetails                                 {"loginId":…,"authFlowType":…}
//	P.NAME.deviceKey, .deviceGroupKey, .randomPasswordKey
//	P.NAME.oauthMetadata                                 only removed, at sign-out
//
// As in Amplify, NAME is what was typed after USER_PASSWORD_AUTH and USER_AUTH, and Cognito's name
// after other flows; it stays when tokens are renewed. Tokens of other NAMEs are removed whenever
// those of one are written or removed. All have Path=/, Secure, SameSite=Lax and a Max-Age of a
// year, and devices outlive sign-out.
//
// What Amplify has no cookie for is sealed with AES-256-GCM under Config.Key, in HttpOnly cookies
// called __Host-amplify-auth-go.ID.session.0 and .devices.0, where ID is the app client's; with a
// Domain, without "__Host-". That is a sign-in that is half done, for an hour at most, and the
// history of devices. Each side can only go on with the sign-ins that it began itself. Amplify's
// cookie for identity pools, com.amplify.Cognito.…identityId, is left alone.
//
// A response that sets cookies gets Cache-Control: no-store.
//
// # What browsers send is not believed
//
// Anybody can send any cookie. An access token counts if its signature, issuer, use and app client
// are right. It may have expired if there is a refresh token, for then it is renewed before
// anything is said about the person, by CurrentUser too: an old token may have been found, and its
// user be deleted. Session.Status alone, which asks nobody, does not prove who is there. If the
// access token does not count, nobody is signed in. An ID token that does not count, or is another
// person's, is not there, which is no error. If the pool's keys cannot be had, the verbs, SignOut
// too, fail with jwt.ErrKeysUnavailable, and nobody is signed out by that. The login id of
// signInDetails counts if it is the user name, or a verified address or phone number, in the
// tokens, and is empty otherwise. When tokens expire is judged by this machine's clock, which
// should be right to a minute. Whose refresh token it is, only Cognito knows: if renewing gives the
// tokens of another person than the access token's, the verb fails with
// [auth.ErrUnexpectedResponse].
//
// # Requests at the same time
//
// Session keys are random and good for one request, so no request can come by the session of
// another: a key that is not its own is [ErrOtherSession], and no context of a request is
// [ErrNoExchange]. What requests do share, within one process, is the renewal of tokens, found by
// the access and refresh token together. Those who come with the same two take turns; the first
// renews, and all set the new tokens on their own responses. The result is remembered for a minute,
// for requests that the browser had sent before it knew, and so is that the tokens were signed out.
// A renewal whose requests have all been given up is remembered as well. If the caller loses
// patience with a renewal, the headers of the response wait for it, up to 5 seconds.
//
// Otherwise compare-and-swap holds within one request only. Of two requests that sign in at once,
// the browser keeps the cookies that come last.
//
// # Rotated refresh tokens
//
// With rotation, a refresh token that was exchanged is worth nothing, and what it was exchanged for
// travels in the response. The session ends if that is lost for longer than a minute, if two
// processes renew at the same time, or if the browser does while a server does. A
// RetryGracePeriodSeconds of the app client helps against all but the first. Route the requests of
// one browser to one process, leave renewing to one side, or switch rotation off. Where that is not
// enough, use a Store on the server.
//
// Once the response has begun, nothing can be saved: Save is [ErrHeadersSent]. So that no refresh
// token is spent for nothing, the session then has none, and FetchAuthSession and CurrentUser fail
// with [auth.ErrTokenRefresh] if they would have to renew. Call them before the first byte. Whoever
// takes the connection over, as for a WebSocket, has to send the Set-Cookie headers in
// http.ResponseWriter.Header() himself.
//
// # Limits
//
// A cookie holds 4096 bytes, name and value together, and all together may have 16 KiB; servers and
// proxies in front may take less. Amplify does not cut tokens into pieces, so an ID token with many
// claims does not fit. Save then fails with a *SizeError that names the cookie, and nothing is set.
// A half-done sign-in is cut into pieces. auth.Store asks for records of up to 256 KiB, which
// cookies cannot hold.
//
// # Threats
//
// Amplify in the browser reads its cookies, so they are not HttpOnly, and a script that is smuggled
// into the page takes them: tokens that work anywhere, the refresh token for as long as it is
// valid. Config.HTTPOnly closes that, and shuts Amplify in the browser out. Browsers send the
// cookies along with requests that other sites cause, except where SameSite prevents it: guard
// handlers that change anything, with http.CrossOriginProtection. Whoever controls a host of the
// same site can plant cookies and thereby sign a person in as somebody else; Amplify's names cannot
// have the __Host- prefix that would prevent it. Sign-out removes the cookies and revokes the
// refresh token. Copies of the access token stay good until it expires, and so does a copy of a
// half-done sign-in, for whoever knows the next answer, until its step does.
package cookiestore
