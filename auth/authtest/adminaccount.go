package authtest

import (
	"maps"
	"slices"
)

type adminAccountInput struct {
	adminTarget
}

func (o *userAdmin) adminDeleteUser(in adminAccountInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	o.removeUser(u)
	return noOutput{}, nil
}

// adminDisableUser bars the user from signing in and from refreshing tokens.
func (o *userAdmin) adminDisableUser(in adminAccountInput) (any, error) {
	return o.setDisabled(in.adminTarget, true)
}

func (o *userAdmin) adminEnableUser(in adminAccountInput) (any, error) {
	return o.setDisabled(in.adminTarget, false)
}

func (o *userAdmin) setDisabled(target adminTarget, disabled bool) (any, error) {
	u, err := o.adminUser(target)
	if err != nil {
		return nil, err
	}
	u.disabled, u.modified = disabled, o.clock.now()
	return struct{}{}, nil
}

// adminUserGlobalSignOut ends all sign-ins of the user.
func (o *userAdmin) adminUserGlobalSignOut(in adminAccountInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	o.tokens.logins.end(u)
	return struct{}{}, nil
}

// adminDeleteSoftwareToken takes the user's authenticator app away.
func (o *userAdmin) adminDeleteSoftwareToken(in adminAccountInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	if u.totp.secret == "" {
		return nil, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	}
	u.totp.secret, u.totp.deviceName, u.modified = "", "", o.clock.now()
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

func (o *userAdmin) adminDeleteUserAttributes(in adminDeleteUserAttributesInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	gone := map[string]string{}
	for _, name := range in.UserAttributeNames {
		gone[name] = ""
	}
	if err := o.settings.checkAdminUpdate(gone); err != nil {
		return nil, err
	}
	u.setAttributes(gone)
	u.modified = o.clock.now()
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
	password := flow{keys: []string{"PASSWORD"}, begin: (*authOperations).beginAdminPassword}
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

func (o *authOperations) adminInitiateAuth(in adminInitiateAuthInput) (any, error) {
	c, err := o.managedClient(in.clientTarget)
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
	return o.initiate(c, f, initiateAuthInput{
		AuthFlow: in.AuthFlow, ClientID: in.ClientID, AuthParameters: in.AuthParameters, Session: in.Session,
		callContext: callContext{ClientMetadata: in.ClientMetadata},
	})
}

func (o *authOperations) adminRespondToAuthChallenge(in adminRespondInput) (any, error) {
	if _, err := o.managedClient(in.clientTarget); err != nil {
		return nil, err
	}
	return o.respondToAuthChallenge(in.public())
}
