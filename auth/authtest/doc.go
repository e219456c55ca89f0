// Package authtest runs an Amazon Cognito user pool inside the test process, in the manner of
// net/http/httptest.
//
// A [Pool] listens on loopback and speaks the wire protocol of the real service: the proof of the
// password is checked with SRP, codes are real TOTP codes or arrive in an inbox, tokens are JWTs
// signed with RS256 whose keys are published, challenge sessions are single-use and expire, and
// failures carry Cognito's own names and texts.
//
//	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
//	if err != nil {
//		t.Fatal(err)
//	}
//	t.Cleanup(pool.Close)
//	err = pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"})
//
// Point any Cognito client at Pool.URL, with Pool.UserPoolID and Pool.ClientID.
//
// # What a test can do
//
//   - set the pool up through [Config] and [Pool.AddUser], or with any AWS client through the
//     administrator's operations;
//   - move time with [Pool.Advance]: sessions, codes, locks, temporary passwords and tokens all
//     follow the pool's clock;
//   - read what the pool "sent" with [Pool.Messages] and [Pool.LastCode], and make TOTP codes with
//     [TOTPCode];
//   - take part in sign-up and sign-in with [Triggers], Go functions in place of Lambda functions;
//   - look at every request with [Pool.Requests], break some with [Pool.Fail] and order them with
//     [Pool.Hold];
//   - be told of requests that the real service would refuse as malformed, through
//     Config.OnViolation.
//
// Programs in other languages reach the same things over HTTP, on the same port:
//
//	GET  /{UserPoolID}/.well-known/jwks.json             the keys that sign the tokens
//	GET  /{UserPoolID}/.well-known/openid-configuration  the issuer and where its keys are
//	GET  /_pool/messages?username=alice                  [{"medium","destination","code","kind","at"}], newest last
//	GET  /_pool/messages?username=alice&pool=ID          the same for another pool than the first
//	POST /_pool/clock {"advance":"5m"}                   moves the clock, answers {"now":"..."}
//	POST /_pool/faults {"operation","code","message","status","times","loseReply"}
//
// # Many pools
//
// CreateUserPool and CreateUserPoolClient make further pools and app clients behind the same
// address, with the defaults of the API; [Pool.Pool] gives such a pool to Go. The pools have
// nothing in common but the address, the clock, and what [Pool.Requests], [Pool.Fail] and
// [Pool.Hold] are about. A request is for the pool of its UserPoolId, else of its ClientId, else of
// the issuer of its AccessToken, else of its Session. UpdateUserPool and UpdateUserPoolClient put
// back to its default what a call leaves out, as the real ones do. Triggers, messages and other
// settings that the pool does not act on are kept and shown.
//
// # Operations
//
// Served for users:
//
//   - SignUp, ConfirmSignUp, ResendConfirmationCode;
//   - InitiateAuth with USER_SRP_AUTH, USER_PASSWORD_AUTH, USER_AUTH, CUSTOM_AUTH and
//     REFRESH_TOKEN_AUTH; RespondToAuthChallenge for PASSWORD_VERIFIER, NEW_PASSWORD_REQUIRED,
//     SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP, SMS_OTP, PASSWORD, PASSWORD_SRP, SELECT_CHALLENGE,
//     WEB_AUTHN, SELECT_MFA_TYPE, MFA_SETUP, CUSTOM_CHALLENGE, DEVICE_SRP_AUTH and
//     DEVICE_PASSWORD_VERIFIER;
//   - GetTokensFromRefreshToken, RevokeToken, GlobalSignOut;
//   - AssociateSoftwareToken, VerifySoftwareToken, SetUserMFAPreference, GetUser,
//     GetUserAuthFactors, DeleteUser;
//   - ForgotPassword, ConfirmForgotPassword, ChangePassword; UpdateUserAttributes,
//     DeleteUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute;
//   - ConfirmDevice, UpdateDeviceStatus, ForgetDevice, GetDevice, ListDevices;
//   - StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials,
//     DeleteWebAuthnCredential.
//
// Served for administrators:
//
//   - AdminCreateUser, AdminGetUser, AdminDeleteUser, AdminDisableUser, AdminEnableUser,
//     AdminConfirmSignUp, ListUsers;
//   - AdminInitiateAuth with ADMIN_USER_PASSWORD_AUTH and the users' flows but USER_PASSWORD_AUTH,
//     AdminRespondToAuthChallenge, AdminUserGlobalSignOut;
//   - AdminSetUserPassword, AdminResetUserPassword, AdminUpdateUserAttributes,
//     AdminDeleteUserAttributes, AdminSetUserMFAPreference, AdminDeleteSoftwareToken;
//   - AdminListDevices, AdminGetDevice, AdminForgetDevice, AdminUpdateDeviceStatus;
//   - CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups, ListUsersInGroup,
//     AdminAddUserToGroup, AdminRemoveUserFromGroup, AdminListGroupsForUser;
//   - CreateUserPool, DescribeUserPool, UpdateUserPool, DeleteUserPool, ListUserPools,
//     AddCustomAttributes, SetUserPoolMfaConfig, GetUserPoolMfaConfig;
//   - CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, DeleteUserPoolClient,
//     ListUserPoolClients.
//
// Every other operation is answered with UnknownOperationException and status 400. There are no
// hosted pages.
//
// Passkeys are verified as a relying party has to: origin, relying party, challenge, signature,
// presence, user handle and counter. Config.RelyingPartyID and UserVerification set it up; in tests
// without a browser a virtual authenticator, such as github.com/descope/virtualwebauthn, makes the
// answers.
//
// The administrator's operations want an AWS Signature Version 4 header, as the real ones do, but
// do not verify it: any credentials will do.
//
// # Where the real service is not known
//
// Some of Cognito's behavior has never been measured in public. There the pool takes the stricter
// reading, so that a client which passes here is not surprised later: a SECRET_BLOCK that was
// answered correctly is used up, an accepted TOTP step is spent for the user and not just for one
// secret, and a locked user is refused before the proof is looked at. Texts of such refusals are
// the pool's own; match on the error's code.
//
// So it is with passkeys: a challenge is good for one answer, right or wrong, and lives as long as
// a challenge session. A user has one registration under way, the newest. A counter that has not
// grown is refused. After a refused signature the session still takes SELECT_CHALLENGE.
//
// So it is with the choice of a first factor, and with triggers:
//
//   - A PASSWORD_VERIFIER of USER_AUTH or CUSTOM_AUTH has a session, which the answer must carry.
//     The one of USER_SRP_AUTH has none and takes any.
//   - SELECT_CHALLENGE may still be answered with the session of a PASSWORD or PASSWORD_SRP that
//     was chosen: Amplify does that.
//   - SELECT_CHALLENGE, PASSWORD, PASSWORD_SRP and the codes that take the place of a password do
//     not name the user. Their answers go by the name that was typed, also in the SECRET_HASH.
//   - A user who has to confirm the sign-up or to reset the password is refused at InitiateAuth
//     with USER_AUTH.
//   - The session for an automatic sign-in comes from ConfirmSignUp, whether or not the call had
//     SignUp's, and from a SignUp that PreSignUp confirmed. It is good for the user's first sign-in
//     only, and does not replace a second factor that the pool requires.
//   - DefineAuthChallenge can ask for CUSTOM_CHALLENGE, and for PASSWORD_VERIFIER right after
//     SRP_A. The device comes after its issueTokens and is not asked about. A user with a temporary
//     password can sign in without it.
//   - PreAuthentication runs in InitiateAuth, for users who exist or seem to, before the state of
//     the account is looked at.
//
// So it is with devices and refresh tokens:
//
//   - A DEVICE_KEY is looked up whenever one is presented, before anything else in the answer is
//     judged. An unknown one is a ResourceNotFoundException, which uses up neither the session nor
//     the SECRET_BLOCK nor the code. A key that was issued but never confirmed is unknown.
//   - The newest key presented counts. Once the password is right and no new one is wanted, a
//     remembered device proves itself with DEVICE_SRP_AUTH, also where no second factor would be
//     asked for; after that none is, unless Config.MFAOnRememberedDevices. A key that only comes
//     with the answer to a second factor leads to DEVICE_SRP_AUTH after it.
//   - DEVICE_SRP_AUTH has no parameters. It and DEVICE_PASSWORD_VERIFIER have a session, which the
//     answers must carry.
//   - A client that answers a challenge under an alias, not under the USER_ID_FOR_SRP, gets tokens
//     that are bound to no device, unless the device proved itself.
//   - Where devices are tracked, GetTokensFromRefreshToken wants the key of the confirmed device
//     that the tokens are bound to, and refuses with NotAuthorizedException otherwise, as
//     REFRESH_TOKEN_AUTH does. That is what users of Cognito report; the SDKs' reference says that
//     the call issues a new key instead.
//   - Forgetting a device ends its refresh tokens at once; access tokens live on until they expire.
//
// And with pools and clients:
//
//   - UpdateUserPool with MfaConfiguration ON or OPTIONAL wants an SmsConfiguration, unless
//     SetUserPoolMfaConfig has set another factor up. Without MfaConfiguration there is no factor
//     left.
//   - DescribeUserPool repeats the life of temporary passwords as UnusedAccountValidityDays; an
//     UpdateUserPool that sends both back is refused.
//   - Users read and write custom attributes only through a client whose ReadAttributes and
//     WriteAttributes name them. The client of a Config names all of them.
//   - A refresh token is an invalid one for other clients than its own, RevokeToken is an
//     UnauthorizedException there. What was issued to a client ends with the client.
//
// And with accounts:
//
//   - ConfirmSignUp is allowed fifteen times and ResendConfirmationCode five times per user and
//     hour, also for names that only seem to exist.
//   - AdminUpdateUserAttributes sends a code only where a new contact waits for one, and not if the
//     call says that it is verified.
//   - ForgotPassword and ConfirmForgotPassword are allowed five times per user and hour, the least
//     that is reported, also for names that only seem to exist. A refused password leaves the code
//     good.
//   - Where existence is hidden, ForgotPassword seems to send a code for users who are unknown,
//     disabled, unconfirmed or without a verified contact. A user with a temporary password is
//     refused all the same, as users of Cognito report.
//   - ConfirmForgotPassword answers CodeMismatchException for an unknown or disabled user then, and
//     ExpiredCodeException for one who asked for no code, as documented.
//   - GetUserAttributeVerificationCode sends to the contact that the user has, not to one that
//     waits for its code; updating once more sends there.
//   - An access token of a disabled user is refused.
//
// # Memory
//
// A pool keeps its users and their finished sign-ins, about a kilobyte each, until it is closed. Of
// requests, messages and device keys that were never confirmed it keeps the newest, of challenges
// and locks those that have not ended long ago. So it can serve a load test for hours.
//
// The pool is for tests. It keeps its keys and users in memory, hands codes to whoever asks, and
// listens on loopback only.
package authtest
