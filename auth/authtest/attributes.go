package authtest

import (
	"maps"
	"net/mail"
	"slices"
	"strings"
)

// attribute is one entry of a UserAttributes list.
type attribute struct {
	Name  string `wire:"Name,AttributeName,required"`
	Value string `wire:"Value,AttributeValue"`
}

const (
	attrSub               = "sub"
	attrIdentities        = "identities"
	attrEmail             = "email"
	attrPhone             = "phone_number"
	attrPreferredUsername = "preferred_username"
	attrEmailVerified     = attrEmail + verifiedSuffix
	attrPhoneVerified     = attrPhone + verifiedSuffix
	verifiedSuffix        = "_verified"
	customPrefix          = "custom:"

	recoveryEmail = "verified_email"
	recoveryPhone = "verified_phone_number"
	recoveryAdmin = "admin_only"
)

// standardAttributes are the attributes that every pool has and every client may write.
func standardAttributes() []string {
	return []string{
		"address", "birthdate", attrEmail, "family_name", "gender", "given_name", "locale", "middle_name", "name",
		"nickname", attrPhone, "picture", attrPreferredUsername, "profile", "updated_at", "website", "zoneinfo",
	}
}

func attributeMap(list []attribute) map[string]string {
	values := make(map[string]string, len(list))
	for _, a := range list {
		values[a.Name] = a.Value
	}
	return values
}

// checkClientAttributes refuses attributes that the app client may not write, and invalid values.
func (st *settings) checkClientAttributes(c *appClient, values map[string]string, report attributeReport) error {
	for name := range values {
		// A client with a list of attributes may write no other, not even one that the pool lacks.
		listed := len(c.settings.WriteAttributes) > 0 && !strings.HasPrefix(name, customPrefix)
		if !c.mayWrite(name) && (listed || st.schema.index(name) >= 0) {
			return notAuthorized(textUnauthorizedAttribute)
		}
	}
	return st.checkValues(values, report)
}

// checkAdminAttributes is like checkClientAttributes for an administrator, who can also mark a
// contact as verified.
func (st *settings) checkAdminAttributes(values map[string]string, report attributeReport) error {
	if _, given := values[attrSub]; given {
		return refuse(codeInvalidParameter, "Cannot modify the non-mutable attribute sub")
	}
	return st.checkValues(values, report)
}

// checkRequired refuses a user without all attributes that the pool requires.
func (st *settings) checkRequired(values map[string]string) error {
	var complaints strings.Builder
	for _, name := range st.cfg.RequiredAttributes {
		if values[name] == "" {
			complaints.WriteString(name + ": The attribute is required\n")
		}
	}
	if complaints.Len() > 0 {
		return refuse(codeInvalidParameter, "Attributes did not conform to the schema: %s", complaints.String())
	}
	return nil
}

// setAttributes writes the values; an empty one deletes the attribute. A contact that changes is no
// longer verified.
func (u *user) setAttributes(values map[string]string) {
	for _, contact := range contacts() {
		if v, given := values[contact]; given && v != u.attributes[contact] {
			delete(u.attributes, contact+verifiedSuffix)
		}
	}
	for name, value := range values {
		switch {
		case value == "":
			delete(u.attributes, name)
		case name == attrEmailVerified || name == attrPhoneVerified:
			u.attributes[name] = strings.ToLower(value) // "True" counts as "true"
		default:
			u.attributes[name] = value
		}
	}
}

func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && strings.Contains(text[strings.LastIndex(text, "@"):], ".")
}

// isPhone reports whether text is a number in E.164 form.
func isPhone(text string) bool {
	digits, found := strings.CutPrefix(text, "+")
	return found && len(digits) <= 15 && onlyRunes(digits, isDigit)
}

// checkAdminUpdate is like checkAdminAttributes for an existing user.
func (st *settings) checkAdminUpdate(values map[string]string) error {
	if err := st.checkAdminAttributes(values, updateReport()); err != nil {
		return err
	}
	return st.checkMutable(values)
}

// checkMutable refuses attributes that cannot change, for every caller and even if the user has no
// value yet.
func (st *settings) checkMutable(values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !st.schema.mutable(name) {
			return refuse(
				codeInvalidParameter,
				"user.%s: Attribute cannot be updated. (changing an immutable attribute)\n",
				name,
			)
		}
	}
	return nil
}

// verifiesFirst reports whether a new value of the contact applies only once its code is confirmed.
// It does not if the pool sends no code to the contact.
func (st *settings) verifiesFirst(contact string) bool {
	return slices.Contains(st.cfg.AttributesRequireVerificationBeforeUpdate, contact) &&
		slices.Contains(st.cfg.AutoVerifiedAttributes, contact)
}

// contacts are the attributes that a code can verify.
func contacts() []string { return []string{attrEmail, attrPhone} }

// holdBackUnverified removes from values, and returns, the contacts that must be verified first. It
// leaves those that the administrator marks as verified.
func (st *settings) holdBackUnverified(u *user, values map[string]string) []attribute {
	var waiting []attribute
	for _, contact := range contacts() {
		value := values[contact]
		if value != "" && value != u.attributes[contact] && st.verifiesFirst(contact) &&
			!strings.EqualFold(values[contact+verifiedSuffix], "true") {
			waiting = append(waiting, attribute{contact, value})
			delete(values, contact)
			delete(values, contact+verifiedSuffix)
		}
	}
	return waiting
}
