package authtest

import (
	"encoding/json"
	"strings"
	"time"
)

// identityPool is one identity pool.
type identityPool struct {
	id, name string
	// guests says that people who have not signed in get identities too.
	guests bool
	// classic allows GetOpenIdToken, the first half of the basic flow.
	classic   bool
	providers []loginProvider
	// authenticatedRole and guestRole are the ARNs of the roles; empty if they were not set.
	authenticatedRole, guestRole string
	// mappings choose the roles of people who signed in, by login provider and app client, as
	// SetIdentityPoolRoles has them.
	mappings map[string]roleMapping
	// validity is the lifetime of credentials.
	validity time.Duration

	identities map[string]*federatedIdentity
	byLogin    map[loginKey]*federatedIdentity
}

// loginProvider is an app client of a user pool whose ID tokens an identity pool accepts.
type loginProvider struct {
	ProviderName         string `json:"ProviderName" wire:"ProviderName"`
	ClientID             string `json:"ClientId" wire:"ClientId"`
	ServerSideTokenCheck bool   `json:"ServerSideTokenCheck" wire:"ServerSideTokenCheck"`
}

const (
	credentialsValidity   = time.Hour
	roleAuthenticated     = "authenticated"
	roleUnauthenticated   = "unauthenticated"
	textPoolNotFound      = "IdentityPool '%s' not found."
	codeIdentityConfig    = "InvalidIdentityPoolConfigurationException"
	codeResourceConflict  = "ResourceConflictException"
	textIdentityPoolRoles = "Invalid identity pool configuration. Check assigned IAM roles for this pool."
)

// IdentityPool describes an identity pool for [Pool.AddIdentityPool]. The zero value accepts the
// people of the user pool's first app client, and no guests.
type IdentityPool struct {
	// ClientIDs are the app clients of the user pool whose ID tokens are accepted. The default is
	// the pool's first client.
	ClientIDs []string
	// ServerSideTokenCheck refuses the tokens of people who are signed out everywhere, disabled or
	// deleted.
	ServerSideTokenCheck bool
	// Guests gives identities to people who have not signed in (AllowUnauthenticatedIdentities).
	Guests bool
	// BasicFlow allows GetOpenIdToken (AllowClassicFlow).
	BasicFlow bool
	// AuthenticatedRole and GuestRole are ARNs of roles. The defaults are made up; NoRoles leaves
	// them unset.
	AuthenticatedRole, GuestRole string
	NoRoles                      bool
	// RolesFromTokens chooses the role of people who signed in by cognito:preferred_role, and lets
	// them choose another of cognito:roles (Type: Token). By default both are ignored.
	RolesFromTokens bool
	// DenyAmbiguousRole refuses people whose token names no role, instead of giving them
	// AuthenticatedRole. It goes with RolesFromTokens.
	DenyAmbiguousRole bool
	// CredentialsValidity is how long credentials are valid. The default, and the only value of the
	// real service, is 1 hour.
	CredentialsValidity time.Duration
}

// AddIdentityPool creates an identity pool behind the pool's address, for people who sign in to
// this user pool, and returns its id. The operations CreateIdentityPool and SetIdentityPoolRoles do
// the same for any AWS client.
func (p *Pool) AddIdentityPool(cfg IdentityPool) (id string) {
	f := p.service.identities
	created := f.newPool("pool")
	created.guests, created.classic = cfg.Guests, cfg.BasicFlow
	if len(cfg.ClientIDs) == 0 {
		cfg.ClientIDs = []string{p.ClientID}
	}
	provider := withoutScheme(p.Issuer())
	for _, client := range cfg.ClientIDs {
		created.providers = append(created.providers, loginProvider{
			ProviderName: provider, ClientID: client, ServerSideTokenCheck: cfg.ServerSideTokenCheck,
		})
		if cfg.RolesFromTokens {
			created.mappings[provider+":"+client] = cfg.tokenMapping()
		}
	}
	if !cfg.NoRoles {
		fill(&cfg.AuthenticatedRole, "arn:aws:iam::"+accountID+":role/authenticated")
		fill(&cfg.GuestRole, "arn:aws:iam::"+accountID+":role/guest")
	}
	created.authenticatedRole, created.guestRole = cfg.AuthenticatedRole, cfg.GuestRole
	fill(&cfg.CredentialsValidity, credentialsValidity)
	created.validity = cfg.CredentialsValidity
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pools[created.id] = created
	return created.id
}

func (cfg IdentityPool) tokenMapping() roleMapping {
	if cfg.DenyAmbiguousRole {
		return roleMapping{Type: mappingToken, Ambiguous: ambiguousDeny}
	}
	return roleMapping{Type: mappingToken, Ambiguous: ambiguousAuthenticated}
}

