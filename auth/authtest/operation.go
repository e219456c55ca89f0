package authtest

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// operation is one operation of the API.
type operation struct {
	// signed operations belong to the administrator and want a Signature Version 4.
	signed bool
	// run decodes the body with d and carries the request out.
	run func(s *service, d *decoder, body map[string]any) (any, error)
}

// keyed is a request with a string map in it, of which only some keys mean something.
type keyed interface {
	// unknownKeys returns the keys that the service would ignore.
	unknownKeys() []string
}

// wide is an operation that is not about one pool.
func wide[In any](handle func(*service, In) (any, error)) operation {
	return operation{signed: true, run: func(s *service, d *decoder, body map[string]any) (any, error) {
		var in In
		if err := d.decode(body, &in); err != nil {
			return nil, err
		}
		return handle(s, in)
	}}
}

// public is an operation of a family about one pool.
func public[Family, In any](family func(*Pool) Family, handle func(Family, In) (any, error)) operation {
	return operation{run: func(s *service, d *decoder, body map[string]any) (any, error) {
		var in In
		if err := d.decode(body, &in); err != nil {
			return nil, err
		}
		if k, ok := any(in).(keyed); ok {
			d.unknown = append(d.unknown, k.unknownKeys()...)
		}
		return handle(family(s.addressee(body)), in)
	}}
}

// signed is a public operation that belongs to the administrator.
func signed[Family, In any](family func(*Pool) Family, handle func(Family, In) (any, error)) operation {
	op := public(family, handle)
	op.signed = true
	return op
}

