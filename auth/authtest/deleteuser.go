package authtest

type deleteUserInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

// deleteUser has users delete themselves.
func (p *Pool) deleteUser(in deleteUserInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	p.removeUser(u)
	return noOutput{}, nil
}

// removeUser removes the user with all devices. The name is free again, but what was issued to the old user stays useless.
func (p *Pool) removeUser(u *user) {
	p.users.remove(u)
	delete(p.lockouts, u.username)
}
