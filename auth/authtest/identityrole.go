package authtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// The kinds of role mappings, and what they do where they find no role.
const (
	mappingToken           = "Token"
	mappingRules           = "Rules"
	ambiguousDeny          = "Deny"
	ambiguousAuthenticated = "AuthenticatedRole"
	maxRules               = 25
)

// roleMapping chooses the role of people who signed in with one app client. Its JSON is that of the
// API.
type roleMapping struct {
	Type      string
	Ambiguous string `json:"AmbiguousRoleResolution,omitempty"`
	Rules     *struct {
		Rules []roleRule
	} `json:"RulesConfiguration,omitempty"`
}

// roleRule gives the role to people with a claim.
type roleRule struct {
	Claim, MatchType, Value string
	RoleARN                 string
}

func (m roleMapping) check() error {
	switch {
	case m.Type == mappingToken:
		return nil
	case m.Type != mappingRules:
		return errors.New("the type is neither Token nor Rules")
	case m.Rules == nil || len(m.Rules.Rules) == 0 || len(m.Rules.Rules) > maxRules:
		return errors.New("there must be 1 to 25 rules")
	default:
		return nil
	}
}

func (r roleRule) matches(claims map[string]json.RawMessage) bool {
	var value string
	if raw, given := claims[r.Claim]; !given || json.Unmarshal(raw, &value) != nil {
		value = strings.Trim(string(raw), "[]") // a list, such as cognito:groups, matches by its text
	}
	switch r.MatchType {
	case "Equals":
		return value == r.Value
	case "Contains":
		return strings.Contains(value, r.Value)
	case "StartsWith":
		return strings.HasPrefix(value, r.Value)
	case "NotEqual":
		return value != r.Value
	default:
		return false
	}
}

// chosenRole returns the role of the person with that login: the custom one if the token allows it,
// else what the mapping says, else the role of everybody who signed in.
func (p *identityPool) chosenRole(l *loginToken, custom string) (string, error) {
	mapping, mapped := p.mappings[l.provider+":"+l.Aud]
	switch {
	case custom != "" && (!mapped || mapping.Type != mappingToken || !slices.Contains(l.Roles, custom)):
		return "", notAuthorized("Invalid role: the token does not allow it.")
	case custom != "":
		return custom, nil
	case !mapped:
		return p.authenticatedRole, nil
	case mapping.Type == mappingToken && l.PreferredRole != "":
		return l.PreferredRole, nil
	case mapping.Type == mappingRules:
		if i := slices.IndexFunc(mapping.Rules.Rules, func(r roleRule) bool { return r.matches(l.claims) }); i >= 0 {
			return mapping.Rules.Rules[i].RoleARN, nil
		}
	}
	if cmp.Or(mapping.Ambiguous, ambiguousDeny) == ambiguousDeny {
		return "", notAuthorized("Access denied: the role of the token is ambiguous.")
	}
	return p.authenticatedRole, nil
}
