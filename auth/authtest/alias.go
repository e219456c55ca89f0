package authtest

import "slices"

// claimAlias makes sure that nobody else signs in with a contact which is about to become the user's. With force the other user
// loses it.
func (p *Pool) claimAlias(u *user, attribute, address string, force bool) error {
	other := p.users.aliasOwner(attribute, address, u)
	switch {
	case other == nil:
		return nil
	case !force:
		return refuse(codeAliasExists, "An account with the %s already exists.", attribute)
	}
	delete(other.attributes, attribute+verifiedSuffix)
	return nil
}

// claimAll claims every contact with which the user signs in.
func (p *Pool) claimAll(u *user, force bool) error {
	for _, attribute := range slices.Concat(p.cfg.UsernameAttributes, p.cfg.AliasAttributes) {
		value := u.attributes[attribute]
		signsIn := attribute == attrPreferredUsername || len(p.cfg.UsernameAttributes) > 0 ||
			u.attributes[attribute+verifiedSuffix] == "true"
		if value == "" || !signsIn {
			continue
		}
		if err := p.claimAlias(u, attribute, value, force); err != nil {
			return err
		}
	}
	return nil
}

// verifyContact makes an address that a code reached the user's verified one. If the user has another one by now, the code says
// nothing about that.
func (p *Pool) verifyContact(u *user, attribute, address string, force bool) error {
	if current := u.attributes[attribute]; current != "" && current != address {
		return nil
	}
	if err := p.claimAlias(u, attribute, address, force); err != nil {
		return err
	}
	u.attributes[attribute] = address
	u.attributes[attribute+verifiedSuffix] = "true"
	u.modified = p.Now()
	return nil
}
