package authtest

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// appClients are the app clients of a pool, by id. They have a lock of their own, so that a client can be looked up with or
// without the pool's.
type appClients struct {
	mu   sync.Mutex
	byID map[string]*appClient
}

func newAppClients() *appClients {
	return &appClients{byID: map[string]*appClient{}}
}

// put adds the client, in the place of an older one of the same id.
func (all *appClients) put(c *appClient) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.byID[c.id] = c
}

func (all *appClients) remove(c *appClient) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.byID, c.id)
}

// list is all clients, by id.
func (all *appClients) list() []*appClient {
	all.mu.Lock()
	defer all.mu.Unlock()
	return slices.SortedFunc(maps.Values(all.byID), func(a, b *appClient) int { return strings.Compare(a.id, b.id) })
}

func (all *appClients) find(id string) *appClient {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.byID[id]
}

// client finds an app client of the pool. It may be called with the pool's lock held.
func (p *Pool) client(id string) (*appClient, error) {
	if c := p.clients.find(id); c != nil {
		return c, nil
	}
	return nil, refuse(codeResourceNotFound, "User pool client %s does not exist.", id)
}

// checkPool refuses another pool's id.
func (p *Pool) checkPool(id string) error {
	if id != p.UserPoolID {
		return refuse(codeResourceNotFound, "User pool %s does not exist.", id)
	}
	return nil
}
