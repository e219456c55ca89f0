package main

import (
	"context"
	"crypto/rand"
	"maps"
	"strings"
	"sync"
)

// A pool of the program is known by its name and by its tag, both given when it is created: so one
// whose creation was not answered is found too.
const (
	namePrefix = "amplify-auth-go-poolcheck-"
	tagKey     = "amplify-auth-go-poolcheck"
)

// ownPools are the user pools that a run owns at the service.
type ownPools struct {
	api *api
	run string // the value of the tag, which tells runs apart

	pools shared[*pool] // by kind

	mu    sync.Mutex
	owned []string // the ids
	lost  bool     // a creation got no answer, so there may be a pool whose id nobody knows
}

// newOwnPools returns those of a new run, which owns nothing yet.
func newOwnPools(a *api) *ownPools {
	return &ownPools{api: a, run: strings.ToLower(rand.Text()[:10])}
}

// pool is a user pool of the run, with its app clients.
type pool struct {
	id      string
	clients shared[appClient] // by kind
}

// appClient is an app client of a pool.
type appClient struct {
	id, secret string
	poolID     string
}

// refusal is the error of an answer that a measurement cannot go on with.
type refusal struct {
	answer answer
	reason string // if it does not show in the answer
}

func (r *refusal) Error() string {
	if r.reason != "" {
		return r.answer.operation + ": " + r.answer.String() + ": " + r.reason
	}
	return r.answer.operation + ": " + r.answer.String()
}

// must sends a request that the service has to carry out.
func (a *api) must(ctx context.Context, operation string, in body) (answer, error) {
	got, err := a.call(ctx, operation, in)
	if err == nil && got.code() != "" {
		return got, &refusal{answer: got}
	}
	return got, err
}

// pool returns the pool of that kind, which it creates at the first call. Calls meanwhile wait for
// it.
func (o *ownPools) pool(ctx context.Context, kind poolKind) (*pool, error) {
	return o.pools.get(kind.name, func() (*pool, error) { return o.create(ctx, kind) })
}

func (o *ownPools) create(ctx context.Context, kind poolKind) (*pool, error) {
	settings := body{}
	maps.Copy(settings, kind.settings)
	settings["PoolName"] = namePrefix + o.run + "-" + kind.name
	settings["UserPoolTags"] = map[string]string{tagKey: o.run}
	created, err := o.api.call(ctx, "CreateUserPool", settings)
	if err == nil && created.code() != "" {
		return nil, &refusal{answer: created}
	}
	id := text(created.object("UserPool")["Id"])
	o.own(id)
	if err != nil {
		return nil, err
	}
	if id == "" {
		return nil, &refusal{answer: created, reason: "no id"}
	}
	if kind.mfa != nil {
		factors := body{"UserPoolId": id}
		maps.Copy(factors, kind.mfa)
		if _, err := o.api.must(ctx, "SetUserPoolMfaConfig", factors); err != nil {
			return nil, err
		}
	}
	return &pool{id: id}, nil
}

// own notes the id of a pool that was created, empty if it is not known.
func (o *ownPools) own(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if id == "" {
		o.lost = true
		return
	}
	o.owned = append(o.owned, id)
}

// client returns the app client of that kind, which it creates at the first call.
func (p *pool) client(ctx context.Context, a *api, kind clientKind) (appClient, error) {
	return p.clients.get(kind.name, func() (appClient, error) { return p.createClient(ctx, a, kind) })
}

func (p *pool) createClient(ctx context.Context, a *api, kind clientKind) (appClient, error) {
	settings := body{"UserPoolId": p.id, "ClientName": kind.name}
	maps.Copy(settings, kind.settings)
	created, err := a.must(ctx, "CreateUserPoolClient", settings)
	if err != nil {
		return appClient{}, err
	}
	shown := created.object("UserPoolClient")
	c := appClient{id: text(shown["ClientId"]), secret: text(shown["ClientSecret"]), poolID: p.id}
	if c.id == "" {
		return c, &refusal{answer: created, reason: "no id"}
	}
	return c, nil
}
