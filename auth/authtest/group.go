package authtest

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// groups are the groups of a pool, by name.
type groups map[string]*userGroup

// named returns the group of that name, which it creates if there is none.
func (all groups) named(name string, now time.Time) *userGroup {
	if all[name] == nil {
		all[name] = &userGroup{name: name, created: now, modified: now}
	}
	return all[name]
}

// userGroup is a group of users.
type userGroup struct {
	name, description, role string
	// precedence orders the groups of a user: the lowest counts first, nil last.
	precedence        *int
	created, modified time.Time
}

// groupRecord is a group as the API shows it.
type groupRecord struct {
	GroupName        string
	UserPoolID       string `json:"UserPoolId"`
	Description      string `json:",omitempty"`
	RoleArn          string `json:",omitempty"`
	Precedence       *int   `json:",omitempty"`
	LastModifiedDate float64
	CreationDate     float64
}

func (o *groupAdmin) groupRecord(g *userGroup) groupRecord {
	return groupRecord{
		GroupName:        g.name,
		UserPoolID:       o.identity.id,
		Description:      g.description,
		RoleArn:          g.role,
		Precedence:       g.precedence,
		LastModifiedDate: epoch(g.modified),
		CreationDate:     epoch(g.created),
	}
}

func (g *userGroup) rank() int {
	if g.precedence == nil {
		return math.MaxInt
	}
	return *g.precedence
}

// join and leave do nothing where there is nothing to do, as the real operations.
func (u *user) join(g *userGroup) {
	if !slices.Contains(u.groups, g) {
		u.groups = append(u.groups, g)
	}
}

func (u *user) leave(g *userGroup) {
	u.groups = slices.DeleteFunc(u.groups, func(other *userGroup) bool { return other == g })
}

// membership is what tokens say of a user's groups.
type membership struct {
	names, roles  []string
	preferredRole string
}

// membership lists the groups by precedence. The role of the first one is the preferred role,
// unless groups of the same precedence have different roles.
func (u *user) membership() membership {
	sorted := slices.SortedFunc(slices.Values(u.groups), func(a, b *userGroup) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.name, b.name))
	})
	var m membership
	first := 0
	for _, g := range sorted {
		m.names = append(m.names, g.name)
		switch {
		case g.role == "" || slices.Contains(m.roles, g.role):
			continue
		case len(m.roles) == 0:
			m.preferredRole, first = g.role, g.rank()
		case g.rank() == first:
			m.preferredRole = ""
		}
		m.roles = append(m.roles, g.role)
	}
	return m
}

const (
	claimGroups        = "cognito:groups"
	claimRoles         = "cognito:roles"
	claimPreferredRole = "cognito:preferred_role"
)

// claims are those of the ID token; the access token has the names only.
func (m membership) claims() claims {
	all := claims{}
	if len(m.names) > 0 {
		all[claimGroups] = m.names
	}
	if len(m.roles) > 0 {
		all[claimRoles] = m.roles
	}
	if m.preferredRole != "" {
		all[claimPreferredRole] = m.preferredRole
	}
	return all
}
