// Package cookiestore keeps sessions in the cookies of Amplify JS. A Go back end shares them with a
// front end that calls Amplify.configure(…, {ssr: true}), or with Amplify on another server.
//
//	store, err := cookiestore.New(cookiestore.Config{
//		Pool: jwt.TrustedPool{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientIDs: []string{"1example23456789"}},
//		Key:  key, // 32 random bytes, the same in all processes
//	})
//	client, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//	…
//	http.ListenAndServe(address, store.Middleware(mux))
//
// One Client and one Store serve all requests. In a handler:
//
//	session := client.Session(store.SessionKey(r.Context()))
//	user, err := session.CurrentUser(r.Context())
//
// The verbs read the cookies of the request, see what this request has saved since, and set cookies
// on its response. Both sides may use all of them: after a sign-in, a refresh or a sign-out on one
// side, the other side sees it with its next request.
//
// Use this package if an Amplify front end has to see the session. If only servers need it, keep
// the session in a Store on the server, such as redisstore, and send the browser only a random id:
// tokens that the browser does not have cannot be stolen from it.
//
// # Cookies
//
// Names, values and encodings are those of Amplify version 6. P stands for
// "CognitoIdentityServiceProvider." and the app client's id:
//
//	P.LastAuthUser                                       the NAME of the other cookies
//	P.NAME.accessToken, .idToken, .refreshToken          the tokens
//	P.NAME.clockDrift                                    in milliseconds; written, not read
//	P.NAME.signInDetails                                 {"loginId":…,"authFlowType":…}
//	P.NAME.deviceKey, .deviceGroupKey, .randomPasswordKey
//	P.NAME.oauthMetadata                                 only removed, at sign-out
//
// As in Amplify, NAME is what the user typed after USER_PASSWORD_AUTH and USER_AUTH, and Cognito's
// user name after other flows. A refresh does not change it. Whenever the tokens of one NAME are
// written or removed, those of all other NAMEs are removed. All cookies have Path=/, Secure,
// SameSite=Lax and a Max-Age of one year. Device cookies survive sign-out; a browser has those of
// up to sixteen people, and beyond that the newest stay.
//
// Data for which Amplify has no cookie is sealed with AES-256-GCM under [Config.Key]: a pending
// sign-in, for at most an hour; the factors that the person proved ([auth.AuthSession]), as long as
// the tokens; tokens that are too large for a cookie; and the history of devices. The cookies are
// HttpOnly and are called __Host-amplify-auth-go.ID.session.0 and .devices.0, where ID is the app
// client's id. With [Config.Domain] they lack "__Host-". Each side can only continue the sign-ins
// that it began, and a sign-in in the browser proves no factor here: proofs count for the tokens of
// their own sign-in only. The package does not touch Amplify's cookie for identity pools,
// com.amplify.Cognito.…identityId.
//
// A response that sets cookies has the header Cache-Control: no-store.
//
// # Verification
//
// Anyone can send any cookie, so everything in them is checked:
//
//   - An access token is accepted if its signature, issuer, use and app client are right.
//     Otherwise no one is signed in.
//   - An expired access token is accepted only with a refresh token. Even CurrentUser refreshes it
//     first, because an old token may have been stolen or its user deleted. Only Session.Status
//     sends nothing, so it does not prove who is signed in.
//   - An ID token that is invalid or of another user is ignored, without an error.
//   - The login id of signInDetails is accepted if the tokens have it as the user name or as a
//     verified email address or phone number. Otherwise it is empty.
//   - If the pool's keys cannot be fetched, all verbs, including SignOut, fail with
//     [jwt.ErrKeysUnavailable]. No one is signed out by that.
//   - Expiry is judged by this machine's clock, which should be right to within a minute.
//   - Only Cognito can tell whose refresh token it is. If a refresh returns another user's tokens,
//     the verb fails with [auth.ErrUnexpectedResponse].
//
// # Concurrent requests
//
// A session key is random and valid for one request, so that no request can use the session of
// another. A key of another request is [ErrOtherSession], so [auth.Session.MoveTo] fails here; a
// context that is not of a request is [ErrNoExchange]. There is nothing to move: no id that the
// browser keeps leads to the session.
//
// Requests of one process share the renewal of tokens. Requests that carry the same access and
// refresh token take turns: the first renews them, and all set the new tokens on their own
// responses. The result, or that the tokens were signed out, is kept for a minute, for requests
// that the browser sent before it received the response. It is also kept if all its requests were
// canceled. If a verb returns before its renewal ends, the response headers wait for the renewal,
// for at most 5 seconds.
//
// Otherwise compare-and-swap works within one request only: of two concurrent requests that sign
// in, the browser keeps the cookies of the response that arrives last. Pieces of sealed data that
// the other one leaves behind are ignored, and removed with the next change.
//
// # Rotated refresh tokens
//
// With rotation, a refresh token can be used once, and its successor travels in the response. The
// session ends if that response is lost for longer than a minute, if two processes refresh at the
// same time, or if the browser and a server do. The app client's RetryGracePeriodSeconds helps
// against all but the first. Route the requests of one browser to one process, leave refreshing to
// one side, or switch rotation off. If that is not enough, use a Store on the server.
//
// Once the response headers are sent, [Store.Save] fails with [ErrHeadersSent]. The session then
// has no refresh token, so that none is used in vain, and FetchAuthSession and CurrentUser fail
// with [auth.ErrTokenRefresh] if they have to refresh. Call them before the first byte. A handler
// that hijacks the connection, as for a WebSocket, must itself send the Set-Cookie headers in
// http.ResponseWriter.Header().
//
// # Limits
//
// Browsers accept 4096 bytes in a cookie, name and value together. Of all cookies that they send,
// others' included, servers and proxies accept mostly 16 KiB together, and some less.
//
// Amplify does not split tokens. One that is too large for its cookie, such as an ID token with
// many claims, is sealed in cookies of our own instead, in pieces. It counts only together with
// Amplify's other cookies of the same sign-in, so Amplify's sign-out ends it too. Amplify does not
// see it: without the ID token Amplify has no attributes of the person, and without the access
// token it takes nobody to be signed in.
//
// What a request to Cognito has brought is kept in any jar, in as many cookies as it needs: tokens,
// a step of a sign-in, a device. It cannot be had again, because the code or the refresh token that
// it was given for is spent. Slots of a program ([auth.Session.UpdateSlot]) that together are larger
// than 1 KiB are refused with a [*SizeError] if all cookies together would exceed 16 KiB; then
// nothing is set.
//
// [Config.OnTooLarge] is told of tokens that are sealed, and of cookies that exceed the 16 KiB.
// Then give the tokens fewer claims or groups, remove cookies of others, or allow larger headers.
//
// # Memory
//
// A session is remembered by the hash of all its cookies, with its refresh token, and is used until
// one of its tokens expires; [Config.CacheSize] bounds how many are. Only a request with exactly
// these cookies finds it, and its tokens are verified again: the pool may have withdrawn a key. One
// that is not asked for may outlive its tokens in memory, until others take its place.
//
// # Threats
//
// Amplify in the browser reads its cookies, so they are not HttpOnly. A script injected into the
// page can steal the tokens, and use the refresh token for as long as it is valid.
// [Config.HTTPOnly] prevents that, but hides the session from Amplify in the browser.
//
// Browsers send cookies with requests that other sites cause, except where SameSite prevents it:
// protect handlers that change anything with [http.CrossOriginProtection]. Anyone who controls a
// host of the same site can plant cookies and so sign a person in as somebody else; Amplify's names
// cannot have the __Host- prefix that would prevent it.
//
// Sign-out removes the cookies and revokes the refresh token. A copy of the access token stays
// valid until it expires. A copy of a pending sign-in stays usable, by anyone who knows the next
// answer, until its step expires.
package cookiestore
