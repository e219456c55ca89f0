package authtest

type getUserInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

type getUserOutput struct {
	Username            string
	UserAttributes      []attribute
	UserMFASettingList  []string `json:",omitempty"`
	PreferredMfaSetting string   `json:",omitempty"`
}

func (p *Pool) getUser(in getUserInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return getUserOutput{
		Username: u.username, UserAttributes: u.attributeList(),
		UserMFASettingList: u.mfa, PreferredMfaSetting: u.preferredMFA,
	}, nil
}
