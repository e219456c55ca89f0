package authtest

import (
	"slices"
)

type adminAccountInput struct {
	adminTarget
}

func (o *userAdmin) adminDeleteUser(in adminAccountInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	o.removeUser(u)
	return noOutput{}, nil
}

// adminDisableUser prevents the user from signing in and from refreshing tokens.
func (o *userAdmin) adminDisableUser(in adminAccountInput) (any, error) {
	return o.setDisabled(in.adminTarget, true)
}

func (o *userAdmin) adminEnableUser(in adminAccountInput) (any, error) {
	return o.setDisabled(in.adminTarget, false)
}

func (o *userAdmin) setDisabled(target adminTarget, disabled bool) (any, error) {
	u, err := o.adminUser(target)
	if err != nil {
		return nil, err
	}
	u.disabled, u.modified = disabled, o.clock.now()
	return struct{}{}, nil
}

// adminUserGlobalSignOut ends all sign-ins of the user.
func (o *userAdmin) adminUserGlobalSignOut(in adminAccountInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	u.logins.end()
	return struct{}{}, nil
}

// adminDeleteSoftwareToken removes the user's authenticator app.
func (o *userAdmin) adminDeleteSoftwareToken(in adminAccountInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	if u.totp.secret == "" {
		return nil, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	}
	u.totp.secret, u.totp.deviceName, u.modified = "", "", o.clock.now()
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

func (o *userAdmin) adminDeleteUserAttributes(in adminDeleteUserAttributesInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	gone := map[string]string{}
	for _, name := range in.UserAttributeNames {
		gone[name] = ""
	}
	if err := o.settings.checkAdminUpdate(gone); err != nil {
		return nil, err
	}
	u.setAttributes(gone)
	u.modified = o.clock.now()
	return struct{}{}, nil
}
