package authtest

import (
	"maps"
	"slices"
	"strings"
)

const (
	flowSRP      = "USER_SRP_AUTH"
	flowPassword = "USER_PASSWORD_AUTH"
	flowUser     = "USER_AUTH"
	flowCustom   = "CUSTOM_AUTH"
	// The two names of the flow that refreshes tokens.
	flowRefresh      = "REFRESH_TOKEN_AUTH"
	flowRefreshShort = "REFRESH_TOKEN"
	// The two names of the administrator's flow.
	flowAdminPassword = "ADMIN_USER_PASSWORD_AUTH"
	flowAdminNoSRP    = "ADMIN_NO_SRP_AUTH"
)

type initiateAuthInput struct {
	AuthFlow       string            `wire:"AuthFlow,AuthFlow,required"`
	ClientID       string            `wire:"ClientId,ClientId,required"`
	AuthParameters map[string]string `wire:"AuthParameters"`
	callContext
	Session string `wire:"Session,Session"`
}

// flow is a way to begin a sign-in.
type flow struct {
	// keys are the parameters that it must have, beside USERNAME; optional are those that it may
	// have.
	keys, optional []string
	// unnamed flows do without USERNAME, and check the SECRET_HASH themselves.
	unnamed bool
	// begin is called with the pool's lock held.
	begin func(o *authOperations, b beginning) (outcome, error)
}

// beginning is a call that begins a sign-in.
type beginning struct {
	client     *appClient
	parameters map[string]string
	metadata   map[string]string
	// session is that of a sign-up which has just ended, or "".
	session string
}

func flows() map[string]flow {
	refresh := flow{keys: []string{"REFRESH_TOKEN"}, unnamed: true, begin: (*authOperations).beginRefresh}
	return map[string]flow{
		flowRefresh:      refresh,
		flowRefreshShort: refresh,
		flowSRP:          {keys: []string{"SRP_A"}, begin: (*authOperations).beginSRP},
		flowPassword:     {keys: []string{"PASSWORD"}, begin: (*authOperations).beginPassword},
		flowUser: {
			optional: []string{"PREFERRED_CHALLENGE", "PASSWORD", "SRP_A"},
			begin:    (*authOperations).beginUserAuth,
		},
		flowCustom: {optional: []string{"CHALLENGE_NAME", "SRP_A"}, begin: (*authOperations).beginCustom},
	}
}

func (in initiateAuthInput) unknownKeys() []string {
	return flows()[in.AuthFlow].unknownKeys(in.AuthParameters)
}

// unknownKeys returns the parameters that the flow would ignore. Of a flow that is not served, all
// may mean something.
func (f flow) unknownKeys(parameters map[string]string) []string {
	if f.begin == nil {
		return nil
	}
	return keysBeyond(parameters, slices.Concat([]string{"USERNAME", "SECRET_HASH", "DEVICE_KEY"}, f.keys, f.optional))
}

// keysBeyond returns the keys that are not known, sorted.
func keysBeyond(values map[string]string, known []string) []string {
	return slices.DeleteFunc(
		slices.Sorted(maps.Keys(values)),
		func(key string) bool { return slices.Contains(known, key) },
	)
}

// checkKeys refuses a request without one of the keys.
func checkKeys(values map[string]string, keys ...string) error {
	for _, key := range keys {
		if values[key] == "" {
			return missingParameter(key)
		}
	}
	return nil
}

// authOperations are the operations of a sign-in: they begin one and take answers to its
// challenges.
type authOperations struct {
	*authentication
}

func (o *authOperations) initiateAuth(in initiateAuthInput) (any, error) {
	c, err := o.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	f, served := flows()[in.AuthFlow]
	switch {
	case strings.HasPrefix(in.AuthFlow, "ADMIN_"):
		return nil, malformed(codeInvalidParameter, textFlowNotSupported)
	case !served || !c.allows(in.AuthFlow):
		return nil, refuse(codeInvalidParameter, "%s flow not enabled for this client", in.AuthFlow)
	}
	return o.initiate(c, f, in)
}

// initiate begins a sign-in by a flow that the client may use.
func (o *authOperations) initiate(c *appClient, f flow, in initiateAuthInput) (any, error) {
	if err := f.check(c, in.AuthParameters); err != nil {
		return nil, err
	}
	out, err := o.begin(f, beginning{
		client: c, parameters: in.AuthParameters, metadata: in.ClientMetadata, session: in.Session,
	})
	if err != nil {
		return nil, err
	}
	return o.tokens.reply(out)
}

// check requires the parameters of the flow and the hash of the client secret.
func (f flow) check(c *appClient, parameters map[string]string) error {
	if f.unnamed {
		return checkKeys(parameters, f.keys...)
	}
	if err := checkKeys(parameters, append([]string{"USERNAME"}, f.keys...)...); err != nil {
		return err
	}
	return c.checkSecretHash(parameters["SECRET_HASH"], parameters["USERNAME"])
}

func (o *authOperations) begin(f flow, b beginning) (outcome, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return f.begin(o, b)
}

// signingIn returns the sign-in of the user and the device named in the parameters. If the client
// hides which users exist, an unknown user is simulated.
func (o *authOperations) signingIn(b beginning) (signIn, error) {
	name := b.parameters["USERNAME"]
	u := o.users.find(name)
	switch {
	case u == nil && b.client.hideUsers:
		u = o.hidden.user(name)
	case u == nil:
		return signIn{}, refuse(codeUserNotFound, textUserDoesNotExist)
	case u.disabled:
		return signIn{}, notAuthorized(textUserDisabled)
	}
	in := signIn{user: u, client: b.client}
	if err := o.devices.present(&in, b.parameters["DEVICE_KEY"]); err != nil {
		return signIn{}, err
	}
	return in, o.lambdas.preAuthentication(in, b.metadata)
}
