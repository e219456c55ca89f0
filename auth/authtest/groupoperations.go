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

// managedGroup finds the group of an administrator's call.
func (p *Pool) managedGroup(target groupTarget) (*userGroup, error) {
	if err := p.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if g := p.groups[target.GroupName]; g != nil {
		return g, nil
	}
	return nil, refuse(codeResourceNotFound, "Group not found.")
}

func (p *Pool) createGroup(in groupSettingsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if p.groups[in.GroupName] != nil {
		return nil, refuse(codeGroupExists, "A group with the name already exists.")
	}
	now := p.Now()
	g := &userGroup{
		name: in.GroupName, description: in.Description, role: in.RoleArn, precedence: in.Precedence, created: now, modified: now,
	}
	p.groups[g.name] = g
	return groupOutput{Group: p.groupRecord(g)}, nil
}

func (p *Pool) getGroup(in groupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, err := p.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	return groupOutput{Group: p.groupRecord(g)}, nil
}

// updateGroup changes what the call gives and leaves the rest.
func (p *Pool) updateGroup(in groupSettingsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, err := p.managedGroup(in.groupTarget)
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
	g.modified = p.Now()
	return groupOutput{Group: p.groupRecord(g)}, nil
}

// deleteGroup takes all users out of the group, too.
func (p *Pool) deleteGroup(in groupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, err := p.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	delete(p.groups, g.name)
	for _, u := range p.users.byName {
		u.leave(g)
	}
	return noOutput{}, nil
}

func (p *Pool) listGroups(in listGroupsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return p.groupList(slices.Collect(maps.Values(p.groups)), in.groupPage)
}

// groupList is a page of the groups, by name.
func (p *Pool) groupList(groups []*userGroup, which groupPage) (any, error) {
	groups = slices.SortedFunc(slices.Values(groups), func(a, b *userGroup) int { return strings.Compare(a.name, b.name) })
	groups, next, err := page(groups, func(g *userGroup) string { return g.name }, which.Limit, which.NextToken)
	if err != nil {
		return nil, err
	}
	out := listGroupsOutput{Groups: []groupRecord{}, NextToken: next}
	for _, g := range groups {
		out.Groups = append(out.Groups, p.groupRecord(g))
	}
	return out, nil
}

func (p *Pool) listUsersInGroup(in listUsersInGroupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, err := p.managedGroup(in.groupTarget)
	if err != nil {
		return nil, err
	}
	members := slices.DeleteFunc(p.users.list(), func(u *user) bool { return !slices.Contains(u.groups, g) })
	members, next, err := page(members, func(u *user) string { return u.username }, in.Limit, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listUsersInGroupOutput{Users: []userRecord{}, NextToken: next}
	for _, u := range members {
		out.Users = append(out.Users, u.record())
	}
	return out, nil
}
