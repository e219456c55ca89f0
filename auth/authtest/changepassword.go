package authtest

type changePasswordInput struct {
	AccessToken      string `wire:"AccessToken,Token,required"`
	PreviousPassword string `wire:"PreviousPassword,Password"`
	ProposedPassword string `wire:"ProposedPassword,Password,required"`
}

// changePasswordLimit is how many calls are allowed per user and hour, successful ones included.
const changePasswordLimit = 5

// changePassword ends no session. Only a user without a password may leave the previous one out.
func (p *Pool) changePassword(in changePasswordInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	switch {
	case !u.allow("ChangePassword", changePasswordLimit, p.Now()):
		return nil, refuse(codeLimitExceeded, textAttemptLimitExceeded)
	case u.hasPassword() && !p.group.matches(u.password, p.poolName(), u.username, in.PreviousPassword):
		return nil, notAuthorized(textWrongPassword)
	}
	if err := p.checkNewPassword(in.ProposedPassword); err != nil {
		return nil, err
	}
	if err := p.checkPasswordHistory(u, in.ProposedPassword); err != nil {
		return nil, err
	}
	p.setPassword(u, in.ProposedPassword)
	return struct{}{}, nil
}
