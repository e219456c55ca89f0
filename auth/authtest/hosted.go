package authtest

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// hosted is the configuration of a pool's OAuth endpoints and pages.
type hosted struct {
	names *domainNames
	// domain is under the service's own domain, custom is one of the pool's owner.
	domain, custom  *poolDomain
	resourceServers map[string]*resourceServer
	providers       map[string]*identityProvider
}

func newHosted(names *domainNames) *hosted {
	return &hosted{
		names: names, resourceServers: map[string]*resourceServer{}, providers: map[string]*identityProvider{},
	}
}

// hostedAdmin are the administrator's operations on domains, resource servers and identity
// providers.
type hostedAdmin struct {
	*core
	hosted *hosted
}

// domainNames are the domains of all pools behind an address, with the ids of their pools. They
// have a lock of their own, because DescribeUserPoolDomain names no pool.
type domainNames struct {
	mu    sync.Mutex
	pools map[string]string
}

// claim reports whether the domain was free, and gives it to the pool.
func (all *domainNames) claim(domain, pool string) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.pools[domain] != "" {
		return false
	}
	all.pools[domain] = pool
	return true
}

func (all *domainNames) release(domain string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.pools, domain)
}

func (all *domainNames) owner(domain string) string {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.pools[domain]
}

// sortedValues returns the values of a map in the order of their keys.
func sortedValues[K cmp.Ordered, V any](m map[K]V) []V {
	values := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}