// newPool returns a pool that no request can reach yet.
func (f *identityService) newPool(name string) *identityPool {
	return &identityPool{
		id: f.region + ":" + newUUID(), name: name, validity: credentialsValidity, mappings: map[string]roleMapping{},
		identities: map[string]*federatedIdentity{}, byLogin: map[loginKey]*federatedIdentity{},
	}
}

func (f *identityService) pool(id string) (*identityPool, error) {
	if p := f.pools[id]; p != nil {
		return p, nil
	}
	return nil, refuse(codeResourceNotFound, textPoolNotFound, id)
}

type createIdentityPoolInput struct {
	IdentityPoolName               string            `wire:"IdentityPoolName,,required"`
	AllowUnauthenticatedIdentities bool              `wire:"AllowUnauthenticatedIdentities,,required"`
	AllowClassicFlow               bool              `wire:"AllowClassicFlow"`
	CognitoIdentityProviders       []loginProvider   `wire:"CognitoIdentityProviders"`
	IdentityPoolTags               map[string]string `wire:"IdentityPoolTags"`
}

type identityPoolTarget struct {
	IdentityPoolID string `wire:"IdentityPoolId,,required"`
}

type identityPoolRecord struct {
	IdentityPoolID                 string `json:"IdentityPoolId"`
	IdentityPoolName               string
	AllowUnauthenticatedIdentities bool
	AllowClassicFlow               bool
	CognitoIdentityProviders       []loginProvider `json:",omitempty"`
}

func (p *identityPool) record() identityPoolRecord {
	return identityPoolRecord{
		IdentityPoolID: p.id, IdentityPoolName: p.name, AllowUnauthenticatedIdentities: p.guests,
		AllowClassicFlow: p.classic, CognitoIdentityProviders: p.providers,
	}
}

func (f *identityService) createIdentityPool(in createIdentityPoolInput) (any, error) {
	created := f.newPool(in.IdentityPoolName)
	created.guests, created.classic = in.AllowUnauthenticatedIdentities, in.AllowClassicFlow
	created.providers = in.CognitoIdentityProviders
	f.pools[created.id] = created
	return created.record(), nil
}

func (f *identityService) describeIdentityPool(in identityPoolTarget) (any, error) {
	p, err := f.pool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	return p.record(), nil
}

func (f *identityService) deleteIdentityPool(in identityPoolTarget) (any, error) {
	p, err := f.pool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	delete(f.pools, p.id)
	return noOutput{}, nil
}

type setIdentityPoolRolesInput struct {
	identityPoolTarget
	Roles        map[string]string `wire:"Roles,,required"`
	RoleMappings any               `wire:"RoleMappings"`
}

type identityPoolRoles struct {
	IdentityPoolID string `json:"IdentityPoolId"`
	Roles          map[string]string
	RoleMappings   map[string]roleMapping `json:",omitempty"`
}

func (f *identityService) setIdentityPoolRoles(in setIdentityPoolRolesInput) (any, error) {
	p, err := f.pool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	for kind, role := range in.Roles {
		if kind != roleAuthenticated && kind != roleUnauthenticated || !isARN(role) {
			return nil, malformed(codeInvalidParameter, "%q is no kind of role, or its value is no ARN.", kind)
		}
	}
	mappings, err := roleMappings(in.RoleMappings)
	if err != nil {
		return nil, err
	}
	p.authenticatedRole, p.guestRole, p.mappings = in.Roles[roleAuthenticated], in.Roles[roleUnauthenticated], mappings
	return noOutput{}, nil
}

// roleMappings decodes what the decoder has no type for: a map of structures.
func roleMappings(tree any) (map[string]roleMapping, error) {
	mappings := map[string]roleMapping{}
	data, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(data, &mappings)
	}
	if err != nil {
		return nil, malformed(codeSerialization, "RoleMappings has the wrong form.")
	}
	for key, m := range mappings {
		if err := m.check(); err != nil {
			return nil, malformed(codeInvalidParameter, "RoleMappings %s: %v", key, err)
		}
	}
	return mappings, nil
}

func (f *identityService) getIdentityPoolRoles(in identityPoolTarget) (any, error) {
	p, err := f.pool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	roles := map[string]string{}
	if p.authenticatedRole != "" {
		roles[roleAuthenticated] = p.authenticatedRole
	}
	if p.guestRole != "" {
		roles[roleUnauthenticated] = p.guestRole
	}
	return identityPoolRoles{IdentityPoolID: p.id, Roles: roles, RoleMappings: p.mappings}, nil
}

// withoutScheme returns the issuer of tokens as the name of a login provider.
func withoutScheme(issuer string) string {
	_, name, _ := strings.Cut(issuer, "://")
	return name
}
