package authtest

import "slices"

type getUserAuthFactorsInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

type getUserAuthFactorsOutput struct {
	Username                  string
	ConfiguredUserAuthFactors []string
	UserMFASettingList        []string `json:",omitempty"`
	PreferredMfaSetting       string   `json:",omitempty"`
}

// getUserAuthFactors lists what the user can begin a sign-in with, and the second factors.
func (p *Pool) getUserAuthFactors(in getUserAuthFactorsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return getUserAuthFactorsOutput{
		Username: u.username, ConfiguredUserAuthFactors: p.configuredFactors(u),
		UserMFASettingList: u.mfa, PreferredMfaSetting: u.preferredMFA,
	}, nil
}

// configuredFactors are the first factors that the user has and the pool allows, by the names of the operation, which has one for
// both ways to send a password.
func (p *Pool) configuredFactors(u *user) []string {
	return slices.DeleteFunc(p.availableFactors(u), func(name string) bool { return name == challengePasswordSRP })
}
