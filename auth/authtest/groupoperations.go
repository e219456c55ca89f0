package authtest

import (
	"maps"
	"slices"
	"strings"
)

type groupTarget struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	GroupName  string `wire:"GroupName,GroupName,required"`
}

type groupInput struct {
	groupTarget
}

type groupSettingsInput struct {
	groupTarget
	Description string `wire:"Description,Description"`
	Precedence  *int   `wire:"Precedence,Precedence"`
	RoleArn     string `wire:"RoleArn,Arn"`
}

type groupPage struct {
	Limit     int    `wire:"Limit,PageSize"`
	NextToken string `wire:"NextToken,PaginationToken"`
}

type listGroupsInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	groupPage
}

type listUsersInGroupInput struct {
	groupTarget
	groupPage
}

type groupOutput struct {
	Group groupRecord
}

type listGroupsOutput struct {
	Groups    []groupRecord
	NextToken string `json:",omitempty"`
}

type listUsersInGroupOutput struct {
	Users     []userRecord
	NextToken string `json:",omitempty"`
}

// groupAdmin are the administrator's operations on groups and their members.
type groupAdmin struct {
	*core
	groups groups
}

// managedGroup returns the group of an administrator's call.
func (o *groupAdmin) managedGroup(target groupTarget) (*userGroup, error) {
	if err := o.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if g := o.groups[target.GroupName]; g != nil {
		return g, nil
	}
	return nil, refuse(codeResourceNotFound, "Group not found.")
}

func (o *groupAdmin) createGroup(in groupSettingsInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if o.groups[in.GroupName] != nil {
		return nil, refuse(codeGroupExists, "A group with the name already exists.")
	}
	now := o.clock.now()
	g := &userGroup{
		name:        in.GroupName,
		description: in.Description,
		role:        in.RoleArn,
		precedence:  in.Precedence,
		created:     now,
		modified:    now,
	}
	o.groups[g.name] = g
	return groupOutput{Group: o.groupRecord(g)}, nil
}

func (o *groupAdmin) getGroup(in groupInput) (any, error) {
	g, err := o.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	return groupOutput{Group: o.groupRecord(g)}, nil
}

// updateGroup changes what the call contains and keeps the rest.
func (o *groupAdmin) updateGroup(in groupSettingsInput) (any, error) {
	g, err := o.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	if in.Description != "" {
		g.description = in.Description
	}
	if in.RoleArn != "" {
		g.role = in.RoleArn
	}
	if in.Precedence != nil {
		g.precedence = in.Precedence
	}
	g.modified = o.clock.now()
	return groupOutput{Group: o.groupRecord(g)}, nil
}

// deleteGroup also removes all users from the group.
func (o *groupAdmin) deleteGroup(in groupInput) (any, error) {
	g, err := o.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	delete(o.groups, g.name)
	for _, u := range o.users.byName {
		u.leave(g)
	}
	return noOutput{}, nil
}

func (o *groupAdmin) listGroups(in listGroupsInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return o.groupList(o.list("ListGroups"), slices.Collect(maps.Values(o.groups)), in.groupPage)
}

// groupList is a page of the groups, by name.
func (o *groupAdmin) groupList(list string, groups []*userGroup, which groupPage) (any, error) {
	groups = slices.SortedFunc(
		slices.Values(groups),
		func(a, b *userGroup) int { return strings.Compare(a.name, b.name) },
	)
	groups, next, err := page(list, groups, func(g *userGroup) string { return g.name }, which.Limit, which.NextToken)
	if err != nil {
		return nil, err
	}
	out := listGroupsOutput{Groups: []groupRecord{}, NextToken: next}
	for _, g := range groups {
		out.Groups = append(out.Groups, o.groupRecord(g))
	}
	return out, nil
}

func (o *groupAdmin) listUsersInGroup(in listUsersInGroupInput) (any, error) {
	g, err := o.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	members := slices.DeleteFunc(o.users.list(), func(u *user) bool { return !slices.Contains(u.groups, g) })
	members, next, err := page(o.list("ListUsersInGroup "+g.name), members,
		func(u *user) string { return u.username }, in.Limit, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listUsersInGroupOutput{Users: []userRecord{}, NextToken: next}
	for _, u := range members {
		out.Users = append(out.Users, u.record())
	}
	return out, nil
}

type adminGroupInput struct {
	adminTarget
	GroupName string `wire:"GroupName,GroupName,required"`
}

type adminListGroupsInput struct {
	adminTarget
	groupPage
}

// memberAndGroup returns the user and the group of an administrator's call.
func (o *groupAdmin) memberAndGroup(in adminGroupInput) (*user, *userGroup, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, nil, err
	}
	g, err := o.managedGroup(groupTarget{UserPoolID: in.UserPoolID, GroupName: in.GroupName})
	return u, g, err
}

// adminAddUserToGroup shows in the tokens of the next sign-in or refresh.
func (o *groupAdmin) adminAddUserToGroup(in adminGroupInput) (any, error) {
	u, g, err := o.memberAndGroup(in)
	if err != nil {
		return nil, err
	}
	u.join(g)
	return noOutput{}, nil
}

func (o *groupAdmin) adminRemoveUserFromGroup(in adminGroupInput) (any, error) {
	u, g, err := o.memberAndGroup(in)
	if err != nil {
		return nil, err
	}
	u.leave(g)
	return noOutput{}, nil
}

func (o *groupAdmin) adminListGroupsForUser(in adminListGroupsInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return o.groupList(o.list("AdminListGroupsForUser "+u.username), u.groups, in.groupPage)
}
