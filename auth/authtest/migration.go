package authtest

import "maps"

// UserMigrationEvent is what UserMigration is called with. UserName is the name that was typed.
type UserMigrationEvent = Event[UserMigrationRequest, UserMigrationResponse]

// UserMigrationRequest is about somebody who is not in the pool. Password is empty in ForgotPassword. ValidationData and
// ClientMetadata are both the ClientMetadata of the call.
type UserMigrationRequest struct {
	Password       string            `json:"password"`
	ValidationData map[string]string `json:"validationData,omitempty"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// UserMigrationResponse brings the user along. Without UserAttributes the user stays unknown. FinalUserStatus is CONFIRMED for a
// user who keeps the password; anything else is RESET_REQUIRED. The pool sends no invitation, so MessageAction and
// DesiredDeliveryMediums change nothing.
type UserMigrationResponse struct {
	UserAttributes         map[string]string `json:"userAttributes"`
	FinalUserStatus        string            `json:"finalUserStatus"`
	MessageAction          string            `json:"messageAction"`
	DesiredDeliveryMediums []string          `json:"desiredDeliveryMediums"`
	ForceAliasCreation     bool              `json:"forceAliasCreation"`
	EnableSMSMFA           bool              `json:"enableSMSMFA"`
}

// The sources of UserMigration.
const (
	sourceMigrateSignIn         = "UserMigration_Authentication"
	sourceMigrateForgotPassword = "UserMigration_ForgotPassword"
)

// migrate brings a user along who is not in the pool. Nothing happens to one who is, or whom the trigger does not know: look the
// name up afterwards. The caller holds the pool's lock.
func (p *Pool) migrate(name, password, source string, c caller) error {
	run := p.cfg.Triggers.UserMigration
	if run == nil || p.users.find(name) != nil {
		return nil
	}
	o := occasion{trigger: "UserMigration", source: source, username: name, clientID: c.clientID}
	said, err := fire(p, o, run, UserMigrationRequest{
		Password: password, ValidationData: maps.Clone(c.metadata), ClientMetadata: maps.Clone(c.metadata),
	})
	if err != nil || len(said.UserAttributes) == 0 || p.users.find(name) != nil {
		return err
	}
	return p.addMigrated(name, password, said)
}

func (p *Pool) addMigrated(name, password string, said UserMigrationResponse) error {
	values := maps.Clone(said.UserAttributes)
	delete(values, "username")
	if err := p.checkAdminAttributes(values); err != nil {
		return err
	}
	u, err := p.newUser(name, values)
	if err != nil {
		return err
	}
	if err := p.claimAll(u, said.ForceAliasCreation); err != nil {
		return err
	}
	u.status = statusResetRequired
	if password != "" && said.FinalUserStatus == statusConfirmed {
		p.setPassword(u, password)
	}
	if said.EnableSMSMFA && u.hasDelivery(challengeSMS) {
		u.mfa = []string{challengeSMS}
	}
	p.users.add(u)
	return nil
}
