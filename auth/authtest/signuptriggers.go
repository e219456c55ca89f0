package authtest

import (
	"maps"
)

// PreSignUpEvent is the event of [Triggers].PreSignUp.
type PreSignUpEvent = Event[PreSignUpRequest, PreSignUpResponse]

// PreSignUpRequest describes a sign-up to check. ValidationData is what the client sent for that
// purpose.
type PreSignUpRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData,omitempty"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// PreSignUpResponse confirms the user, or verifies contacts of the user, at once. A contact to
// verify must be among the attributes.
type PreSignUpResponse struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

// PostConfirmationEvent is the event of [Triggers].PostConfirmation. The user is confirmed by then,
// whatever the trigger returns.
type PostConfirmationEvent = Event[PostConfirmationRequest, struct{}]

// PostConfirmationRequest describes the user who was confirmed.
type PostConfirmationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// The sources of sign-up triggers.
const (
	sourceSignUp          = "PreSignUp_SignUp"
	sourceAdminCreateUser = "PreSignUp_AdminCreateUser"
	sourceConfirmSignUp   = "PostConfirmation_ConfirmSignUp"
	sourceConfirmForgot   = "PostConfirmation_ConfirmForgotPassword"
)

// preSignUp asks the trigger about a user who is not in the directory yet.
func (l *lambdas) preSignUp(u *user, source string, validation []attribute, c caller) (PreSignUpResponse, error) {
	run := l.triggers.PreSignUp
	if run == nil {
		return PreSignUpResponse{}, nil
	}
	o := occasion{trigger: "PreSignUp", source: source, username: u.username, clientID: c.clientID}
	return fire(l, o, run, PreSignUpRequest{
		UserAttributes: maps.Clone(u.attributes),
		ValidationData: attributeMap(validation),
		ClientMetadata: maps.Clone(c.metadata),
	})
}

// obeyPreSignUp applies what the trigger returned.
func (r *registration) obeyPreSignUp(u *user, said PreSignUpResponse) error {
	for attribute, verify := range map[string]bool{attrEmail: said.AutoVerifyEmail, attrPhone: said.AutoVerifyPhone} {
		if !verify {
			continue
		}
		if u.attributes[attribute] == "" {
			return refuse(codeInvalidLambdaResponse, "PreSignUp verified %s, which the user does not have.", attribute)
		}
		if err := r.users.verifyContact(u, attribute, u.attributes[attribute], false); err != nil {
			return err
		}
	}
	if said.AutoConfirmUser {
		u.status = statusConfirmed
	}
	return nil
}

// postConfirmation runs the trigger for a user who was confirmed. The caller holds the pool's lock.
func (l *lambdas) postConfirmation(u *user, source string, c caller) error {
	run := l.triggers.PostConfirmation
	if run == nil {
		return nil
	}
	o := occasion{trigger: "PostConfirmation", source: source, username: u.username, clientID: c.clientID}
	_, err := fire(l, o, run, PostConfirmationRequest{
		UserAttributes: u.eventAttributes(), ClientMetadata: maps.Clone(c.metadata),
	})
	return err
}

// PreAuthenticationEvent is the event of [Triggers].PreAuthentication.
type PreAuthenticationEvent = Event[PreAuthenticationRequest, struct{}]

// PreAuthenticationRequest describes the user who begins to sign in. ValidationData is the
// ClientMetadata of InitiateAuth. UserNotFound is only true if the client hides which users exist.
type PreAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData,omitempty"`
	UserNotFound   bool              `json:"userNotFound,omitempty"`
}

// PostAuthenticationEvent is the event of [Triggers].PostAuthentication.
type PostAuthenticationEvent = Event[PostAuthenticationRequest, struct{}]

// PostAuthenticationRequest describes the user who has signed in. ClientMetadata is that of
// RespondToAuthChallenge; a sign-in that ends with InitiateAuth has none. NewDeviceUsed is true if
// a pool that tracks devices does not know this one.
type PostAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	NewDeviceUsed  bool              `json:"newDeviceUsed"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// caller returns the caller for which the triggers of the sign-in run.
func (in signIn) caller() caller {
	return caller{clientID: in.client.id, metadata: in.metadata}
}

// occasion describes why a trigger of the sign-in runs.
func (in signIn) occasion(trigger, source string) occasion {
	return occasion{trigger: trigger, source: source, username: in.username, clientID: in.client.id}
}

func (l *lambdas) preAuthentication(in signIn, metadata map[string]string) error {
	run := l.triggers.PreAuthentication
	if run == nil {
		return nil
	}
	_, err := fire(
		l,
		in.occasion("PreAuthentication", "PreAuthentication_Authentication"),
		run,
		PreAuthenticationRequest{
			UserAttributes: in.eventAttributes(), ValidationData: maps.Clone(metadata), UserNotFound: in.simulated,
		},
	)
	return err
}

func (l *lambdas) postAuthentication(in signIn, newDevice bool) error {
	run := l.triggers.PostAuthentication
	if run == nil {
		return nil
	}
	_, err := fire(
		l,
		in.occasion("PostAuthentication", "PostAuthentication_Authentication"),
		run,
		PostAuthenticationRequest{
			UserAttributes: in.eventAttributes(), NewDeviceUsed: newDevice,
			ClientMetadata: maps.Clone(in.metadata),
		},
	)
	return err
}

// UserMigrationEvent is the event of [Triggers].UserMigration. UserName is the name as it was
// typed.
type UserMigrationEvent = Event[UserMigrationRequest, UserMigrationResponse]

// UserMigrationRequest describes a user who is not in the pool. Password is empty in
// ForgotPassword. ValidationData and ClientMetadata are both the ClientMetadata of the call.
type UserMigrationRequest struct {
	Password       string            `json:"password"`
	ValidationData map[string]string `json:"validationData,omitempty"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// UserMigrationResponse imports the user. Without UserAttributes the user stays unknown.
// FinalUserStatus is CONFIRMED for a user who keeps the password; any other value means
// RESET_REQUIRED. The pool sends no invitation, so MessageAction and DesiredDeliveryMediums have no
// effect.
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

// migrate imports a user who is not in the pool. It does nothing if the user exists or the trigger
// does not know the user: look the name up afterwards. The caller holds the pool's lock.
func (k *core) migrate(name, password, source string, c caller) error {
	run := k.lambdas.triggers.UserMigration
	if run == nil || k.users.find(name) != nil {
		return nil
	}
	o := occasion{trigger: "UserMigration", source: source, username: name, clientID: c.clientID}
	said, err := fire(k.lambdas, o, run, UserMigrationRequest{
		Password: password, ValidationData: maps.Clone(c.metadata), ClientMetadata: maps.Clone(c.metadata),
	})
	if err != nil || len(said.UserAttributes) == 0 || k.users.find(name) != nil {
		return err
	}
	return k.addMigrated(name, password, said)
}

func (k *core) addMigrated(name, password string, said UserMigrationResponse) error {
	values := maps.Clone(said.UserAttributes)
	delete(values, "username")
	if err := k.settings.checkAdminAttributes(values, givenReport()); err != nil {
		return err
	}
	u, err := k.users.newUser(name, values)
	if err != nil {
		return err
	}
	if err := k.users.reserveAliases(u, said.ForceAliasCreation); err != nil {
		return err
	}
	u.status = statusResetRequired
	if password != "" && said.FinalUserStatus == statusConfirmed {
		k.passwords.set(u, password)
	}
	if said.EnableSMSMFA && u.hasDelivery(challengeSMS) {
		u.mfa = []string{challengeSMS}
	}
	k.users.add(u)
	return nil
}
