package authtest

import (
	"maps"
	"slices"
)

type adminAccountInput struct {
	adminTarget
}

func (p *Pool) adminDeleteUser(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	p.removeUser(u)
	return noOutput{}, nil
}

// adminDisableUser bars the user from signing in and from refreshing tokens.
func (p *Pool) adminDisableUser(in adminAccountInput) (any, error) {
	return p.setDisabled(in.adminTarget, true)
}

func (p *Pool) adminEnableUser(in adminAccountInput) (any, error) {
	return p.setDisabled(in.adminTarget, false)
}

func (p *Pool) setDisabled(target adminTarget, disabled bool) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(target)
	if err != nil {
		return nil, err
	}
	u.disabled, u.modified = disabled, p.Now()
	return struct{}{}, nil
}

// adminUserGlobalSignOut ends all sign-ins of the user.
func (p *Pool) adminUserGlobalSignOut(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	p.logins.end(u)
	return struct{}{}, nil
}

// adminDeleteSoftwareToken takes the user's authenticator app away.
func (p *Pool) adminDeleteSoftwareToken(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	if u.totp.secret == "" {
		return nil, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	}
	u.totp.secret, u.totp.deviceName, u.modified = "", "", p.Now()
	u.mfa = slices.DeleteFunc(u.mfa, func(factor string) bool { return factor == challengeTOTP })
	if u.preferredMFA == challengeTOTP {
		u.preferredMFA = ""
	}
	return struct{}{}, nil
}

type adminDeleteUserAttributesInput struct {
	adminTarget
	UserAttributeNames []string `wire:"UserAttributeNames,AttributeName,required"`
}

func (p *Pool) adminDeleteUserAttributes(in adminDeleteUserAttributesInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	gone := map[string]string{}
	for _, name := range in.UserAttributeNames {
		gone[name] = ""
	}
	if err := p.checkAdminUpdate(gone); err != nil {
		return nil, err
	}
	u.setAttributes(gone)
	u.modified = p.Now()
	return struct{}{}, nil
}

// adminContext is what an administrator's sign-in carries in the place of UserContextData.
type adminContext struct {
	EncodedData string       `wire:"EncodedData"`
	HTTPHeaders []httpHeader `wire:"HttpHeaders"`
	IPAddress   string       `wire:"IpAddress"`
	ServerName  string       `wire:"ServerName"`
	ServerPath  string       `wire:"ServerPath"`
}

type httpHeader struct {
	Name  string `wire:"headerName"`
	Value string `wire:"headerValue"`
}

type adminInitiateAuthInput struct {
	clientTarget
	AuthFlow          string            `wire:"AuthFlow,AuthFlow,required"`
	AuthParameters    map[string]string `wire:"AuthParameters"`
	ClientMetadata    map[string]string `wire:"ClientMetadata"`
	AnalyticsMetadata *analytics        `wire:"AnalyticsMetadata"`
	ContextData       *adminContext     `wire:"ContextData"`
	Session           string            `wire:"Session,Session"`
}

type adminRespondInput struct {
	clientTarget
	ChallengeName      string            `wire:"ChallengeName,ChallengeName,required"`
	ChallengeResponses map[string]string `wire:"ChallengeResponses"`
	ClientMetadata     map[string]string `wire:"ClientMetadata"`
	AnalyticsMetadata  *analytics        `wire:"AnalyticsMetadata"`
	ContextData        *adminContext     `wire:"ContextData"`
	Session            string            `wire:"Session,Session"`
}

// adminFlows are those that an administrator can begin: the users' own without the bare password,
// which has a flow of its own.
func adminFlows() map[string]flow {
	all := maps.Clone(flows())
	delete(all, flowPassword)
	password := flow{keys: []string{"PASSWORD"}, begin: (*Pool).beginAdminPassword}
	all[flowAdminPassword], all[flowAdminNoSRP] = password, password
	return all
}

func (in adminInitiateAuthInput) unknownKeys() []string {
	return adminFlows()[in.AuthFlow].unknownKeys(in.AuthParameters)
}

func (in adminRespondInput) unknownKeys() []string { return in.public().unknownKeys() }

// public is the answer as the user's own client would give it.
func (in adminRespondInput) public() respondToAuthChallengeInput {
	return respondToAuthChallengeInput{
		ChallengeName: in.ChallengeName, ClientID: in.ClientID, ChallengeResponses: in.ChallengeResponses, Session: in.Session,
		callContext: callContext{ClientMetadata: in.ClientMetadata},
	}
}

func (p *Pool) adminInitiateAuth(in adminInitiateAuthInput) (any, error) {
	c, err := p.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	f, served := adminFlows()[in.AuthFlow]
	switch {
	case in.AuthFlow == flowPassword:
		return nil, malformed(codeInvalidParameter, textFlowNotSupported)
	case !served || !c.allows(in.AuthFlow):
		return nil, refuse(codeInvalidParameter, "Auth flow not enabled for this client")
	}
	return p.initiate(c, f, initiateAuthInput{
		AuthFlow: in.AuthFlow, ClientID: in.ClientID, AuthParameters: in.AuthParameters, Session: in.Session,
		callContext: callContext{ClientMetadata: in.ClientMetadata},
	})
}

// beginAdminPassword is the flow that device tracking does not go together with: it hands out no
// key and takes none.
func (p *Pool) beginAdminPassword(b beginning) (outcome, error) {
	b.untracked = true
	return p.beginPassword(b)
}

func (p *Pool) adminRespondToAuthChallenge(in adminRespondInput) (any, error) {
	if _, err := p.managedClient(in.clientTarget); err != nil {
		return nil, err
	}
	return p.respondToAuthChallenge(in.public())
}
