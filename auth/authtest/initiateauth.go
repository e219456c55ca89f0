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
	begin func(p *Pool, b beginning) (outcome, error)
}

// beginning is a call that begins a sign-in.
type beginning struct {
	client     *appClient
	parameters map[string]string
	metadata   map[string]string
	// untracked sign-ins have nothing to do with devices.
	untracked bool
	// session is that of a sign-up which has just ended, or "".
	session string
}

func flows() map[string]flow {
	refresh := flow{keys: []string{"REFRESH_TOKEN"}, unnamed: true, begin: (*Pool).beginRefresh}
	return map[string]flow{
		flowRefresh: refresh, flowRefreshShort: refresh,
		flowSRP:      {keys: []string{"SRP_A"}, begin: (*Pool).beginSRP},
		flowPassword: {keys: []string{"PASSWORD"}, begin: (*Pool).beginPassword},
		flowUser:     {optional: []string{"PREFERRED_CHALLENGE", "PASSWORD", "SRP_A"}, begin: (*Pool).beginUserAuth},
		flowCustom:   {optional: []string{"CHALLENGE_NAME", "SRP_A"}, begin: (*Pool).beginCustom},
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
		return nil, malformed(codeInvalidParameter, textFlowNotSupported)
	case !served || !c.allows(in.AuthFlow):
		return nil, refuse(codeInvalidParameter, "%s flow not enabled for this client", in.AuthFlow)
	}
	return p.initiate(c, f, in)
}

// initiate begins a sign-in by a flow that the client may use.
func (p *Pool) initiate(c *appClient, f flow, in initiateAuthInput) (any, error) {
	if err := f.check(c, in.AuthParameters); err != nil {
		return nil, err
	}
	out, err := p.begin(f, beginning{
		client: c, parameters: in.AuthParameters, metadata: in.ClientMetadata, session: in.Session,
	})
	if err != nil {
		return nil, err
	}
	return p.reply(out)
}

// check wants the parameters that the flow must have, and proof that the client knows its secret.
func (f flow) check(c *appClient, parameters map[string]string) error {
	if f.unnamed {
		return checkKeys(parameters, f.keys...)
	}
	if err := checkKeys(parameters, append([]string{"USERNAME"}, f.keys...)...); err != nil {
		return err
	}
	return c.checkSecretHash(parameters["SECRET_HASH"], parameters["USERNAME"])
}

func (p *Pool) begin(f flow, b beginning) (outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return f.begin(p, b)
}

// unlocked does work that takes long or may call the pool, without the pool's lock, which the
// caller holds.
func (p *Pool) unlocked(work func()) {
	p.mu.Unlock()
	defer p.mu.Lock()
	work()
}

// signingIn finds the user who signs in, and the device. Where the client hides who exists,
// everybody seems to.
func (p *Pool) signingIn(b beginning) (signIn, error) {
	name := b.parameters["USERNAME"]
	u := p.users.find(name)
	switch {
	case u == nil && b.client.hideUsers:
		u = p.simulatedUser(name)
	case u == nil:
		return signIn{}, refuse(codeUserNotFound, textUserDoesNotExist)
	case u.disabled:
		return signIn{}, notAuthorized(textUserDisabled)
	}
	in := signIn{user: u, client: b.client, untracked: b.untracked}
	if err := p.present(&in, b.parameters["DEVICE_KEY"]); err != nil {
		return signIn{}, err
	}
	return in, p.preAuthentication(in, b.metadata)
}

func (p *Pool) beginPassword(b beginning) (outcome, error) {
	from := caller{clientID: b.client.id, metadata: b.metadata}
	if err := p.migrate(b.parameters["USERNAME"], b.parameters["PASSWORD"], sourceMigrateSignIn, from); err != nil {
		return outcome{}, err
	}
	in, err := p.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	return p.tryPassword(in, b.parameters["PASSWORD"])
}

// tryPassword goes on with a sign-in if the password is right.
func (p *Pool) tryPassword(in signIn, password string) (outcome, error) {
	return p.provePassword(in, func(v verifier) bool {
		return p.group.matches(v, p.poolName(), in.username, password)
	})
}

// provePassword lets the user in whose password prove finds right. The state of the account and a
// lock come before the password; prove runs without the pool's lock, because it takes milliseconds.
func (p *Pool) provePassword(in signIn, prove func(verifier) bool) (outcome, error) {
	if err := p.checkGates(in.user); err != nil {
		return outcome{}, err
	}
	v, proven := p.verifierOf(in.user), false
	p.unlocked(func() { proven = prove(v) })
	// Others may have guessed meanwhile: no more guesses are judged than one after the other would
	// be.
	if err := p.checkGates(in.user); err != nil {
		return outcome{}, err
	}
	if !proven {
		sweep(p.lockouts, &p.sizes.lockouts, func(l lockout) bool { return p.longGone(l.last) })
		p.lockouts.fail(in.username, p.Now())
		return outcome{}, notAuthorized(textWrongPassword)
	}
	delete(p.lockouts, in.username)
	in.custom = in.custom.with(ChallengeResult{ChallengeName: challengePasswordVerifier, ChallengeResult: true})
	return p.afterFirstFactor(in)
}

// checkGates refuses whoever may not try a password now.
func (p *Pool) checkGates(u *user) error {
	if err := u.checkStatus(); err != nil {
		return err
	}
	if p.lockouts.locked(u.username, p.Now()) {
		return notAuthorized("Password attempts exceeded")
	}
	return nil
}

// checkStatus refuses a user who has to do something else before signing in.
func (u *user) checkStatus() error {
	switch u.status {
	case statusUnconfirmed:
		return refuse(codeUserNotConfirmed, "User is not confirmed.")
	case statusResetRequired:
		return refuse(codePasswordResetRequired, "Password reset required for the user")
	}
	return nil
}
