package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A pool of the program is known by its name and by its tag, both given when it is created: so one
// whose creation was not answered is found too.
const (
	namePrefix = "amplify-auth-go-poolcheck-"
	tagKey     = "amplify-auth-go-poolcheck"
)

// estate is what a run owns on the service: user pools.
type estate struct {
	api *api
	run string // the value of the tag, which tells runs apart

	mu    sync.Mutex
	pools map[string]*pool // by kind
	owned []string         // the ids
}

// pool is a user pool of the run, with its app clients.
type pool struct {
	id   string
	kind poolKind

	mu      sync.Mutex
	clients map[string]appClient
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

// pool returns the pool of that kind, which it creates at the first call.
func (e *estate) pool(ctx context.Context, kind poolKind) (*pool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p := e.pools[kind.name]; p != nil {
		return p, nil
	}
	id, err := e.create(ctx, kind)
	if err != nil {
		return nil, err
	}
	p := &pool{id: id, kind: kind, clients: map[string]appClient{}}
	e.pools[kind.name] = p
	return p, nil
}

// create creates a pool. The caller holds the lock.
func (e *estate) create(ctx context.Context, kind poolKind) (string, error) {
	settings := body{}
	for name, value := range kind.settings {
		settings[name] = value
	}
	settings["PoolName"] = namePrefix + e.run + "-" + kind.name
	settings["UserPoolTags"] = map[string]string{tagKey: e.run}
	created, err := e.api.must(ctx, "CreateUserPool", settings)
	if err != nil {
		return "", err
	}
	id := text(created.object("UserPool")["Id"])
	if id == "" {
		return "", errors.New("CreateUserPool: the answer has no id")
	}
	e.owned = append(e.owned, id)
	if kind.mfa == nil {
		return id, nil
	}
	factors := body{"UserPoolId": id}
	for name, value := range kind.mfa {
		factors[name] = value
	}
	_, err = e.api.must(ctx, "SetUserPoolMfaConfig", factors)
	return id, err
}

// client returns the app client of that kind, which it creates at the first call.
func (p *pool) client(ctx context.Context, a *api, kind clientKind) (appClient, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, ok := p.clients[kind.name]; ok {
		return c, nil
	}
	settings := body{"UserPoolId": p.id, "ClientName": kind.name}
	for name, value := range kind.settings {
		settings[name] = value
	}
	created, err := a.must(ctx, "CreateUserPoolClient", settings)
	if err != nil {
		return appClient{}, err
	}
	shown := created.object("UserPoolClient")
	c := appClient{id: text(shown["ClientId"]), secret: text(shown["ClientSecret"]), poolID: p.id}
	p.clients[kind.name] = c
	return c, nil
}

// cleanupTime is how long the clean-up may take after an interrupt.
const cleanupTime = time.Minute

// leave deletes all pools of the run, also when ctx is done. It returns an error if one may be left.
func (e *estate) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	e.mu.Lock()
	owned := e.owned
	e.owned = nil
	e.mu.Unlock()
	var failed []error
	for _, id := range owned {
		failed = append(failed, remove(ctx, e.api, id))
	}
	// A pool whose creation was not answered has an id that nobody knows.
	left, err := leftovers(ctx, e.api, e.run)
	failed = append(failed, err)
	for _, l := range left {
		failed = append(failed, remove(ctx, e.api, l.id))
	}
	return errors.Join(failed...)
}

// remove deletes a pool. One that is gone already is fine.
func remove(ctx context.Context, a *api, id string) error {
	got, err := a.call(ctx, "DeleteUserPool", body{"UserPoolId": id})
	if err == nil && got.code() != "" && got.code() != "ResourceNotFoundException" {
		return &refusal{answer: got}
	}
	return err
}

// leftover is a pool that a run left behind.
type leftover struct {
	id, name string
	created  time.Time
}

// leftovers finds the pools of a run, or of all runs if run is empty: those with the tag.
func leftovers(ctx context.Context, a *api, run string) ([]leftover, error) {
	var found []leftover
	page := body{"MaxResults": 60}
	for {
		listed, err := a.must(ctx, "ListUserPools", page)
		if err != nil {
			return found, err
		}
		pools, _ := listed.members["UserPools"].([]any)
		for _, item := range pools {
			shown, _ := item.(map[string]any)
			l := leftover{id: text(shown["Id"]), name: text(shown["Name"])}
			if seconds, ok := shown["CreationDate"].(float64); ok {
				l.created = time.Unix(int64(seconds), 0)
			}
			ours, err := isOurs(ctx, a, l, run)
			if err != nil {
				return found, err
			}
			if ours {
				found = append(found, l)
			}
		}
		next := text(listed.members["NextToken"])
		if next == "" {
			return found, nil
		}
		page["NextToken"] = next
	}
}

// isOurs reports whether a pool has the tag of the run. The name only saves a request for each pool
// of somebody else.
func isOurs(ctx context.Context, a *api, l leftover, run string) (bool, error) {
	if !strings.HasPrefix(l.name, namePrefix+run) {
		return false, nil
	}
	described, err := a.must(ctx, "DescribeUserPool", body{"UserPoolId": l.id})
	var gone *refusal
	if errors.As(err, &gone) && gone.answer.code() == "ResourceNotFoundException" {
		return false, nil // deleted meanwhile
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", l.name, err)
	}
	tags, _ := described.object("UserPool")["UserPoolTags"].(map[string]any)
	tag := text(tags[tagKey])
	return tag != "" && (run == "" || tag == run), nil
}
