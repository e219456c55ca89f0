package authtest

import (
	"maps"
	"slices"
	"strings"
)

// PreTokenGenerationEvent is the event of [Triggers].PreTokenGeneration.
type PreTokenGenerationEvent = Event[PreTokenGenerationRequest, PreTokenGenerationResponse]

// PreTokenGenerationRequest describes the user whose tokens are about to be issued. ClientMetadata
// is that of RespondToAuthChallenge or GetTokensFromRefreshToken.
type PreTokenGenerationRequest struct {
	UserAttributes     map[string]string  `json:"userAttributes"`
	GroupConfiguration GroupConfiguration `json:"groupConfiguration"`
	Scopes             []string           `json:"scopes,omitempty"`
	ClientMetadata     map[string]string  `json:"clientMetadata,omitempty"`
}

// GroupConfiguration is what tokens say about groups: the claim cognito:groups, and in ID tokens
// cognito:roles and cognito:preferred_role.
type GroupConfiguration struct {
	GroupsToOverride   []string `json:"groupsToOverride"`
	IAMRolesToOverride []string `json:"iamRolesToOverride"`
	PreferredRole      string   `json:"preferredRole,omitempty"`
}

// PreTokenGenerationResponse changes the tokens. Set the field of the event version that the code
// under test uses: the pool accepts both. What identifies the user, the token and its lifetime cannot
// be changed. An access token may get an aud, which must be the id of the app client.
type PreTokenGenerationResponse struct {
	// ClaimsOverrideDetails is the form of version 1, which changes ID tokens only.
	ClaimsOverrideDetails *ClaimsOverrideDetails `json:"claimsOverrideDetails,omitempty"`
	// ClaimsAndScopeOverrideDetails is the form of version 2.
	ClaimsAndScopeOverrideDetails *ClaimsAndScopeOverrideDetails `json:"claimsAndScopeOverrideDetails,omitempty"`
}

// ClaimsOverrideDetails changes ID tokens. GroupOverrideDetails replaces the groups in both tokens.
type ClaimsOverrideDetails struct {
	ClaimsToAddOrOverride map[string]string   `json:"claimsToAddOrOverride,omitempty"`
	ClaimsToSuppress      []string            `json:"claimsToSuppress,omitempty"`
	GroupOverrideDetails  *GroupConfiguration `json:"groupOverrideDetails,omitempty"`
}

// ClaimsAndScopeOverrideDetails changes both tokens.
type ClaimsAndScopeOverrideDetails struct {
	IDTokenGeneration     TokenGeneration     `json:"idTokenGeneration"`
	AccessTokenGeneration TokenGeneration     `json:"accessTokenGeneration"`
	GroupOverrideDetails  *GroupConfiguration `json:"groupOverrideDetails,omitempty"`
}

// TokenGeneration changes one token. Only access tokens have scopes.
type TokenGeneration struct {
	ClaimsToAddOrOverride map[string]any `json:"claimsToAddOrOverride,omitempty"`
	// ClaimsToSuppress removes claims, also those that ClaimsToAddOrOverride adds. "cognito:groups"
	// removes the roles too.
	ClaimsToSuppress []string `json:"claimsToSuppress,omitempty"`
	ScopesToAdd      []string `json:"scopesToAdd,omitempty"`
	ScopesToSuppress []string `json:"scopesToSuppress,omitempty"`
}

// tokenSource is the TriggerSource of the tokens that a sign-in ends with.
func (in signIn) tokenSource() string {
	switch {
	case in.provenKey != "":
		return "TokenGeneration_AuthenticateDevice"
	case in.newPassword:
		return "TokenGeneration_NewPasswordChallenge"
	}
	return "TokenGeneration_Authentication"
}

const sourceRefresh = "TokenGeneration_RefreshTokens"

// preTokenGeneration runs the trigger and returns its changes to the tokens.
func (l *lambdas) preTokenGeneration(u *user, source string, c caller) (ClaimsAndScopeOverrideDetails, error) {
	run := l.triggers.PreTokenGeneration
	if run == nil {
		return ClaimsAndScopeOverrideDetails{}, nil
	}
	o := occasion{trigger: "PreTokenGeneration", source: source, username: u.username, clientID: c.clientID}
	groups := u.membership()
	said, err := fire(l, o, run, PreTokenGenerationRequest{
		UserAttributes: u.eventAttributes(), Scopes: []string{userAdminScope}, ClientMetadata: maps.Clone(c.metadata),
		GroupConfiguration: GroupConfiguration{
			GroupsToOverride: append(
				[]string{},
				groups.names...),
			IAMRolesToOverride: append([]string{}, groups.roles...),
			PreferredRole:      groups.preferredRole,
		},
	})
	return said.details(), err
}

// details returns either form of the response as that of version 2.
func (said PreTokenGenerationResponse) details() ClaimsAndScopeOverrideDetails {
	if said.ClaimsAndScopeOverrideDetails != nil {
		return *said.ClaimsAndScopeOverrideDetails
	}
	var d ClaimsAndScopeOverrideDetails
	if first := said.ClaimsOverrideDetails; first != nil {
		d.IDTokenGeneration.ClaimsToAddOrOverride = map[string]any{}
		for name, value := range first.ClaimsToAddOrOverride {
			d.IDTokenGeneration.ClaimsToAddOrOverride[name] = value
		}
		d.IDTokenGeneration.ClaimsToSuppress = first.ClaimsToSuppress
		d.GroupOverrideDetails = first.GroupOverrideDetails
	}
	return d
}

// apply changes the claims of a token. A claim that is both added and suppressed is suppressed, and
// the roles go with the groups.
func (t TokenGeneration) apply(all claims) {
	for name, value := range t.ClaimsToAddOrOverride {
		if canAddClaim(name) || name == "aud" && all["client_id"] != nil && value == all["client_id"] {
			all[name] = value
		}
	}
	for _, name := range t.ClaimsToSuppress {
		switch {
		case name == claimGroups:
			delete(all, claimGroups)
			delete(all, claimRoles)
			delete(all, claimPreferredRole)
		case canAddClaim(name) || strings.HasPrefix(name, developerPrefix):
			delete(all, name)
		}
	}
}

// scope changes the scopes of an access token.
func (t TokenGeneration) scope(scope string) string {
	scopes := append(strings.Fields(scope), t.ScopesToAdd...)
	return strings.Join(
		slices.DeleteFunc(scopes, func(s string) bool { return slices.Contains(t.ScopesToSuppress, s) }),
		" ",
	)
}

// canAddClaim reports whether a trigger can add, change and suppress the claim by its name. The
// scopes and the groups have members of their own in the response.
func canAddClaim(name string) bool {
	fixed := []string{
		"acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "device_key", "event_id", "exp", "iat",
		"identities", "iss", "jti", "nbf", "nonce", "origin_jti", "scope", "sub", "token_use", "username", "version",
	}
	return !slices.Contains(fixed, name) && !strings.HasPrefix(name, "cognito:") &&
		!strings.HasPrefix(name, developerPrefix)
}

// override applies what the trigger returned.
func (g *grant) override(d ClaimsAndScopeOverrideDetails) {
	g.overrides = d
	if groups := d.GroupOverrideDetails; groups != nil {
		g.groups = membership{
			names: groups.GroupsToOverride, roles: groups.IAMRolesToOverride, preferredRole: groups.PreferredRole,
		}
	}
}
