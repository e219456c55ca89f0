package authtest

import (
	"slices"
	"strings"
)

type listUsersInput struct {
	UserPoolID      string   `wire:"UserPoolId,UserPoolId,required"`
	AttributesToGet []string `wire:"AttributesToGet,AttributeName"`
	Filter          string   `wire:"Filter,UserFilter"`
	Limit           int      `wire:"Limit,PageSize"`
	PaginationToken string   `wire:"PaginationToken,PaginationToken"`
}

type listUsersOutput struct {
	Users           []userRecord
	PaginationToken string `json:",omitempty"`
}

func (o *userAdmin) listUsers(in listUsersInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	matches, err := parseUserFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(o.users.list(), func(u *user) bool { return !matches(u) })
	users, next, err := page(o.list("ListUsers "+in.Filter), found,
		func(u *user) string { return u.username }, in.Limit, in.PaginationToken)
	if err != nil {
		return nil, err
	}
	out := listUsersOutput{Users: []userRecord{}, PaginationToken: next}
	for _, u := range users {
		out.Users = append(out.Users, u.record().only(in.AttributesToGet))
	}
	return out, nil
}

// only leaves the attributes of these names, or all if there are no names.
func (r userRecord) only(names []string) userRecord {
	if len(names) > 0 {
		r.Attributes = slices.DeleteFunc(
			r.Attributes,
			func(a attribute) bool { return !slices.Contains(names, a.Name) },
		)
	}
	return r
}

// parseUserFilter reads a filter: `attribute = "value"` for equal values, `attribute ^= "value"`
// for those that begin so. A quote inside the value has a backslash before it. No filter matches
// everybody, and no filter matches a user without the attribute.
func parseUserFilter(filter string) (matches func(*user) bool, err error) {
	if filter == "" {
		return func(*user) bool { return true }, nil
	}
	name, value, found := strings.Cut(filter, "=")
	name, prefix := strings.CutSuffix(strings.TrimSpace(name), "^")
	read, known := searchable()[strings.Trim(strings.TrimSpace(name), `"`)]
	value, quoted := unquote(strings.TrimSpace(value))
	switch {
	case !found || !quoted:
		return nil, refuse(codeInvalidParameter, "Error while parsing filter.")
	case !known:
		return nil, refuse(codeInvalidParameter, "One or more requested filters are invalid.")
	case prefix:
		return func(u *user) bool { return read(u) != "" && strings.HasPrefix(read(u), value) }, nil
	}
	return func(u *user) bool { return read(u) != "" && read(u) == value }, nil
}

// searchable are the attributes that a filter may name, and where a user has them. Custom ones
// cannot be searched.
func searchable() map[string]func(*user) string {
	all := map[string]func(*user) string{
		"username":            func(u *user) string { return u.username },
		attrSub:               func(u *user) string { return u.sub },
		"cognito:user_status": func(u *user) string { return u.status },
		"status": func(u *user) string {
			if u.disabled {
				return "Disabled"
			}
			return "Enabled"
		},
	}
	for _, name := range []string{attrEmail, attrPhone, "name", "given_name", "family_name", attrPreferredUsername} {
		all[name] = func(u *user) string { return u.attributes[name] }
	}
	return all
}

// unquote reads a text in double quotes, and reports whether it is one.
func unquote(text string) (string, bool) {
	inner, opened := strings.CutPrefix(text, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	plain := strings.ReplaceAll(inner, `\"`, "\x00")
	if !opened || !closed || strings.Contains(plain, `"`) || strings.HasSuffix(plain, `\`) {
		return "", false
	}
	return strings.ReplaceAll(plain, "\x00", `"`), true
}
