package authtest

import "slices"

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
	u, token, err := p.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return getUserOutput{
		Username: u.username, UserAttributes: readable(u.attributeList(), token.client),
		UserMFASettingList: u.mfa, PreferredMfaSetting: u.preferredMFA,
	}, nil
}

// readable are the attributes that the client shows to the user.
func readable(list []attribute, c *appClient) []attribute {
	return slices.DeleteFunc(list, func(a attribute) bool { return !c.mayRead(a.Name) })
}
