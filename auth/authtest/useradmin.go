package authtest

import (
	"maps"
)

// adminTarget names the user whom an administrator's call is about.
type adminTarget struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	Username   string `wire:"Username,Username,required"`
}

type adminUserInput struct {
	adminTarget
	ClientMetadata map[string]string `wire:"ClientMetadata"`
}

type adminGetUserInput struct {
	adminTarget
}

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []attribute
	UserCreateDate       float64
	UserLastModifiedDate float64
	Enabled              bool
	UserStatus           string
	UserMFASettingList   []string `json:",omitempty"`
	PreferredMfaSetting  string   `json:",omitempty"`
}

type adminSetUserPasswordInput struct {
	adminTarget
	Password  string `wire:"Password,Password,required"`
	Permanent bool   `wire:"Permanent"`
}

type adminUpdateUserAttributesInput struct {
	adminTarget
	UserAttributes []attribute       `wire:"UserAttributes,,required"`
	ClientMetadata map[string]string `wire:"ClientMetadata"`
}

// userAdmin are the administrator's operations on users.
type userAdmin struct {
	*core
}

func (o *userAdmin) adminGetUser(in adminGetUserInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	r := u.record()
	return adminGetUserOutput{
		Username: r.Username, UserAttributes: r.Attributes, UserCreateDate: r.UserCreateDate,
		UserLastModifiedDate: r.UserLastModifiedDate, Enabled: r.Enabled, UserStatus: r.UserStatus,
		UserMFASettingList: u.mfa, PreferredMfaSetting: u.preferredMFA,
	}, nil
}

func (o *userAdmin) adminSetUserPassword(in adminSetUserPasswordInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	if err := o.passwords.checkChange(u, in.Password); err != nil {
		return nil, err
	}
	if in.Permanent {
		o.passwords.set(u, in.Password)
	} else {
		o.passwords.setTemporary(u, in.Password)
	}
	return struct{}{}, nil
}

// adminConfirmSignUp confirms the user and verifies nothing.
func (o *userAdmin) adminConfirmSignUp(in adminUserInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	if u.status != statusUnconfirmed {
		return nil, refuse(codeNotAuthorized, "User cannot be confirmed. Current status is %s", u.status)
	}
	u.status, u.signUpCode, u.modified = statusConfirmed, sentCode{}, o.clock.now()
	return struct{}{}, o.lambdas.postConfirmation(u, sourceConfirmSignUp, administrator(in.ClientMetadata))
}

func (o *userAdmin) adminUpdateUserAttributes(in adminUpdateUserAttributesInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	values := attributeMap(in.UserAttributes)
	if err := o.settings.checkAdminUpdate(values); err != nil {
		return nil, err
	}
	waiting := o.settings.holdBackUnverified(u, values)
	old := maps.Clone(u.attributes)
	u.setAttributes(values)
	if err := o.users.reserveAliases(u, false); err != nil {
		u.attributes = old
		return nil, err
	}
	u.modified = o.clock.now()
	for _, contact := range waiting {
		if _, err := o.outbox.sendAttributeCode(
			u,
			contact,
			kindUpdateAttribute,
			administrator(in.ClientMetadata),
		); err != nil {
			return nil, err
		}
	}
	return struct{}{}, nil
}

// adminResetUserPassword invalidates the password and sends a code for a new one.
func (o *userAdmin) adminResetUserPassword(in adminUserInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	switch {
	case u.disabled:
		return nil, notAuthorized(textUserDisabled)
	case u.status == statusForceChangePassword || u.status == statusUnconfirmed:
		return nil, notAuthorized(textPasswordResetForbidden)
	case o.settings.recoveryAttribute(u) == "":
		return nil, refuse(codeInvalidParameter, textNoRecoveryContact)
	}
	u.status, u.modified = statusResetRequired, o.clock.now()
	_, err = o.outbox.sendResetCode(u, newCode(), administrator(in.ClientMetadata))
	return struct{}{}, err
}
