package authtest

type adminGroupInput struct {
	adminTarget
	GroupName string `wire:"GroupName,GroupName,required"`
}

type adminListGroupsInput struct {
	adminTarget
	groupPage
}

// memberAndGroup finds both of an administrator's call.
func (p *Pool) memberAndGroup(in adminGroupInput) (*user, *userGroup, error) {
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, nil, err
	}
	g, err := p.managedGroup(groupTarget{UserPoolID: in.UserPoolID, GroupName: in.GroupName})
	return u, g, err
}

// adminAddUserToGroup shows in the tokens of the next sign-in or refresh.
func (p *Pool) adminAddUserToGroup(in adminGroupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, g, err := p.memberAndGroup(in)
	if err != nil {
		return nil, err
	}
	u.join(g)
	return noOutput{}, nil
}

func (p *Pool) adminRemoveUserFromGroup(in adminGroupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, g, err := p.memberAndGroup(in)
	if err != nil {
		return nil, err
	}
	u.leave(g)
	return noOutput{}, nil
}

func (p *Pool) adminListGroupsForUser(in adminListGroupsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return p.groupList(u.groups, in.groupPage)
}
