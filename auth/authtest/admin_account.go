package authtest

type adminAccountInput struct {
	adminTarget
}

// adminDeleteUser removes the user with all devices. The name is free again, but what was issued to the old user stays useless.
func (p *Pool) adminDeleteUser(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	p.users.remove(u)
	delete(p.lockouts, u.username)
	return noOutput{}, nil
}

// adminDisableUser bars the user from signing in and from refreshing tokens.
func (p *Pool) adminDisableUser(in adminAccountInput) (any, error) {
	return p.setDisabled(in.adminTarget, true)
}

func (p *Pool) adminEnableUser(in adminAccountInput) (any, error) {
	return p.setDisabled(in.adminTarget, false)
}

func (p *Pool) setDisabled(target adminTarget, disabled bool) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(target)
	if err != nil {
		return nil, err
	}
	u.disabled, u.modified = disabled, p.Now()
	return struct{}{}, nil
}
