package authtest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// operation is an operation of the API.
type operation struct {
	// signed operations belong to the administrator and require a Signature Version 4.
	signed bool
	// run decodes the body with d and carries the request out.
	run func(s *service, d *decoder, c call) (any, error)
}

// keyed is a request that contains a string map of which only some keys have a meaning.
type keyed interface {
	// unknownKeys returns the keys that the service would ignore.
	unknownKeys() []string
}

// tolerated is a request that the service carries out although a correct client sends another.
type tolerated interface {
	// loose returns what is wrong with the request.
	loose() []string
}

// A family is a set of operations on one pool, under the pool's lock.
type family interface {
	lock()
	unlock()
}

// locked is an operation of a family that runs with the pool's lock held.
func locked[F family, In any](of func(*Pool) F, handle func(F, In) (any, error)) operation {
	return free(of, func(f F, in In) (any, error) {
		f.lock()
		defer f.unlock()
		return handle(f, in)
	})
}

// free is an operation of a family that takes the pool's lock itself, for a part of its work.
func free[F family, In any](of func(*Pool) F, handle func(F, In) (any, error)) operation {
	return operation{run: func(s *service, d *decoder, c call) (any, error) {
		var in In
		if err := d.decode(c.body, &in); err != nil {
			return nil, err
		}
		if k, ok := any(in).(keyed); ok {
			d.unknown = append(d.unknown, k.unknownKeys()...)
		}
		if t, ok := any(in).(tolerated); ok {
			d.loose = t.loose()
		}
		return handle(of(s.poolFor(c.body)), in)
	}}
}

// wide is an operation that is not about one pool. It gets the region of the request's signature.
func wide[In any](handle func(s *service, region string, in In) (any, error)) operation {
	return operation{run: func(s *service, d *decoder, c call) (any, error) {
		var in In
		if err := d.decode(c.body, &in); err != nil {
			return nil, err
		}
		return handle(s, cmp.Or(c.signedRegion(), s.region), in)
	}}
}

// operations returns the operations that the pool serves, by name.
func operations() map[string]operation {
	all := userOperations()
	for _, signed := range []map[string]operation{adminOperations(), poolOperations(), hostedOperations()} {
		for name, op := range signed {
			op.signed = true
			all[name] = op
		}
	}
	return all
}

// userOperations returns the operations that an app calls for its user.
func userOperations() map[string]operation {
	return map[string]operation{
		"InitiateAuth":           free((*Pool).authOperations, (*authOperations).initiateAuth),
		"RespondToAuthChallenge": free((*Pool).authOperations, (*authOperations).respondToAuthChallenge),

		"GetTokensFromRefreshToken": free((*Pool).refresher, (*refresher).getTokensFromRefreshToken),
		"RevokeToken":               free((*Pool).refresher, (*refresher).revokeToken),

		"SignUp":                 locked((*Pool).registration, (*registration).signUp),
		"ConfirmSignUp":          locked((*Pool).registration, (*registration).confirmSignUp),
		"ResendConfirmationCode": locked((*Pool).registration, (*registration).resendConfirmationCode),
		"ForgotPassword":         locked((*Pool).registration, (*registration).forgotPassword),
		"ConfirmForgotPassword":  locked((*Pool).registration, (*registration).confirmForgotPassword),

		"AssociateSoftwareToken":           locked((*Pool).ownAccount, (*ownAccount).associateSoftwareToken),
		"VerifySoftwareToken":              locked((*Pool).ownAccount, (*ownAccount).verifySoftwareToken),
		"SetUserMFAPreference":             locked((*Pool).ownAccount, (*ownAccount).setUserMFAPreference),
		"GetUser":                          locked((*Pool).ownAccount, (*ownAccount).getUser),
		"GlobalSignOut":                    locked((*Pool).ownAccount, (*ownAccount).globalSignOut),
		"ChangePassword":                   locked((*Pool).ownAccount, (*ownAccount).changePassword),
		"UpdateUserAttributes":             locked((*Pool).ownAccount, (*ownAccount).updateUserAttributes),
		"DeleteUserAttributes":             locked((*Pool).ownAccount, (*ownAccount).deleteUserAttributes),
		"GetUserAttributeVerificationCode": locked((*Pool).ownAccount, (*ownAccount).getUserAttributeVerificationCode),
		"VerifyUserAttribute":              locked((*Pool).ownAccount, (*ownAccount).verifyUserAttribute),
		"DeleteUser":                       locked((*Pool).ownAccount, (*ownAccount).deleteUser),
		"SetUserSettings":                  locked((*Pool).ownAccount, (*ownAccount).setUserSettings),
		"GetUserAuthFactors":               locked((*Pool).ownAccount, (*ownAccount).getUserAuthFactors),

		"UpdateAuthEventFeedback": locked((*Pool).userAdmin, (*userAdmin).updateAuthEventFeedback),

		"ConfirmDevice":      locked((*Pool).ownDevices, (*ownDevices).confirmDevice),
		"UpdateDeviceStatus": locked((*Pool).ownDevices, (*ownDevices).updateDeviceStatus),
		"ForgetDevice":       locked((*Pool).ownDevices, (*ownDevices).forgetDevice),
		"GetDevice":          locked((*Pool).ownDevices, (*ownDevices).getDevice),
		"ListDevices":        locked((*Pool).ownDevices, (*ownDevices).listDevices),

		"StartWebAuthnRegistration":    locked((*Pool).ownPasskeys, (*ownPasskeys).startWebAuthnRegistration),
		"CompleteWebAuthnRegistration": locked((*Pool).ownPasskeys, (*ownPasskeys).completeWebAuthnRegistration),
		"ListWebAuthnCredentials":      locked((*Pool).ownPasskeys, (*ownPasskeys).listWebAuthnCredentials),
		"DeleteWebAuthnCredential":     locked((*Pool).ownPasskeys, (*ownPasskeys).deleteWebAuthnCredential),
	}
}

