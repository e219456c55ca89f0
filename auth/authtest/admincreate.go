package authtest

import (
	"slices"
	"time"
)

type adminCreateUserInput struct {
	adminTarget
	UserAttributes         []attribute       `wire:"UserAttributes"`
	ValidationData         []attribute       `wire:"ValidationData"`
	TemporaryPassword      string            `wire:"TemporaryPassword,Password"`
	ForceAliasCreation     bool              `wire:"ForceAliasCreation"`
	MessageAction          string            `wire:"MessageAction,MessageAction"`
	DesiredDeliveryMediums []string          `wire:"DesiredDeliveryMediums,DeliveryMedium"`
	ClientMetadata         map[string]string `wire:"ClientMetadata"`
}

// userRecord is a user as AdminCreateUser returns it; AdminGetUser calls the attributes
// UserAttributes.
type userRecord struct {
	Username             string
	Attributes           []attribute
	UserCreateDate       float64
	UserLastModifiedDate float64
	Enabled              bool
	UserStatus           string
}

type adminCreateUserOutput struct {
	User userRecord
}

func (o *userAdmin) adminCreateUser(in adminCreateUserInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	password, err := o.invitationPassword(in)
	if err != nil {
		return nil, err
	}
	u, err := o.invited(in)
	if err != nil {
		return nil, err
	}
	u.status = statusConfirmed
	if password != "" {
		o.passwords.setTemporary(u, password)
	}
	if in.MessageAction != "SUPPRESS" {
		if err := o.invite(u, password, in); err != nil {
			return nil, err
		}
	}
	return adminCreateUserOutput{User: u.record()}, nil
}

// invitationPassword is the temporary password, or "" for a new user who signs in with codes.
func (o *userAdmin) invitationPassword(in adminCreateUserInput) (string, error) {
	if in.TemporaryPassword != "" {
		return in.TemporaryPassword, o.passwords.checkNew(in.TemporaryPassword)
	}
	if !o.settings.factors().passwordless() || in.MessageAction == "RESEND" {
		return o.passwords.newTemporary(), nil
	}
	values := attributeMap(in.UserAttributes)
	if values[attrEmail] == "" && values[attrPhone] == "" {
		return "", refuse(codeInvalidParameter, "A user without a password needs an email or a phone_number.")
	}
	return "", nil
}

// invited returns the user to invite: a new one, or with RESEND the one who was invited before.
func (o *userAdmin) invited(in adminCreateUserInput) (*user, error) {
	if in.MessageAction == "RESEND" {
		u, err := o.adminUser(in.adminTarget)
		if err == nil && u.status != statusForceChangePassword {
			err = refuse(codeUnsupportedUserState,
				"Resend not possible. %s status is not FORCE_CHANGE_PASSWORD", u.username)
		}
		return u, err
	}
	values := attributeMap(in.UserAttributes)
	if err := o.settings.checkKnown(values); err != nil {
		return nil, err
	}
	if err := o.settings.checkAdminAttributes(values, givenReport()); err != nil {
		return nil, err
	}
	u, err := o.users.newUser(in.Username, values)
	if err != nil {
		return nil, err
	}
	if _, err := o.lambdas.preSignUp(
		u,
		sourceAdminCreateUser,
		in.ValidationData,
		administrator(in.ClientMetadata),
	); err != nil {
		return nil, err
	}
	// Somebody else may have come while the trigger ran.
	if _, err := o.users.newUser(in.Username, values); err != nil {
		return nil, err
	}
	if err := o.users.reserveAliases(u, in.ForceAliasCreation); err != nil {
		return nil, err
	}
	o.users.add(u)
	return u, nil
}

// invite sends the temporary password, if any, by the mediums wanted, as far as the user has an
// address for them.
func (o *userAdmin) invite(u *user, password string, in adminCreateUserInput) error {
	mediums := in.DesiredDeliveryMediums
	if len(mediums) == 0 {
		mediums = []string{mediumSMS}
	}
	for _, attribute := range []string{attrPhone, attrEmail} {
		address := u.attributes[attribute]
		medium := deliveryTo(attribute, address).DeliveryMedium
		if address == "" || !slices.Contains(mediums, medium) {
			continue
		}
		m := Message{Medium: medium, Destination: address, Code: password, Kind: kindInvitation}
		if err := o.outbox.send(u, m, administrator(in.ClientMetadata)); err != nil {
			return err
		}
	}
	return nil
}

func (u *user) record() userRecord {
	return userRecord{
		Username: u.username, Attributes: u.attributeList(), UserCreateDate: epoch(u.created),
		UserLastModifiedDate: epoch(u.modified), Enabled: !u.disabled, UserStatus: u.status,
	}
}

// epoch is a time as the API writes it: seconds with milliseconds as the fraction.
func epoch(t time.Time) float64 {
	return float64(t.UnixMilli()) / 1000
}
