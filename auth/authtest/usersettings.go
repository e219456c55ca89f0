package authtest

type mfaOption struct {
	AttributeName  string `wire:"AttributeName,AttributeName"`
	DeliveryMedium string `wire:"DeliveryMedium,DeliveryMedium"`
}

type setUserSettingsInput struct {
	AccessToken string      `wire:"AccessToken,Token,required"`
	MFAOptions  []mfaOption `wire:"MFAOptions,,required"`
}

type adminSetUserSettingsInput struct {
	adminTarget
	MFAOptions []mfaOption `wire:"MFAOptions,,required"`
}

func (o *ownAccount) setUserSettings(in setUserSettingsInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return struct{}{}, o.settings.factors().setMFAOptions(u, in.MFAOptions)
}

func (o *userAdmin) adminSetUserSettings(in adminSetUserSettingsInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return struct{}{}, o.settings.factors().setMFAOptions(u, in.MFAOptions)
}

// setMFAOptions is the old way to switch SMS_MFA on, or off with an empty list. It knows no other
// factor.
func (fp factorPolicy) setMFAOptions(u *user, options []mfaOption) error {
	for _, option := range options {
		if option.DeliveryMedium != mediumSMS || option.AttributeName != attrPhone {
			return refuse(codeInvalidParameter, "MFAOptions can only deliver by SMS to the phone_number.")
		}
	}
	on := len(options) > 0
	return fp.changeMFA(u, map[string]mfaSettings{
		challengeSMS: {Enabled: on, PreferredMfa: on && u.preferredMFA == challengeSMS},
	})
}

type adminGetUserAuthFactorsInput struct {
	adminTarget
}

// adminGetUserAuthFactors is GetUserAuthFactors for an administrator.
func (o *userAdmin) adminGetUserAuthFactors(in adminGetUserAuthFactorsInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return o.settings.factors().describe(u), nil
}

// describe lists what the user can begin a sign-in with, and the second factors.
func (fp factorPolicy) describe(u *user) getUserAuthFactorsOutput {
	return getUserAuthFactorsOutput{
		Username: u.username, ConfiguredUserAuthFactors: fp.configuredFactors(u),
		UserMFASettingList: u.mfa, PreferredMfaSetting: u.preferredMFA,
	}
}