// adminOperations returns the administrator's operations on users, their devices and their groups.
func adminOperations() map[string]operation {
	return map[string]operation{
		"AdminInitiateAuth":           free((*Pool).authOperations, (*authOperations).adminInitiateAuth),
		"AdminRespondToAuthChallenge": free((*Pool).authOperations, (*authOperations).adminRespondToAuthChallenge),

		"AdminCreateUser":           locked((*Pool).userAdmin, (*userAdmin).adminCreateUser),
		"AdminSetUserPassword":      locked((*Pool).userAdmin, (*userAdmin).adminSetUserPassword),
		"AdminConfirmSignUp":        locked((*Pool).userAdmin, (*userAdmin).adminConfirmSignUp),
		"AdminGetUser":              locked((*Pool).userAdmin, (*userAdmin).adminGetUser),
		"AdminSetUserMFAPreference": locked((*Pool).userAdmin, (*userAdmin).adminSetUserMFAPreference),
		"AdminUpdateUserAttributes": locked((*Pool).userAdmin, (*userAdmin).adminUpdateUserAttributes),
		"AdminResetUserPassword":    locked((*Pool).userAdmin, (*userAdmin).adminResetUserPassword),
		"AdminDeleteUser":           locked((*Pool).userAdmin, (*userAdmin).adminDeleteUser),
		"AdminDisableUser":          locked((*Pool).userAdmin, (*userAdmin).adminDisableUser),
		"AdminEnableUser":           locked((*Pool).userAdmin, (*userAdmin).adminEnableUser),
		"ListUsers":                 locked((*Pool).userAdmin, (*userAdmin).listUsers),
		"AdminUserGlobalSignOut":    locked((*Pool).userAdmin, (*userAdmin).adminUserGlobalSignOut),
		"AdminDeleteUserAttributes": locked((*Pool).userAdmin, (*userAdmin).adminDeleteUserAttributes),
		"AdminDeleteSoftwareToken":  locked((*Pool).userAdmin, (*userAdmin).adminDeleteSoftwareToken),

		"AdminGetUserAuthFactors": locked((*Pool).userAdmin, (*userAdmin).adminGetUserAuthFactors),
		"AdminSetUserSettings":    locked((*Pool).userAdmin, (*userAdmin).adminSetUserSettings),
		"AdminListUserAuthEvents": locked((*Pool).userAdmin, (*userAdmin).adminListUserAuthEvents),

		"AdminUpdateAuthEventFeedback": locked((*Pool).userAdmin, (*userAdmin).adminUpdateAuthEventFeedback),

		"AdminListDevices":        locked((*Pool).deviceAdmin, (*deviceAdmin).adminListDevices),
		"AdminGetDevice":          locked((*Pool).deviceAdmin, (*deviceAdmin).adminGetDevice),
		"AdminForgetDevice":       locked((*Pool).deviceAdmin, (*deviceAdmin).adminForgetDevice),
		"AdminUpdateDeviceStatus": locked((*Pool).deviceAdmin, (*deviceAdmin).adminUpdateDeviceStatus),

		"CreateGroup":              locked((*Pool).groupAdmin, (*groupAdmin).createGroup),
		"GetGroup":                 locked((*Pool).groupAdmin, (*groupAdmin).getGroup),
		"UpdateGroup":              locked((*Pool).groupAdmin, (*groupAdmin).updateGroup),
		"DeleteGroup":              locked((*Pool).groupAdmin, (*groupAdmin).deleteGroup),
		"ListGroups":               locked((*Pool).groupAdmin, (*groupAdmin).listGroups),
		"ListUsersInGroup":         locked((*Pool).groupAdmin, (*groupAdmin).listUsersInGroup),
		"AdminAddUserToGroup":      locked((*Pool).groupAdmin, (*groupAdmin).adminAddUserToGroup),
		"AdminRemoveUserFromGroup": locked((*Pool).groupAdmin, (*groupAdmin).adminRemoveUserFromGroup),
		"AdminListGroupsForUser":   locked((*Pool).groupAdmin, (*groupAdmin).adminListGroupsForUser),
	}
}