func operations() map[string]operation {
	return map[string]operation{
		"StartWebAuthnRegistration":    public((*Pool).ownPasskeys, (*ownPasskeys).startWebAuthnRegistration),
		"CompleteWebAuthnRegistration": public((*Pool).ownPasskeys, (*ownPasskeys).completeWebAuthnRegistration),
		"ListWebAuthnCredentials":      public((*Pool).ownPasskeys, (*ownPasskeys).listWebAuthnCredentials),
		"DeleteWebAuthnCredential":     public((*Pool).ownPasskeys, (*ownPasskeys).deleteWebAuthnCredential),

		"SignUp":                      public((*Pool).registration, (*registration).signUp),
		"ConfirmSignUp":               public((*Pool).registration, (*registration).confirmSignUp),
		"ResendConfirmationCode":      public((*Pool).registration, (*registration).resendConfirmationCode),
		"InitiateAuth":                public((*Pool).authOperations, (*authOperations).initiateAuth),
		"RespondToAuthChallenge":      public((*Pool).authOperations, (*authOperations).respondToAuthChallenge),
		"AssociateSoftwareToken":      public((*Pool).ownAccount, (*ownAccount).associateSoftwareToken),
		"VerifySoftwareToken":         public((*Pool).ownAccount, (*ownAccount).verifySoftwareToken),
		"SetUserMFAPreference":        public((*Pool).ownAccount, (*ownAccount).setUserMFAPreference),
		"GetUser":                     public((*Pool).ownAccount, (*ownAccount).getUser),
		"ConfirmDevice":               public((*Pool).ownDevices, (*ownDevices).confirmDevice),
		"UpdateDeviceStatus":          public((*Pool).ownDevices, (*ownDevices).updateDeviceStatus),
		"ForgetDevice":                public((*Pool).ownDevices, (*ownDevices).forgetDevice),
		"GetDevice":                   public((*Pool).ownDevices, (*ownDevices).getDevice),
		"ListDevices":                 public((*Pool).ownDevices, (*ownDevices).listDevices),
		"GetTokensFromRefreshToken":   public((*Pool).refresher, (*refresher).getTokensFromRefreshToken),
		"RevokeToken":                 public((*Pool).refresher, (*refresher).revokeToken),
		"GlobalSignOut":               public((*Pool).ownAccount, (*ownAccount).globalSignOut),
		"AdminCreateUser":             signed((*Pool).userAdmin, (*userAdmin).adminCreateUser),
		"AdminSetUserPassword":        signed((*Pool).userAdmin, (*userAdmin).adminSetUserPassword),
		"AdminConfirmSignUp":          signed((*Pool).userAdmin, (*userAdmin).adminConfirmSignUp),
		"AdminGetUser":                signed((*Pool).userAdmin, (*userAdmin).adminGetUser),
		"AdminSetUserMFAPreference":   signed((*Pool).userAdmin, (*userAdmin).adminSetUserMFAPreference),
		"AdminUpdateUserAttributes":   signed((*Pool).userAdmin, (*userAdmin).adminUpdateUserAttributes),
		"AdminResetUserPassword":      signed((*Pool).userAdmin, (*userAdmin).adminResetUserPassword),
		"AdminDeleteUser":             signed((*Pool).userAdmin, (*userAdmin).adminDeleteUser),
		"AdminDisableUser":            signed((*Pool).userAdmin, (*userAdmin).adminDisableUser),
		"AdminEnableUser":             signed((*Pool).userAdmin, (*userAdmin).adminEnableUser),
		"AdminListDevices":            signed((*Pool).deviceAdmin, (*deviceAdmin).adminListDevices),
		"AdminGetDevice":              signed((*Pool).deviceAdmin, (*deviceAdmin).adminGetDevice),
		"AdminForgetDevice":           signed((*Pool).deviceAdmin, (*deviceAdmin).adminForgetDevice),
		"AdminUpdateDeviceStatus":     signed((*Pool).deviceAdmin, (*deviceAdmin).adminUpdateDeviceStatus),
		"SetUserPoolMfaConfig":        signed((*Pool).poolAdmin, (*poolAdmin).setUserPoolMFAConfig),
		"GetUserPoolMfaConfig":        signed((*Pool).poolAdmin, (*poolAdmin).getUserPoolMFAConfig),
		"DescribeUserPool":            signed((*Pool).poolAdmin, (*poolAdmin).describeUserPool),
		"CreateUserPool":              wide((*service).createUserPool),
		"UpdateUserPool":              signed((*Pool).poolAdmin, (*poolAdmin).updateUserPool),
		"DeleteUserPool":              signed((*Pool).poolAdmin, (*poolAdmin).deleteUserPool),
		"ListUserPools":               wide((*service).listUserPools),
		"CreateUserPoolClient":        signed((*Pool).clientAdmin, (*clientAdmin).createUserPoolClient),
		"DescribeUserPoolClient":      signed((*Pool).clientAdmin, (*clientAdmin).describeUserPoolClient),
		"UpdateUserPoolClient":        signed((*Pool).clientAdmin, (*clientAdmin).updateUserPoolClient),
		"DeleteUserPoolClient":        signed((*Pool).clientAdmin, (*clientAdmin).deleteUserPoolClient),
		"ListUserPoolClients":         signed((*Pool).clientAdmin, (*clientAdmin).listUserPoolClients),
		"ListUsers":                   signed((*Pool).userAdmin, (*userAdmin).listUsers),
		"CreateGroup":                 signed((*Pool).groupAdmin, (*groupAdmin).createGroup),
		"GetGroup":                    signed((*Pool).groupAdmin, (*groupAdmin).getGroup),
		"UpdateGroup":                 signed((*Pool).groupAdmin, (*groupAdmin).updateGroup),
		"DeleteGroup":                 signed((*Pool).groupAdmin, (*groupAdmin).deleteGroup),
		"ListGroups":                  signed((*Pool).groupAdmin, (*groupAdmin).listGroups),
		"ListUsersInGroup":            signed((*Pool).groupAdmin, (*groupAdmin).listUsersInGroup),
		"AdminAddUserToGroup":         signed((*Pool).groupAdmin, (*groupAdmin).adminAddUserToGroup),
		"AdminRemoveUserFromGroup":    signed((*Pool).groupAdmin, (*groupAdmin).adminRemoveUserFromGroup),
		"AdminListGroupsForUser":      signed((*Pool).groupAdmin, (*groupAdmin).adminListGroupsForUser),
		"AdminUserGlobalSignOut":      signed((*Pool).userAdmin, (*userAdmin).adminUserGlobalSignOut),
		"AdminDeleteUserAttributes":   signed((*Pool).userAdmin, (*userAdmin).adminDeleteUserAttributes),
		"AdminDeleteSoftwareToken":    signed((*Pool).userAdmin, (*userAdmin).adminDeleteSoftwareToken),
		"AdminInitiateAuth":           signed((*Pool).authOperations, (*authOperations).adminInitiateAuth),
		"AdminRespondToAuthChallenge": signed((*Pool).authOperations, (*authOperations).adminRespondToAuthChallenge),
		"AddCustomAttributes":         signed((*Pool).poolAdmin, (*poolAdmin).addCustomAttributes),

		"ForgotPassword":                   public((*Pool).registration, (*registration).forgotPassword),
		"ConfirmForgotPassword":            public((*Pool).registration, (*registration).confirmForgotPassword),
		"ChangePassword":                   public((*Pool).ownAccount, (*ownAccount).changePassword),
		"UpdateUserAttributes":             public((*Pool).ownAccount, (*ownAccount).updateUserAttributes),
		"DeleteUserAttributes":             public((*Pool).ownAccount, (*ownAccount).deleteUserAttributes),
		"GetUserAttributeVerificationCode": public((*Pool).ownAccount, (*ownAccount).getUserAttributeVerificationCode),
		"VerifyUserAttribute":              public((*Pool).ownAccount, (*ownAccount).verifyUserAttribute),
		"DeleteUser":                       public((*Pool).ownAccount, (*ownAccount).deleteUser),
		"GetUserAuthFactors":               public((*Pool).ownAccount, (*ownAccount).getUserAuthFactors),
	}
}

// isCognitoOperation reports whether the real service has the operation, so that a typing error can
// be told from an operation which this pool does not serve.
func isCognitoOperation(name string) bool {
	return slices.Contains(strings.Fields(cognitoOperations), name)
}

