package authtest

// namedCall is what a call of an app client about a user begins with who has not signed in: it only names the user.
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