// poolOperations returns the administrator's operations on app clients and on the pools themselves.
func poolOperations() map[string]operation {
	return map[string]operation{
		"CreateUserPoolClient":   locked((*Pool).clientAdmin, (*clientAdmin).createUserPoolClient),
		"DescribeUserPoolClient": locked((*Pool).clientAdmin, (*clientAdmin).describeUserPoolClient),
		"UpdateUserPoolClient":   locked((*Pool).clientAdmin, (*clientAdmin).updateUserPoolClient),
		"DeleteUserPoolClient":   locked((*Pool).clientAdmin, (*clientAdmin).deleteUserPoolClient),
		"ListUserPoolClients":    locked((*Pool).clientAdmin, (*clientAdmin).listUserPoolClients),

		"AddUserPoolClientSecret":    locked((*Pool).clientAdmin, (*clientAdmin).addUserPoolClientSecret),
		"ListUserPoolClientSecrets":  locked((*Pool).clientAdmin, (*clientAdmin).listUserPoolClientSecrets),
		"DeleteUserPoolClientSecret": locked((*Pool).clientAdmin, (*clientAdmin).deleteUserPoolClientSecret),

		"SetUserPoolMfaConfig": locked((*Pool).poolAdmin, (*poolAdmin).setUserPoolMFAConfig),
		"GetUserPoolMfaConfig": locked((*Pool).poolAdmin, (*poolAdmin).getUserPoolMFAConfig),
		"DescribeUserPool":     locked((*Pool).poolAdmin, (*poolAdmin).describeUserPool),
		"UpdateUserPool":       locked((*Pool).poolAdmin, (*poolAdmin).updateUserPool),
		"DeleteUserPool":       locked((*Pool).poolAdmin, (*poolAdmin).deleteUserPool),
		"AddCustomAttributes":  locked((*Pool).poolAdmin, (*poolAdmin).addCustomAttributes),

		"TagResource":         locked((*Pool).poolAdmin, (*poolAdmin).tagResource),
		"UntagResource":       locked((*Pool).poolAdmin, (*poolAdmin).untagResource),
		"ListTagsForResource": locked((*Pool).poolAdmin, (*poolAdmin).listTagsForResource),

		"CreateUserPool": wide((*service).createUserPool),
		"ListUserPools":  wide((*service).listUserPools),
	}
}

