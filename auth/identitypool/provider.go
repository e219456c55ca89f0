package identitypool

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Source is the Source of the credentials that a [Provider] returns.
const Source = "CognitoIdentityPool"

// A Provider is an aws.CredentialsProvider for whoever is signed in to a session, or for a guest.
// It is safe for concurrent use. It caches: use it as the Credentials of an aws.Config without an
// aws.CredentialsCache in front.
type Provider struct {
	redacted
	pool    *Pool
	session *auth.Session
	guest   *holder // of a provider without a session
}

// ForSession returns a provider for whoever is signed in to the session. It does no I/O. Providers
// of one Pool share their credentials if their sessions have the same Client and the same key, so a
// web back end may make one for each request. The keys of package cookiestore are good for one
// request, and so are the credentials then.
func (p *Pool) ForSession(session *auth.Session) *Provider {
	return &Provider{pool: p, session: session}
}

// ForGuest returns a provider for somebody who has not signed in. The identity pool must allow
// guests. With an empty identityID the provider gets a new identity, which [Provider.IdentityID]
// returns: keep that, and pass it here the next time, so that the guest stays the same. If another
// identityID does not look like one, [Provider.Retrieve] and [Provider.IdentityID] return
// [auth.ErrInvalidParameter]. Each guest needs a provider of their own.
func (p *Pool) ForGuest(identityID string) *Provider {
	return &Provider{pool: p, guest: newHolder(p, nil, "", identityID)}
}

// Retrieve returns credentials that are valid for some time to come: those in memory, or new ones.
// Concurrent calls share one request, which goes on if the caller leaves. An ID token that has
// expired or is refused is renewed through the session, once.
//
// If new credentials cannot be had for a reason that may pass, the old ones are returned as long as
// they are valid. Nothing here ends a session, except that renewing its tokens may show that
// Cognito has.
//
// Errors, besides those of [auth.Session.FetchAuthSession] and of the Store:
//   - [ErrGuestsNotAllowed]: the identity pool has no guests
//   - [ErrNoIDToken]: the sign-in gave no ID token; managed login needs the scope openid
//   - [ErrLoginRefused]: the identity pool does not accept the user pool's tokens
//   - [ErrLoginExpired]: the ID token was refused, and so was the renewed one
//   - [ErrIdentityMismatch]: a guest's identity is gone or belongs to a person
//   - [ErrResourceConflict]: the identity has another login of the same user pool
//   - [auth.ErrInvalidParameter]: the guest's id does not look like one
//   - [ErrInvalidIdentityPoolConfiguration]: the identity pool has no role, or one that does not
//     trust it
//   - [auth.ErrNotAuthorized]: the role was refused, among others
//   - [auth.ErrResourceNotFound]: there is no such identity pool
//   - [ErrExternalService]: the identity pool could not check the login
//   - [auth.ErrTooManyRequests], [auth.ErrInternal], [auth.ErrNetwork]: see [auth.Retryable]; the
//     AWS SDK has tried three times
//
// Differs from Amplify: a request is shared by all who need its result; credentials are used until
// the end that the service states, and not for 50 minutes; new tokens do not make new credentials,
// see [Provider.Invalidate].
//
// Cognito: GetId, GetCredentialsForIdentity. Amplify: fetchAuthSession.
func (p *Provider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := p.retrieve(ctx)
	return credentials, inVerb(ctx, "Retrieve", err)
}

func (p *Provider) retrieve(ctx context.Context) (aws.Credentials, error) {
	h, err := p.holder(ctx)
	if err != nil {
		return aws.Credentials{}, err
	}
	return h.credentials(ctx)
}

// IdentityID returns the id of the identity, such as eu-west-1:1f2e…. If there are no credentials
// yet it gets them, with the errors of [Provider.Retrieve]. Amplify: identityId of
// fetchAuthSession.
func (p *Provider) IdentityID(ctx context.Context) (string, error) {
	h, err := p.holder(ctx)
	if err == nil {
		_, err = h.credentials(ctx)
	}
	if err != nil {
		return "", inVerb(ctx, "IdentityID", err)
	}
	return h.known(), nil
}

// AdoptGuest makes a guest's identity the identity of whoever is signed in, with everything that
// was stored under it: for a shopping cart, say. If the person has an identity already, that stays,
// and the guest's is merged into it and ends. [Provider.IdentityID] then returns which it is.
//
// Only do so when the guest and the person are known to be the same. Errors, besides those of
// [Provider.Retrieve]:
//   - [auth.ErrInvalidParameter]: the provider is a guest's, or the id does not look like one
//   - [ErrIdentityMismatch]: the identity is not a guest's
//
// Cognito: GetCredentialsForIdentity. Amplify: fetchAuthSession, unasked.
func (p *Provider) AdoptGuest(ctx context.Context, identityID string) error {
	const verb = "AdoptGuest"
	switch {
	case p.session == nil:
		return fail(verb, auth.ErrInvalidParameter, "the provider is a guest's")
	case !isID(identityID):
		return fail(verb, auth.ErrInvalidParameter, "the id does not look like an identity's")
	}
	h, err := p.holder(ctx)
	if err == nil {
		err = h.adopt(ctx, identityID)
	}
	return inVerb(ctx, verb, err)
}

// Invalidate forgets the credentials in memory, so that the next Retrieve gets new ones: after the
// person's groups changed, say, or a service refused the credentials. It keeps the identity.
// Amplify: fetchAuthSession with forceRefresh.
func (p *Provider) Invalidate(ctx context.Context) error {
	h, err := p.holder(ctx)
	if err != nil {
		return inVerb(ctx, "Invalidate", err)
	}
	h.renew()
	return nil
}

// holder returns the holder of the credentials: the guest, or whoever is signed in now.
func (p *Provider) holder(ctx context.Context) (*holder, error) {
	if p.session == nil {
		if id := p.guest.known(); id != "" && !isID(id) {
			return nil, fail("", auth.ErrInvalidParameter, "the guest's id does not look like an identity's")
		}
		return p.guest, nil
	}
	user, err := p.session.CurrentUser(ctx)
	if errors.Is(err, auth.ErrUserUnAuthenticated) {
		p.pool.forget(p.session)
	}
	if err != nil {
		return nil, err
	}
	return p.pool.holder(p.session, user.UserID), nil
}
