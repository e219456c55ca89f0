package authtest

import (
	"maps"
	"slices"
	"strings"
)

const (
	flowSRP      = "USER_SRP_AUTH"
	flowPassword = "USER_PASSWORD_AUTH"
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
	// keys are the parameters that it must have, beside USERNAME.
	keys  []string
	begin func(p *Pool, c *appClient, parameters map[string]string) (outcome, error)
}

func flows() map[string]flow {
	return map[string]flow{
		flowSRP:      {keys: []string{"SRP_A"}, begin: (*Pool).beginSRP},
		flowPassword: {keys: []string{"PASSWORD"}, begin: (*Pool).beginPassword},
	}
}

func (in initiateAuthInput) unknownKeys() []string {
	f, served := flows()[in.AuthFlow]
	if !served {
		return nil
	}
	known := append([]string{"USERNAME", "SECRET_HASH", "DEVICE_KEY"}, f.keys...)
	return keysBeyond(in.AuthParameters, known)
}

// keysBeyond returns the keys that are not known, sorted.
func keysBeyond(values map[string]string, known []string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(values)), func(key string) bool { return slices.Contains(known, key) })
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

func (p *Pool) initiateAuth(in initiateAuthInput) (any, error) {
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	f, served := flows()[in.AuthFlow]
	switch {
	case strings.HasPrefix(in.AuthFlow, "ADMIN_"):
		return nil, malformed(codeInvalidParameter, "Initiate Auth method not supported.")
	case !served || !c.allows(in.AuthFlow):
		return nil, refuse(codeInvalidParameter, "%s flow not enabled for this client", in.AuthFlow)
	}
	if err := checkKeys(in.AuthParameters, append([]string{"USERNAME"}, f.keys...)...); err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(in.AuthParameters["SECRET_HASH"], in.AuthParameters["USERNAME"]); err != nil {
		return nil, err
	}
	out, err := f.begin(p, c, in.AuthParameters)
	if err != nil {
		return nil, err
	}
	return p.reply(out)
}

// signingIn finds the user who signs in, and the device. Where the client hides who exists, everybody seems to.
func (p *Pool) signingIn(c *appClient, parameters map[string]string) (signIn, error) {
	name := parameters["USERNAME"]
	u := p.users.find(name)
	switch {
	case u == nil && c.hideUsers:
		u = p.simulatedUser(name)
	case u == nil:
		return signIn{}, refuse(codeUserNotFound, textUserDoesNotExist)
	case u.disabled:
		return signIn{}, notAuthorized(textUserDisabled)
	}
	in := signIn{user: u, client: c}
	return in, p.present(&in, parameters["DEVICE_KEY"])
}

func (p *Pool) beginPassword(c *appClient, parameters map[string]string) (outcome, error) {
	p.mu.Lock()
	in, err := p.signingIn(c, parameters)
	p.mu.Unlock()
	if err != nil {
		return outcome{}, err
	}
	return p.firstFactor(in, func(v verifier) bool {
		return p.group.matches(v, p.poolName(), in.username, parameters["PASSWORD"])
	})
}

// firstFactor lets the user in whose password prove finds right. The state of the account and a lock come before the password;
// prove runs without the pool's lock, because it takes milliseconds.
func (p *Pool) firstFactor(in signIn, prove func(verifier) bool) (outcome, error) {
	p.mu.Lock()
	v, err := in.password, p.checkGates(in.user)
	p.mu.Unlock()
	if err != nil {
		return outcome{}, err
	}
	proven := prove(v)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !proven {
		p.lockouts.fail(in.username, p.Now())
		return outcome{}, notAuthorized(textWrongPassword)
	}
	delete(p.lockouts, in.username)
	return p.afterFirstFactor(in)
}

func (p *Pool) checkGates(u *user) error {
	switch {
	case u.status == statusUnconfirmed:
		return refuse(codeUserNotConfirmed, "User is not confirmed.")
	case u.status == statusResetRequired:
		return refuse(codePasswordResetRequired, "Password reset required for the user")
	case p.lockouts.locked(u.username, p.Now()):
		return notAuthorized("Password attempts exceeded")
	}
	return nil
}