// hostedOperations returns the administrator's operations on what the pool's pages need.
func hostedOperations() map[string]operation {
	return map[string]operation{
		"CreateUserPoolDomain":   locked((*Pool).hostedAdmin, (*hostedAdmin).createUserPoolDomain),
		"DescribeUserPoolDomain": locked((*Pool).hostedAdmin, (*hostedAdmin).describeUserPoolDomain),
		"UpdateUserPoolDomain":   locked((*Pool).hostedAdmin, (*hostedAdmin).updateUserPoolDomain),
		"DeleteUserPoolDomain":   locked((*Pool).hostedAdmin, (*hostedAdmin).deleteUserPoolDomain),

		"CreateResourceServer":   locked((*Pool).hostedAdmin, (*hostedAdmin).createResourceServer),
		"DescribeResourceServer": locked((*Pool).hostedAdmin, (*hostedAdmin).describeResourceServer),
		"UpdateResourceServer":   locked((*Pool).hostedAdmin, (*hostedAdmin).updateResourceServer),
		"DeleteResourceServer":   locked((*Pool).hostedAdmin, (*hostedAdmin).deleteResourceServer),
		"ListResourceServers":    locked((*Pool).hostedAdmin, (*hostedAdmin).listResourceServers),

		"AdminLinkProviderForUser":    locked((*Pool).hostedAdmin, (*hostedAdmin).adminLinkProviderForUser),
		"AdminDisableProviderForUser": locked((*Pool).hostedAdmin, (*hostedAdmin).adminDisableProviderForUser),

		"CreateIdentityProvider":          locked((*Pool).hostedAdmin, (*hostedAdmin).createIdentityProvider),
		"DescribeIdentityProvider":        locked((*Pool).hostedAdmin, (*hostedAdmin).describeIdentityProvider),
		"UpdateIdentityProvider":          locked((*Pool).hostedAdmin, (*hostedAdmin).updateIdentityProvider),
		"DeleteIdentityProvider":          locked((*Pool).hostedAdmin, (*hostedAdmin).deleteIdentityProvider),
		"ListIdentityProviders":           locked((*Pool).hostedAdmin, (*hostedAdmin).listIdentityProviders),
		"GetIdentityProviderByIdentifier": locked((*Pool).hostedAdmin, (*hostedAdmin).getIdentityProviderByIdentifier),
	}
}

// poolFor returns the pool that a request is for. The request names it by its id, by one of its app
// clients, by the issuer of the access token, by a challenge session, by its ARN or by a domain, in
// this order.
func (s *service) poolFor(body map[string]any) *Pool {
	for _, way := range []struct {
		member string
		owns   func(*Pool, string) bool
	}{
		{"UserPoolId", func(p *Pool, id string) bool { return p.UserPoolID == id }},
		{"ClientId", func(p *Pool, id string) bool { return p.core.clients.find(id) != nil }},
		{"AccessToken", func(p *Pool, token string) bool { return p.core.identity.issued(claimed(token).Iss) }},
		{"Session", (*Pool).opened},
		{"ResourceArn", func(p *Pool, arn string) bool { return p.core.identity.arn() == arn }},
		{"Domain", func(p *Pool, domain string) bool { return s.domains.owner(domain) == p.UserPoolID }},
	} {
		if value, _ := body[way.member].(string); value != "" {
			return s.search(func(p *Pool) bool { return way.owns(p, value) })
		}
	}
	return s.nowhere
}

// search returns the first pool for which owns is true, or the pool that nobody has.
func (s *service) search(owns func(*Pool) bool) *Pool {
	pools := s.all()
	if i := slices.IndexFunc(pools, owns); i >= 0 {
		return pools[i]
	}
	return s.nowhere
}

// claimed returns the claims of a token that is not verified yet.
func claimed(token string) accessToken {
	_, rest, _ := strings.Cut(token, ".")
	part, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(part)
	var c accessToken
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return accessToken{}
	}
	return c
}

// callContext is what most calls of an app client may carry. ClientMetadata is passed to the
// triggers. The pool has neither analytics nor threat protection and ignores the rest.
type callContext struct {
	ClientMetadata    map[string]string `wire:"ClientMetadata"`
	AnalyticsMetadata *analytics        `wire:"AnalyticsMetadata"`
	UserContextData   *userContext      `wire:"UserContextData"`
}

type analytics struct {
	AnalyticsEndpointID string `wire:"AnalyticsEndpointId"`
}

type userContext struct {
	IPAddress   string `wire:"IpAddress"`
	EncodedData string `wire:"EncodedData"`
}
