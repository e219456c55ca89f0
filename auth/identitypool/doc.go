// Package identitypool exchanges the tokens of whoever is signed in for temporary AWS credentials,
// at an Amazon Cognito identity pool.
//
//	pool, err := identitypool.New(identitypool.Config{IdentityPoolID: "eu-west-1:…"})
//	cfg := aws.Config{Region: "eu-west-1", Credentials: pool.ForSession(session)}
//	bucket := s3.NewFromConfig(cfg)
//
// A [Pool] serves any number of people. A [Provider] is an aws.CredentialsProvider for one of them,
// or for a guest. It keeps credentials in memory and renews them before they expire, with one
// request however many callers wait.
//
// # Whose credentials
//
// A provider of [Pool.ForSession] looks at the session each time: after a sign-out it returns
// [auth.ErrUserUnAuthenticated], and when somebody else has signed in under the same key it returns
// that person's. It never returns a guest's credentials for a person. Differs from Amplify: there a
// session that Cognito ended goes on as a guest.
//
// So make the provider the Credentials of an aws.Config, as above. An aws.CredentialsCache in front
// of it, such as config.WithCredentialsProvider puts there, holds what it has been given until that
// expires, also after a sign-out.
//
// Credentials that have left cannot be revoked: whoever has a copy can use it until it expires, an
// hour in most cases. A web back end should keep them, and not hand them to a browser.
//
// # Identities
//
// An identity pool knows a person by an identity id, such as eu-west-1:1f2e…, which never changes
// and often is a part of the names of the person's files. It is kept in a slot of the session
// ([auth.Session.Slot]), so that it is asked for once in a sign-in: AWS allows 25 GetId requests a
// second for a whole account. A sign-out empties the slot.
//
// A guest's identity becomes a person's by [Provider.AdoptGuest] only. Differs from Amplify: there
// the first person who signs in gets it, which on a shared machine or in a web back end is the
// wrong one.
package identitypool
