package authtest

import (
	"maps"
)

// adminContext is what an administrator's sign-in carries instead of UserContextData.
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

// adminFlows returns the flows that an administrator can begin: those of users, except that plain
// passwords have a flow of their own.
func adminFlows() map[string]flow {
	all := maps.Clone(flows())
	delete(all, flowPassword)
	password := flow{keys: []string{"PASSWORD"}, begin: (*authOperations).beginPassword}
	all[flowAdminPassword], all[flowAdminNoSRP] = password, password
	return all
}

func (in adminInitiateAuthInput) unknownKeys() []string {
	return adminFlows()[in.AuthFlow].unknownKeys(in.AuthParameters)
}

func (in adminRespondInput) unknownKeys() []string { return in.public().unknownKeys() }

func (in adminRespondInput) loose() []string { return in.public().loose() }

// public is the answer as the user's own client would give it.
func (in adminRespondInput) public() respondToAuthChallengeInput {
	return respondToAuthChallengeInput{
		ChallengeName:      in.ChallengeName,
		ClientID:           in.ClientID,
		ChallengeResponses: in.ChallengeResponses,
		Session:            in.Session,
		callContext:        callContext{ClientMetadata: in.ClientMetadata},
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
