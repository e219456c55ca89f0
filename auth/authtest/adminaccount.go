package authtest

import "slices"

type adminAccountInput struct {
	adminTarget
}

func (p *Pool) adminDeleteUser(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	p.removeUser(u)
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

// adminUserGlobalSignOut ends all sign-ins of the user.
func (p *Pool) adminUserGlobalSignOut(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	p.logins.end(u)
	return struct{}{}, nil
}

// adminDeleteSoftwareToken takes the user's authenticator app away.
func (p *Pool) adminDeleteSoftwareToken(in adminAccountInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	if u.totp.secret == "" {
		return nil, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	}
	u.totp.secret, u.totp.deviceName, u.modified = "", "", p.Now()
	u.mfa = slices.DeleteFunc(u.mfa, func(factor string) bool { return factor == challengeTOTP })
	if u.preferredMFA == challengeTOTP {
		u.preferredMFA = ""
	}
	return struct{}{}, nil
}

type adminDeleteUserAttributesInput struct {
	adminTarget
	UserAttributeNames []string `wire:"UserAttributeNames,AttributeName,required"`
}

func (p *Pool) adminDeleteUserAttributes(in adminDeleteUserAttributesInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	gone := map[string]string{}
	for _, name := range in.UserAttributeNames {
		gone[name] = ""
	}
	if err := p.checkAdminUpdate(gone); err != nil {
		return nil, err
	}
	u.setAttributes(gone)
	u.modified = p.Now()
	return struct{}{}, nil
}
