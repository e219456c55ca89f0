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

func public[In any](handle func(*Pool, In) (any, error)) operation {
	return operation{run: func(s *service, d *decoder, body map[string]any) (any, error) {
		var in In
		if err := d.decode(body, &in); err != nil {
			return nil, err
		}
		if k, ok := any(in).(keyed); ok {
			d.unknown = append(d.unknown, k.unknownKeys()...)
		}
		return handle(s.addressee(body), in)
	}}
}

func signed[In any](handle func(*Pool, In) (any, error)) operation {
	op := public(handle)
	op.signed = true
	return op
}

func operations() map[string]operation {
	return map[string]operation{
		"StartWebAuthnRegistration":    public((*Pool).startWebAuthnRegistration),
		"CompleteWebAuthnRegistration": public((*Pool).completeWebAuthnRegistration),
		"ListWebAuthnCredentials":      public((*Pool).listWebAuthnCredentials),
		"DeleteWebAuthnCredential":     public((*Pool).deleteWebAuthnCredential),

		"SignUp":                      public((*Pool).signUp),
		"ConfirmSignUp":               public((*Pool).confirmSignUp),
		"ResendConfirmationCode":      public((*Pool).resendConfirmationCode),
		"InitiateAuth":                public((*Pool).initiateAuth),
		"RespondToAuthChallenge":      public((*Pool).respondToAuthChallenge),
		"AssociateSoftwareToken":      public((*Pool).associateSoftwareToken),
		"VerifySoftwareToken":         public((*Pool).verifySoftwareToken),
		"SetUserMFAPreference":        public((*Pool).setUserMFAPreference),
		"GetUser":                     public((*Pool).getUser),
		"ConfirmDevice":               public((*Pool).confirmDevice),
		"UpdateDeviceStatus":          public((*Pool).updateDeviceStatus),
		"ForgetDevice":                public((*Pool).forgetDevice),
		"GetDevice":                   public((*Pool).getDevice),
		"ListDevices":                 public((*Pool).listDevices),
		"GetTokensFromRefreshToken":   public((*Pool).getTokensFromRefreshToken),
		"RevokeToken":                 public((*Pool).revokeToken),
		"GlobalSignOut":               public((*Pool).globalSignOut),
		"AdminCreateUser":             signed((*Pool).adminCreateUser),
		"AdminSetUserPassword":        signed((*Pool).adminSetUserPassword),
		"AdminConfirmSignUp":          signed((*Pool).adminConfirmSignUp),
		"AdminGetUser":                signed((*Pool).adminGetUser),
		"AdminSetUserMFAPreference":   signed((*Pool).adminSetUserMFAPreference),
		"AdminUpdateUserAttributes":   signed((*Pool).adminUpdateUserAttributes),
		"AdminResetUserPassword":      signed((*Pool).adminResetUserPassword),
		"AdminDeleteUser":             signed((*Pool).adminDeleteUser),
		"AdminDisableUser":            signed((*Pool).adminDisableUser),
		"AdminEnableUser":             signed((*Pool).adminEnableUser),
		"AdminListDevices":            signed((*Pool).adminListDevices),
		"AdminGetDevice":              signed((*Pool).adminGetDevice),
		"AdminForgetDevice":           signed((*Pool).adminForgetDevice),
		"AdminUpdateDeviceStatus":     signed((*Pool).adminUpdateDeviceStatus),
		"SetUserPoolMfaConfig":        signed((*Pool).setUserPoolMFAConfig),
		"GetUserPoolMfaConfig":        signed((*Pool).getUserPoolMFAConfig),
		"DescribeUserPool":            signed((*Pool).describeUserPool),
		"CreateUserPool":              wide((*service).createUserPool),
		"UpdateUserPool":              signed((*Pool).updateUserPool),
		"DeleteUserPool":              signed((*Pool).deleteUserPool),
		"ListUserPools":               wide((*service).listUserPools),
		"CreateUserPoolClient":        signed((*Pool).createUserPoolClient),
		"DescribeUserPoolClient":      signed((*Pool).describeUserPoolClient),
		"UpdateUserPoolClient":        signed((*Pool).updateUserPoolClient),
		"DeleteUserPoolClient":        signed((*Pool).deleteUserPoolClient),
		"ListUserPoolClients":         signed((*Pool).listUserPoolClients),
		"ListUsers":                   signed((*Pool).listUsers),
		"CreateGroup":                 signed((*Pool).createGroup),
		"GetGroup":                    signed((*Pool).getGroup),
		"UpdateGroup":                 signed((*Pool).updateGroup),
		"DeleteGroup":                 signed((*Pool).deleteGroup),
		"ListGroups":                  signed((*Pool).listGroups),
		"ListUsersInGroup":            signed((*Pool).listUsersInGroup),
		"AdminAddUserToGroup":         signed((*Pool).adminAddUserToGroup),
		"AdminRemoveUserFromGroup":    signed((*Pool).adminRemoveUserFromGroup),
		"AdminListGroupsForUser":      signed((*Pool).adminListGroupsForUser),
		"AdminUserGlobalSignOut":      signed((*Pool).adminUserGlobalSignOut),
		"AdminDeleteUserAttributes":   signed((*Pool).adminDeleteUserAttributes),
		"AdminDeleteSoftwareToken":    signed((*Pool).adminDeleteSoftwareToken),
		"AdminInitiateAuth":           signed((*Pool).adminInitiateAuth),
		"AdminRespondToAuthChallenge": signed((*Pool).adminRespondToAuthChallenge),
		"AddCustomAttributes":         signed((*Pool).addCustomAttributes),

		"ForgotPassword":                   public((*Pool).forgotPassword),
		"ConfirmForgotPassword":            public((*Pool).confirmForgotPassword),
		"ChangePassword":                   public((*Pool).changePassword),
		"UpdateUserAttributes":             public((*Pool).updateUserAttributes),
		"DeleteUserAttributes":             public((*Pool).deleteUserAttributes),
		"GetUserAttributeVerificationCode": public((*Pool).getUserAttributeVerificationCode),
		"VerifyUserAttribute":              public((*Pool).verifyUserAttribute),
		"DeleteUser":                       public((*Pool).deleteUser),
		"GetUserAuthFactors":               public((*Pool).getUserAuthFactors),
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
		{"ClientId", func(p *Pool, id string) bool { return p.clients.find(id) != nil }},
		{"AccessToken", func(p *Pool, token string) bool { return p.issuer() == claimedIssuer(token) }},
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
func (p *Pool) callingClient(in namedCall) (*appClient, error) {
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	return c, c.checkSecretHash(in.SecretHash, in.Username)
}

// caller is on whose behalf the call's triggers run.
func (in namedCall) caller() caller {
	return caller{clientID: in.ClientID, metadata: in.ClientMetadata}
}
