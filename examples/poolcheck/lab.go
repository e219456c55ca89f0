package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// lab is what one check measures with. The first failure makes all later calls return empty
// answers, so that a measurement reads as a sequence: who runs it looks at err at the end.
type lab struct {
	target  *target
	pools   *ownPools
	kind    poolKind
	err     error
	inHaste bool // requests do not wait for their turn
	// details are measured quantities that are reported and not compared.
	details []string
	hidden  map[string]string // values of this run, with the names that replace them
	p       *pool
}

// person is a user of the pool.
type person struct {
	client             appClient
	username, password string
	secret             string // of the authenticator app
	step               int64  // the time step of the last code
}

func (l *lab) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

// detail notes a measured quantity.
func (l *lab) detail(format string, args ...any) {
	l.details = append(l.details, fmt.Sprintf(format, args...))
}

// ask sends a request and returns the answer, a refusal included.
func (l *lab) ask(ctx context.Context, operation string, in body) answer {
	if l.err != nil {
		return nothing()
	}
	call := l.pools.api.call
	if l.inHaste {
		call = l.pools.api.callAtOnce
	}
	got, err := call(ctx, operation, in)
	if err != nil {
		l.fail(err)
		return nothing()
	}
	return got
}

// withToken asks for somebody who is signed in.
func (l *lab) withToken(ctx context.Context, operation, access string, more ...body) answer {
	return l.ask(ctx, operation, joined(body{"AccessToken": access}, more))
}

// byName asks for a user whom the request names.
func (l *lab) byName(ctx context.Context, operation string, p *person, more ...body) answer {
	return l.ask(ctx, operation, joined(body{"ClientId": p.client.id, "Username": p.username}, more))
}

// joined adds the members of more to in, and returns it.
func joined(in body, more []body) body {
	for _, m := range more {
		maps.Copy(in, m)
	}
	return in
}

// nothing is the answer to a request that was not sent.
func nothing() answer { return answer{members: map[string]any{}} }

// need sends a request of the preparation, which the service has to carry out.
func (l *lab) need(ctx context.Context, operation string, in body) answer {
	got := l.ask(ctx, operation, in)
	if l.err == nil && got.code() != "" {
		l.fail(&refusal{answer: got})
	}
	return got
}

// poolID returns the id of the check's pool.
func (l *lab) poolID(ctx context.Context) string {
	if l.p == nil && l.err == nil {
		p, err := l.pools.pool(ctx, l.kind)
		if err != nil {
			l.fail(err)
			return ""
		}
		l.p = p
		l.hide(p.id, "pool id")
	}
	if l.p == nil {
		return ""
	}
	return l.p.id
}

func (l *lab) client(ctx context.Context, kind clientKind) appClient {
	if l.poolID(ctx); l.err != nil {
		return appClient{}
	}
	c, err := l.p.client(ctx, l.pools.api, kind)
	if err != nil {
		l.fail(err)
	}
	l.hide(c.id, "client id")
	return c
}

// hide replaces a value of this run by a name in what is compared.
func (l *lab) hide(value, name string) {
	if value != "" {
		l.hidden[value] = "<" + name + ">"
	}
}

// admin adds the pool and the user to the body of an administrator's request.
func (l *lab) admin(ctx context.Context, who *person, more body) body {
	return joined(body{"UserPoolId": l.poolID(ctx), "Username": who.username}, []body{more})
}

// stranger returns somebody whom the pool does not know, at a client of that kind.
func (l *lab) stranger(ctx context.Context, kind clientKind) *person {
	p := &person{
		client: l.client(ctx, kind), username: "user-" + strings.ToLower(rand.Text()[:12]), password: newPassword(),
	}
	l.hide(p.username, "user")
	return p
}

// newPassword satisfies the default policy.
func newPassword() string { return "Aa1!" + rand.Text() }

// invited returns a user with a temporary password.
func (l *lab) invited(ctx context.Context, kind clientKind, attributes ...body) *person {
	p := l.stranger(ctx, kind)
	if attributes == nil {
		attributes = []body{}
	}
	l.need(ctx, "AdminCreateUser", l.admin(ctx, p, body{
		"TemporaryPassword": p.password, "MessageAction": "SUPPRESS", "UserAttributes": attributes,
	}))
	return p
}

// person returns a user with a password, who signs in at the public client.
func (l *lab) person(ctx context.Context, attributes ...body) *person {
	return l.personAt(ctx, public(), attributes...)
}

func (l *lab) personAt(ctx context.Context, kind clientKind, attributes ...body) *person {
	p := l.invited(ctx, kind, attributes...)
	p.password = newPassword()
	l.need(ctx, "AdminSetUserPassword", l.admin(ctx, p, body{"Password": p.password, "Permanent": true}))
	return p
}

func attribute(name, value string) body { return body{"Name": name, "Value": value} }

// contact is a verified address to which no message is sent.
func contact(address string) []body {
	return []body{attribute("email", address), attribute("email_verified", "true")}
}

// personWithApp returns a user whose preferred second factor is an authenticator app.
func (l *lab) personWithApp(ctx context.Context) *person {
	p := l.person(ctx)
	access := l.access(ctx, p)
	l.setUpApp(ctx, p, access)
	l.prefer(ctx, p)
	return p
}

// setUpApp sets up the authenticator app of somebody who is signed in.
func (l *lab) setUpApp(ctx context.Context, p *person, access string) {
	associated := l.need(ctx, "AssociateSoftwareToken", body{"AccessToken": access})
	p.secret, p.step = text(associated.members["SecretCode"]), 0
	l.need(ctx, "VerifySoftwareToken", body{"AccessToken": access, "UserCode": l.code(ctx, p)})
}

const (
	secondsOfStep = 30
	codeDigits    = 6
)

// code returns the code that the app shows, once it shows another one than the last.
func (l *lab) code(ctx context.Context, p *person) string {
	for l.err == nil && l.target.now().Unix()/secondsOfStep <= p.step {
		// Into the step, for a service whose clock is a little behind.
		next := (p.step+1)*secondsOfStep + 2
		l.wait(ctx, next-l.target.now().Unix())
	}
	p.step = l.target.now().Unix() / secondsOfStep
	return l.codeOf(p, p.step)
}

// codeOf returns the code of a time step.
func (l *lab) codeOf(p *person, step int64) string {
	if l.err != nil {
		return ""
	}
	code, err := authtest.TOTPCode(p.secret, unix(step*secondsOfStep))
	if err != nil {
		l.fail(err)
	}
	return code
}

// wrongCode returns a code that the app shows at no time near.
func (l *lab) wrongCode(p *person) string {
	now, near := l.target.now().Unix()/secondsOfStep, map[string]bool{}
	for step := now - 10; step <= now+10; step++ {
		near[l.codeOf(p, step)] = true
	}
	for number := 0; ; number++ {
		if code := fmt.Sprintf("%0*d", codeDigits, number); !near[code] {
			return code
		}
	}
}

// wait waits for some seconds, by the clock of the service.
func (l *lab) wait(ctx context.Context, seconds int64) {
	if l.err == nil {
		if err := l.target.wait(ctx, seconds); err != nil {
			l.fail(err)
		}
	}
}
