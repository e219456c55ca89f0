package authtest

import (
	"slices"
)

// ownAccount are the operations of signed-in users on their own account.
type ownAccount struct {
	*core
	sessions *challengeSessions
}

type getUserInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

type getUserOutput struct {
	Username            string
	UserAttributes      []attribute
	UserMFASettingList  []string `json:",omitempty"`
	PreferredMfaSetting string   `json:",omitempty"`
}

func (o *ownAccount) getUser(in getUserInput) (any, error) {
	u, token, err := o.tokenOwner(in.AccessToken)
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

type deleteUserInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

// deleteUser deletes the owner of the access token.
func (o *ownAccount) deleteUser(in deleteUserInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	o.removeUser(u)
	return noOutput{}, nil
}

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
func (o *ownAccount) getUserAuthFactors(in getUserAuthFactorsInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return o.settings.factors().describe(u), nil
}

type changePasswordInput struct {
	AccessToken      string `wire:"AccessToken,Token,required"`
	PreviousPassword string `wire:"PreviousPassword,Password"`
	ProposedPassword string `wire:"ProposedPassword,Password,required"`
}

// changePasswordLimit is how many calls are allowed per user and hour, successful ones included.
const changePasswordLimit = 5

// changePassword ends no session. Only a user without a password may omit the previous one.
func (o *ownAccount) changePassword(in changePasswordInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := u.allow("ChangePassword", changePasswordLimit, o.clock.now()); err != nil {
		return nil, err
	}
	if u.hasPassword() && !o.passwords.match(u, in.PreviousPassword) {
		return nil, notAuthorized(textWrongPassword)
	}
	if err := o.passwords.checkChange(u, in.ProposedPassword); err != nil {
		return nil, err
	}
	o.passwords.set(u, in.ProposedPassword)
	return struct{}{}, nil
}

type globalSignOutInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

// globalSignOut ends all sign-ins of the user.
func (o *ownAccount) globalSignOut(in globalSignOutInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	u.logins.end()
	return struct{}{}, nil
}
