package authtest

import (
	"cmp"
	"maps"
	"slices"
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

// sortedValues returns the values of a map in the order of their keys.
func sortedValues[K cmp.Ordered, V any](m map[K]V) []V {
	values := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}