const cognitoOperations = `
AddCustomAttributes AddUserPoolClientSecret AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminDeleteSoftwareToken
AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser AdminEnableUser AdminForgetDevice
AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminInitiateAuth AdminLinkProviderForUser AdminListDevices
AdminListGroupsForUser AdminListUserAuthEvents AdminRemoveUserFromGroup AdminResetUserPassword AdminRespondToAuthChallenge
AdminSetUserMFAPreference AdminSetUserPassword AdminSetUserSettings AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus
AdminUpdateUserAttributes AdminUserGlobalSignOut AssociateSoftwareToken ChangePassword CompleteWebAuthnRegistration
ConfirmDevice ConfirmForgotPassword ConfirmSignUp CreateGroup CreateIdentityProvider CreateManagedLoginBranding
CreateResourceServer CreateTerms CreateUserImportJob CreateUserPool CreateUserPoolClient CreateUserPoolDomain
CreateUserPoolReplica DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding DeleteResourceServer DeleteTerms
DeleteUser DeleteUserAttributes DeleteUserPool DeleteUserPoolClient DeleteUserPoolClientSecret DeleteUserPoolDomain
DeleteUserPoolReplica DeleteWebAuthnCredential DescribeIdentityProvider DescribeManagedLoginBranding
DescribeManagedLoginBrandingByClient DescribeResourceServer DescribeRiskConfiguration DescribeTerms DescribeUserImportJob
DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain ForgetDevice ForgotPassword GetCSVHeader GetDevice GetGroup
GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetProvisionedLimit GetSigningCertificate
GetTokensFromRefreshToken GetUICustomization GetUser GetUserAttributeVerificationCode GetUserAuthFactors
GetUserPoolMfaConfig GlobalSignOut InitiateAuth ListDevices ListGroups ListIdentityProviders ListResourceServers
ListTagsForResource ListTerms ListUserImportJobs ListUserPoolClientSecrets ListUserPoolClients ListUserPoolReplicas
ListUserPools ListUsers ListUsersInGroup ListWebAuthnCredentials ResendConfirmationCode RespondToAuthChallenge RevokeToken
SetLogDeliveryConfiguration SetRiskConfiguration SetUICustomization SetUserMFAPreference SetUserPoolMfaConfig
SetUserSettings SignUp StartUserImportJob StartWebAuthnRegistration StopUserImportJob TagResource UntagResource
UpdateAuthEventFeedback UpdateDeviceStatus UpdateGroup UpdateIdentityProvider UpdateManagedLoginBranding
UpdateProvisionedLimit UpdateResourceServer UpdateTerms UpdateUserAttributes UpdateUserPool UpdateUserPoolClient
UpdateUserPoolDomain UpdateUserPoolReplica VerifySoftwareToken VerifyUserAttribute
`

// addressee is the pool that a request is for. It may be named by its id, by one of its app
// clients, by the issuer of the access token or by the challenge session that the request carries,
// in this order.
func (s *service) addressee(body map[string]any) *Pool {
	for _, way := range []struct {
		member string
		owns   func(*Pool, string) bool
	}{
		{"UserPoolId", func(p *Pool, id string) bool { return p.UserPoolID == id }},
		{"ClientId", func(p *Pool, id string) bool { return p.core.clients.find(id) != nil }},
		{"AccessToken", func(p *Pool, token string) bool { return p.core.identity.issuer == claimedIssuer(token) }},
		{"Session", (*Pool).opened},
	} {
		if value, _ := body[way.member].(string); value != "" {
			return s.search(func(p *Pool) bool { return way.owns(p, value) })
		}
	}
	return s.nowhere
}

func (s *service) search(owns func(*Pool) bool) *Pool {
	pools := s.all()
	if i := slices.IndexFunc(pools, owns); i >= 0 {
		return pools[i]
	}
	return s.nowhere
}

// claimedIssuer is the iss of a token that nobody has verified yet.
func claimedIssuer(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	part, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(part)
	var c accessToken
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return ""
	}
	return c.Iss
}

// callContext is what most calls of an app client may carry. ClientMetadata is for the triggers.
// The pool has no analytics and no threat protection, so it takes the rest and does not look at it.
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

// namedCall is what a call of an app client about a user begins with who has not signed in: it only
// names the user.
type namedCall struct {
	ClientID   string `wire:"ClientId,ClientId,required"`
	Username   string `wire:"Username,Username,required"`
	SecretHash string `wire:"SecretHash,SecretHash"`
	callContext
}

// callingClient finds the app client, if it knows its secret.
func (k *core) callingClient(in namedCall) (*appClient, error) {
	c, err := k.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	return c, c.checkSecretHash(in.SecretHash, in.Username)
}

// caller is on whose behalf the call's triggers run.
func (in namedCall) caller() caller {
	return caller{clientID: in.ClientID, metadata: in.ClientMetadata}
}
