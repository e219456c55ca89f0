// Package authtest runs an Amazon Cognito user pool inside the test process, in the manner of
// net/http/httptest.
//
// A [Pool] listens on loopback and speaks the wire protocol of the real service. It checks
// passwords with SRP, accepts real TOTP codes and the codes in its inbox, and signs its tokens with
// RS256 keys that it publishes. Challenge sessions can be used once and expire. Errors have
// Cognito's codes and messages.
//
//	func TestSignIn(t *testing.T) {
//		pool := authtest.New(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
//		err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"})
//		if err != nil {
//			t.Fatal(err)
//		}
//		// Point any Cognito client at pool.URL, with pool.UserPoolID and pool.ClientID.
//	}
//
// [New] closes the pool when the test ends, and fails the test when a client sends a request that
// the real service would refuse as malformed. [NewPool] is for programs.
//
// # What a test can do
//
// Set-up. [Config] and [Pool.AddUser] configure the pool, or any AWS client does through the
// administrator's operations. [Pool.Lock] locks a user out.
//
// Clock. [Pool.Advance] moves time. Sessions, codes, locks, temporary passwords and tokens all
// follow the pool's clock.
//
// Inbox. [Pool.Messages] and [Pool.LastCode] return what the pool "sent" by e-mail and SMS.
// [TOTPCode] computes the code of an authenticator app.
//
// Faults. [Pool.Fail] makes requests fail, [Pool.Hold] delays them, and [Pool.Requests] returns
// those that arrived, at the API and at the pool's domain. Both can be aimed at one user or app
// client ([Fault], [Pool.HoldUser], [Pool.HoldClient]), so that tests with t.Parallel can share a
// pool, and both can be taken back.
//
// Passkeys. An [Authenticator] answers in the place of a browser with a security key.
//
// Services. A test of a service that verifies tokens needs no sign-in: [Pool.AccessToken],
// [Pool.ClientCredentialsToken] and [Pool.Sign] make tokens, [Pool.JWKSURL] and [Pool.Issuer] are
// what a verifier needs, and [Pool.RotateKeys] changes the keys. With [Config].UserPoolID and
// [Config].ClientID, keys and ids are the same in every process, as golden files need them.
//
// Managed login. [Config].ManagedLogin gives the pool a domain: /oauth2/authorize, /oauth2/token
// and the rest of OAuth and OpenID Connect are then served at the pool's address, with pages
// without scripts on which people sign in and sign up. The id of the app client says which pool is
// meant. All pools behind an address share the cookies of a browser: the latest sign-in counts.
// [Pool.Authorize] signs in without a page. [SocialUser] describes people at identity providers,
// and [Pool.FailProvider] makes those fail. With [Config].LocalIssuer, clients find all addresses
// by discovery.
//
// Triggers. [Triggers] are Go functions in place of Lambda functions.
//
// Violations. Config.OnViolation is called for requests that the real service would refuse as
// malformed, and for those that it tolerates although its documentation does not. At the OAuth
// endpoints these are requests without PKCE, state or nonce, with a secret in the URL, an empty
// secret or a code that was used, and redirect URIs that differ from the registered ones.
//
// # Time in a bubble
//
// In a bubble of testing/synctest, one time.Sleep moves the time of the client, of the pool and of
// the services behind it, and takes no time. A listener does not work there: set
// [Config].NoListener, and pass [Pool.HTTPClient] to everything that calls the pool.
//
//	func TestAnHourLater(t *testing.T) {
//		synctest.Test(t, func(t *testing.T) {
//			pool := authtest.New(t, authtest.Config{NoListener: true})
//			client, err := auth.NewClient(auth.Config{
//				UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
//				HTTPClient: pool.HTTPClient(),
//			})
//			// Sign in.
//			time.Sleep(time.Hour) // The tokens have expired: the client renews them.
//		})
//	}
//
// A pool that was made outside, also one that listens, can be used in bubbles through
// [Pool.HTTPClient]; [Pool.Hold] and its release are then called in the same bubble as the
// requests.
//
// # Other languages
//
// Programs in other languages reach the same over HTTP, on the same port:
//
//	GET  /{UserPoolID}/.well-known/jwks.json             the keys that sign the tokens
//	GET  /{UserPoolID}/.well-known/openid-configuration  the issuer and where its keys are
//	GET  /_pool/messages?username=alice                  [{"medium","destination","code","kind","at"}], newest last
//	GET  /_pool/messages?username=alice&pool=ID          the same for another pool than the first
//	GET  /_pool/messages                                 the messages to all users, each with its "username"
//	GET  /_pool/requests                                 [{"operation","status","errorCode","at","header","body"}]
//	DELETE /_pool/requests                               forgets the requests
//	GET  /_pool/clock                                    {"now":"..."}
//	POST /_pool/clock {"advance":"5m"}                   moves the clock, answers {"now":"..."}
//	POST /_pool/faults {"operation","username","clientId","code","message","status","times","loseReply"}
//	DELETE /_pool/faults                                 takes back all faults
//	POST /_pool/authorize {"url","username"}             signs in without a page, answers {"callbackUrl"}
//	POST /_pool/social-users {"provider","subject","claims"}  adds a person to an identity provider
//	POST /_pool/provider-faults {"provider","fault"}     makes the next sign-in there fail
//
// # Identity pools
//
// [Pool.AddIdentityPool] creates an Amazon Cognito identity pool behind the same address. It
// verifies the ID tokens of the user pools, keeps, links and merges identities, chooses roles, and
// issues AWS credentials that expire by the pool's clock. [Pool.Authenticate] verifies the
// signature of a request and tells whose credentials signed it, so that a handler can stand in for
// any service of AWS. Served are GetId, GetCredentialsForIdentity and GetOpenIdToken;
// CreateIdentityPool, DescribeIdentityPool, DeleteIdentityPool, SetIdentityPoolRoles,
// GetIdentityPoolRoles and DescribeIdentity; and, of STS, AssumeRoleWithWebIdentity and
// GetCallerIdentity. Their requests, faults and holds are those of [Pool.Requests], [Pool.Fail] and
// [Pool.Hold].
//
// # A pool that outlives its process
//
// [Pool.WriteState] writes what a pool keeps, and a pool with [Config].State continues with it:
// users, refresh tokens and keys work as before. The program examples/userpool does so with a file.
//
// # Many pools
//
// CreateUserPool and CreateUserPoolClient make further pools and app clients behind the same
// address, with the defaults of the API. [Pool.Pool] returns such a pool. The pools share the
// address, the clock, the list of [Pool.Requests], and the faults and holds of [Pool.Fail] and
// [Pool.Hold], and nothing else. A request goes to the pool of its UserPoolId, else of its
// ClientId, else of the issuer of its AccessToken, else of its Session. UpdateUserPool and
// UpdateUserPoolClient reset settings that a call omits to their defaults, as the real ones do. The
// pool stores and returns triggers, messages and other settings that it does not act on.
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
//     GetUserAuthFactors, SetUserSettings, DeleteUser; UpdateAuthEventFeedback, which always fails;
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
//     AdminDeleteUserAttributes, AdminSetUserMFAPreference, AdminDeleteSoftwareToken,
//     AdminSetUserSettings, AdminGetUserAuthFactors, AdminListUserAuthEvents,
//     AdminUpdateAuthEventFeedback;
//   - AdminListDevices, AdminGetDevice, AdminForgetDevice, AdminUpdateDeviceStatus;
//   - CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups, ListUsersInGroup,
//     AdminAddUserToGroup, AdminRemoveUserFromGroup, AdminListGroupsForUser;
//   - CreateUserPool, DescribeUserPool, UpdateUserPool, DeleteUserPool, ListUserPools,
//     AddCustomAttributes, SetUserPoolMfaConfig, GetUserPoolMfaConfig, TagResource, UntagResource,
//     ListTagsForResource;
//   - CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, DeleteUserPoolClient,
//     ListUserPoolClients, AddUserPoolClientSecret, ListUserPoolClientSecrets,
//     DeleteUserPoolClientSecret;
//   - CreateUserPoolDomain, DescribeUserPoolDomain, UpdateUserPoolDomain, DeleteUserPoolDomain,
//     CreateResourceServer, DescribeResourceServer, UpdateResourceServer, DeleteResourceServer,
//     ListResourceServers, CreateIdentityProvider, DescribeIdentityProvider,
//     UpdateIdentityProvider, DeleteIdentityProvider, ListIdentityProviders,
//     GetIdentityProviderByIdentifier, AdminLinkProviderForUser, AdminDisableProviderForUser.
//
// Every other operation is answered with UnknownOperationException and status 400.
//
// Passkeys are verified as by a relying party: origin, relying party, challenge, signature, user
// presence, user handle and counter. Config.RelyingPartyID and Config.UserVerification configure
// them. In tests without a browser, an [Authenticator] makes the answers.
//
// The administrator's operations require an AWS Signature Version 4 header, as the real ones do,
// but do not verify it: any credentials will do. Web pages cannot call them, except those of
// this machine and of [Config].AdminOrigins. The operations of users are open to all pages.
//
// # Where the real service is not known
//
// The pool does what was recorded on the real service. Some of Cognito's behavior has been neither
// documented nor measured in public. There the pool accepts what AWS's published clients and
// samples do, and reports it to Config.OnViolation; else it takes the stricter reading, so that a
// client that passes here is not surprised later. The texts of such refusals are the pool's own;
// match on the error's code. The file BEHAVIOR.md, beside this package's source, lists what was
// recorded, each case that is not known, what the pool does, and the sources.
//
// # Memory
//
// A pool keeps its users and their refresh tokens, about a kilobyte each, until it is closed: it
// tells one that has expired from one that it never issued. It keeps only the newest requests,
// messages and unconfirmed device keys. Challenges, authorization codes, sessions of browsers,
// locks and the ids of access tokens are dropped some time after they end. So it can serve a load
// test for hours.
//
// The pool is for tests only. It signs with keys that are published with this package, unless
// [Config].FreshKeys is set, keeps its users in memory, and hands out codes to anybody who asks,
// which is why it listens on loopback only.
package authtest
