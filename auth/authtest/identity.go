package authtest

import (
	"slices"
	"time"
)

// federatedIdentity is an identity of an identity pool: a guest's, or that of whoever has one of
// its logins.
type federatedIdentity struct {
	id                string
	logins            []loginKey
	created, modified time.Time
	// disabled identities were merged into another one.
	disabled bool
}

func (i *federatedIdentity) has(l *loginToken) bool { return slices.Contains(i.logins, l.key()) }

// atProvider reports whether the identity has a login of the provider, whoever's.
func (i *federatedIdentity) atProvider(l *loginToken) bool {
	return slices.ContainsFunc(i.logins, func(k loginKey) bool { return k.provider == l.provider })
}

const (
	textLoginsDoNotMatch = "Logins don't match. Please include at least one valid login for this identity " +
		"or identity pool."
	textForbidden = "Access to Identity '%s' is forbidden."
	textNoGuests  = "Unauthenticated access is not supported for this identity pool."
)

// newIdentity returns a new identity with the logins.
func (f *identityService) newIdentity(p *identityPool, logins []*loginToken) *federatedIdentity {
	now := f.clock.now()
	created := &federatedIdentity{id: f.region + ":" + newUUID(), created: now, modified: now}
	p.identities[created.id] = created
	for _, l := range logins {
		p.link(created, l)
	}
	return created
}

func (p *identityPool) link(to *federatedIdentity, l *loginToken) {
	if !to.has(l) {
		to.logins = append(to.logins, l.key())
	}
	p.byLogin[l.key()] = to
}

// owner returns the identity of the logins, and links all of them to it: the one that has the first
// known login, else a new one.
func (f *identityService) owner(p *identityPool, logins []*loginToken) (*federatedIdentity, error) {
	for _, l := range logins {
		if found := p.byLogin[l.key()]; found != nil {
			return found, p.join(found, logins)
		}
	}
	return f.newIdentity(p, logins), nil
}

// present returns the identity that a caller with these logins has when it names the identity with
// that id. It links logins that nobody has; and if a login belongs to another identity, it merges
// the named one into that, so the identity returned may be another than the one named.
func (p *identityPool) present(id string, logins []*loginToken) (*federatedIdentity, error) {
	named := p.identities[id]
	switch {
	case named == nil:
		return nil, refuse(codeResourceNotFound, "Identity '%s' not found.", id)
	case named.disabled:
		return nil, refuse(codeNotAuthorized, textForbidden, id)
	case len(logins) == 0 && len(named.logins) > 0:
		return nil, refuse(codeNotAuthorized, textForbidden, id)
	case len(logins) == 0 && !p.guests:
		return nil, notAuthorized(textNoGuests)
	case len(logins) == 0:
		return named, nil
	case len(named.logins) > 0 && !slices.ContainsFunc(logins, named.has):
		return nil, notAuthorized(textLoginsDoNotMatch)
	}
	if len(named.logins) == 0 {
		for _, l := range logins {
			if known := p.byLogin[l.key()]; known != nil {
				named.disabled = true
				return known, p.join(known, logins)
			}
		}
	}
	return named, p.join(named, logins)
}

// join links the logins to the identity, and merges those into it that have one of them. An
// identity has one login of a provider.
func (p *identityPool) join(to *federatedIdentity, logins []*loginToken) error {
	for _, l := range logins {
		if !to.has(l) && to.atProvider(l) {
			return refuse(codeResourceConflict, "The identity has another login of %s.", l.provider)
		}
	}
	for _, l := range logins {
		if other := p.byLogin[l.key()]; other != nil && other != to {
			other.disabled = true
		}
		p.link(to, l)
	}
	return nil
}

// withIdentity returns the pool that the identity with that id belongs to.
func (f *identityService) withIdentity(id string) (*identityPool, error) {
	for _, p := range f.pools {
		if p.identities[id] != nil {
			return p, nil
		}
	}
	return nil, refuse(codeResourceNotFound, "Identity '%s' not found.", id)
}

type getIDInput struct {
	identityPoolTarget
	AccountID string            `wire:"AccountId"`
	Logins    map[string]string `wire:"Logins"`
}

type identityOutput struct {
	IdentityID string `json:"IdentityId"`
}

func (f *identityService) getID(in getIDInput) (any, error) {
	p, err := f.pool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	logins, err := f.verifiedLogins(p, in.Logins)
	if err != nil {
		return nil, err
	}
	if len(logins) == 0 && !p.guests {
		return nil, notAuthorized(textNoGuests)
	}
	if len(logins) == 0 {
		return identityOutput{IdentityID: f.newIdentity(p, nil).id}, nil
	}
	owner, err := f.owner(p, logins)
	if err != nil {
		return nil, err
	}
	return identityOutput{IdentityID: owner.id}, nil
}

type identityTarget struct {
	IdentityID string `wire:"IdentityId,,required"`
}

type identityRecord struct {
	IdentityID                     string   `json:"IdentityId"`
	Logins                         []string `json:",omitempty"`
	CreationDate, LastModifiedDate float64
}

func (f *identityService) describeIdentity(in identityTarget) (any, error) {
	p, err := f.withIdentity(in.IdentityID)
	if err != nil {
		return nil, err
	}
	i := p.identities[in.IdentityID]
	record := identityRecord{IdentityID: i.id, CreationDate: epoch(i.created), LastModifiedDate: epoch(i.modified)}
	for _, k := range i.logins {
		record.Logins = append(record.Logins, k.provider)
	}
	return record, nil
}
