package authtest

import (
	"strings"
	"sync"
)

// core is what most operations of a pool work with. The families of operations embed it.
type core struct {
	// mu guards everything that the pool keeps and that has no lock of its own.
	mu        *poolLock
	clock     *clock
	identity  identity
	settings  *settings
	users     *directory
	clients   *appClients
	passwords *passwords
	devices   *deviceTracker
	tokens    *tokenIssuer
	lambdas   *lambdas
	outbox    *outbox
}

func newCore(cfg Config, url string, clock *clock) *core {
	k := &core{mu: &poolLock{}, clock: clock, identity: newIdentity(cfg, url), clients: newAppClients()}
	k.settings = newSettings(cfg, k.identity.name, clock.now())
	k.users = newDirectory(cfg, clock)
	k.passwords = &passwords{
		clock: clock, identity: k.identity, settings: k.settings, group: newGroup(), lockouts: lockouts{},
	}
	k.tokens = &tokenIssuer{identity: k.identity, keys: newKeyRing(cfg, k.identity.id), logins: newLogins(clock)}
	k.devices = &deviceTracker{clock: clock, identity: k.identity, settings: k.settings}
	k.lambdas = &lambdas{mu: k.mu, identity: k.identity, triggers: cfg.Triggers}
	k.outbox = &outbox{clock: clock, settings: k.settings, lambdas: k.lambdas}
	return k
}

// poolLock is the lock of a pool.
type poolLock struct {
	sync.Mutex
}

// unlocked releases the lock, which the caller holds, for work that takes long or may call the
// pool.
func (l *poolLock) unlocked(work func()) {
	l.Unlock()
	defer l.Lock()
	work()
}

func (k *core) lock()   { k.mu.Lock() }
func (k *core) unlock() { k.mu.Unlock() }

// locked runs an operation with the pool's lock held.
func (k *core) locked(operation func() (any, error)) (any, error) {
	k.lock()
	defer k.unlock()
	return operation()
}

// identity is what never changes about a pool: the names by which it goes.
type identity struct {
	id, region, url string
	// name is the part of the id after the underscore, which goes into the password hash.
	name string
	// issuer is the iss claim of the tokens, unless the pool's IssuerConfiguration has the type
	// UPDATED.
	issuer, updatedIssuer string
}

func newIdentity(cfg Config, url string) identity {
	id := identity{region: cfg.Region, url: url, issuer: cfg.Issuer, id: cfg.UserPoolID}
	fill(&id.id, id.region+"_"+randomText(9, alphanumeric))
	_, id.name, _ = strings.Cut(id.id, "_")
	if cfg.LocalIssuer {
		id.issuer = url + id.id
	}
	host := id.region + "." + awsDomain(id.region) + "/" + id.id
	fill(&id.issuer, "https://cognito-idp."+host)
	id.updatedIssuer = "https://issuer-cognito-idp." + host
	return id
}

// awsDomain is the domain of the services in a region, which is that of its partition.
func awsDomain(region string) string {
	for prefix, domain := range map[string]string{
		"cn-": "amazonaws.com.cn", "eusc-": "amazonaws.eu", "us-iso-": "c2s.ic.gov", "us-isob-": "sc2s.sgov.gov",
		"us-isof-": "csp.hci.ic.gov", "eu-isoe-": "cloud.adc-e.uk",
	} {
		if strings.HasPrefix(region, prefix) {
			return domain
		}
	}
	return "amazonaws.com"
}

// issued reports whether the iss claim is one of this pool, under either of its issuers.
func (id identity) issued(iss string) bool { return iss == id.issuer || iss == id.updatedIssuer }

// accountID is the AWS account that everything belongs to.
const accountID = "123456789012"

// arn is the pool's Amazon Resource Name.
func (id identity) arn() string {
	return "arn:aws:cognito-idp:" + id.region + ":" + accountID + ":userpool/" + id.id
}

// client returns an app client of the pool. It needs no lock.
func (k *core) client(id string) (*appClient, error) {
	if c := k.clients.find(id); c != nil {
		return c, nil
	}
	return nil, refuse(codeResourceNotFound, "User pool client %s does not exist.", id)
}

// checkPool refuses the id of another pool.
func (k *core) checkPool(id string) error {
	if id != k.identity.id {
		return refuse(codeResourceNotFound, "User pool %s does not exist.", id)
	}
	return nil
}

// adminUser returns the user of an administrator's call, by any name.
func (k *core) adminUser(target adminTarget) (*user, error) {
	if err := k.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if u := k.users.anyName(target.Username); u != nil {
		return u, nil
	}
	return nil, refuse(codeUserNotFound, textUserDoesNotExist)
}

// managedClient returns the app client of an administrator's call.
func (k *core) managedClient(target clientTarget) (*appClient, error) {
	if err := k.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	return k.client(target.ClientID)
}

// removeUser removes the user with all devices, links and messages. The name is free again, but
// tokens and codes of the old user do not work any more.
func (k *core) removeUser(u *user) {
	k.users.remove(u)
	k.outbox.inbox.forget(u.username)
	delete(k.passwords.lockouts, u.username)
}

// signedOutCall is the common part of an app client's calls about a user who has not signed in.
type signedOutCall struct {
	ClientID   string `wire:"ClientId,ClientId,required"`
	Username   string `wire:"Username,Username,required"`
	SecretHash string `wire:"SecretHash,SecretHash"`
	callContext
}

// callingClient returns the app client of a call after checking the client secret.
func (k *core) callingClient(in signedOutCall) (*appClient, error) {
	c, err := k.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	return c, c.checkSecretHash(in.SecretHash, in.Username)
}

// caller returns the caller for which the triggers of the call run.
func (in signedOutCall) caller() caller {
	return caller{clientID: in.ClientID, metadata: in.ClientMetadata}
}
