package authtest

import (
	"maps"
	"slices"
)

type updateUserAttributesInput struct {
	AccessToken    string            `wire:"AccessToken,Token,required"`
	UserAttributes []attribute       `wire:"UserAttributes,,required"`
	ClientMetadata map[string]string `wire:"ClientMetadata"`
}

type updateUserAttributesOutput struct {
	CodeDeliveryDetailsList []*delivery
}

type deleteUserAttributesInput struct {
	AccessToken        string   `wire:"AccessToken,Token,required"`
	UserAttributeNames []string `wire:"UserAttributeNames,AttributeName,required"`
}

// updateUserAttributes writes all of the values or none; an empty one deletes the attribute.
func (o *ownAccount) updateUserAttributes(in updateUserAttributesInput) (any, error) {
	u, claims, err := o.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	values := attributeMap(in.UserAttributes)
	if err := o.checkUpdate(u, claims.client, values); err != nil {
		return nil, err
	}
	out := updateUserAttributesOutput{CodeDeliveryDetailsList: []*delivery{}}
	for _, contact := range o.applyUpdate(u, values) {
		from := caller{clientID: claims.ClientID, metadata: in.ClientMetadata}
		sent, err := o.outbox.sendAttributeCode(u, contact, kindUpdateAttribute, from)
		if err != nil {
			return nil, err
		}
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, sent)
	}
	return out, nil
}

func (o *ownAccount) deleteUserAttributes(in deleteUserAttributesInput) (any, error) {
	u, claims, err := o.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, name := range in.UserAttributeNames {
		values[name] = ""
	}
	if err := o.checkUpdate(u, claims.client, values); err != nil {
		return nil, err
	}
	o.applyUpdate(u, values)
	return struct{}{}, nil
}

// checkUpdate refuses attributes that the app client may not write or that cannot change, the
// removal of required ones, and contacts with which another user signs in.
func (o *ownAccount) checkUpdate(u *user, c *appClient, values map[string]string) error {
	if err := o.settings.checkClientAttributes(c, values, updateReport()); err != nil {
		return err
	}
	if err := o.settings.checkMutable(values); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values[name]
		switch {
		case value == "" && slices.Contains(
			slices.Concat(o.settings.cfg.RequiredAttributes, o.settings.cfg.UsernameAttributes), name):
			return refuse(
				codeInvalidParameter,
				"Attributes did not conform to the schema: %s: The attribute is required\n",
				name,
			)
		case value != u.attributes[name] && o.users.aliasOwner(name, value, u) != nil:
			return refuse(codeAliasExists, "An account with the given %s already exists.", name)
		}
	}
	return nil
}

// applyUpdate writes the values and returns the contacts to which a code must be sent. A contact
// that changes is not verified any more; if the pool verifies it first, it changes only then.
func (o *ownAccount) applyUpdate(u *user, values map[string]string) []attribute {
	var unverified []attribute
	for _, contact := range contacts() {
		value, given := values[contact]
		if !given || value == u.attributes[contact] {
			continue
		}
		delete(u.attributeCodes, contact)
		if value == "" {
			continue
		}
		if slices.Contains(o.settings.cfg.AutoVerifiedAttributes, contact) {
			unverified = append(unverified, attribute{contact, value})
		}
		if o.settings.verifiesFirst(contact) {
			delete(values, contact)
		} else {
			values[contact+verifiedSuffix] = "false"
		}
	}
	u.setAttributes(values)
	u.modified = o.clock.now()
	return unverified
}
