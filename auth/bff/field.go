package bff

import (
	"errors"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func hidden(name, value string) Field { return Field{Name: name, Type: "hidden", Value: value} }

// textField is a field for text.
func (x *exchange) textField(name string, label texts.ID, autocomplete string) Field {
	return Field{Name: name, Label: x.text(label), Type: "text", Autocomplete: autocomplete}
}

// appNameField is the optional field for the name of an authenticator app.
func (x *exchange) appNameField() Field {
	field := x.textField("friendlyDeviceName", texts.FieldAppName, "off")
	field.Optional, field.Note, field.Value = true, x.text(texts.Optional), x.in["friendlyDeviceName"]
	return field
}

// codeField is the field for a code that was sent or that an app shows.
func (x *exchange) codeField(name string, label texts.ID) Field {
	field := x.textField(name, label, "one-time-code")
	field.InputMode, field.Code = "numeric", true
	return field
}

// passwordField is the field for the password that somebody has.
func (x *exchange) passwordField(name string, label texts.ID) Field {
	return Field{Name: name, Label: x.text(label), Type: "password", Autocomplete: "current-password"}
}

// newPasswordFields are those for a new password, with its rules, and for the same once more.
func (x *exchange) newPasswordFields(name string) []Field {
	rules := x.rules()
	label, again := texts.FieldNewPassword, texts.FieldNewPasswordAgain
	if name == "password" { // the first one that somebody has
		label, again = texts.FieldPassword, texts.FieldPasswordAgain
	}
	return []Field{
		{Name: name, Label: x.text(label), Type: "password", Autocomplete: "new-password", Rules: &rules},
		{Name: name + "Again", Label: x.text(again), Type: "password", Autocomplete: "new-password"},
	}
}

// rules are those of the configuration, in words.
func (x *exchange) rules() Rules {
	rules, cfg := Rules{Title: x.text(texts.PasswordRules)}, x.h.cfg.PasswordRules
	if cfg.MinLength > 0 {
		rules.Each = append(rules.Each, x.texts.Format(texts.PasswordLength, texts.Params{Count: cfg.MinLength}))
	}
	for _, rule := range []struct {
		holds bool
		text  texts.ID
	}{
		{cfg.Lowercase, texts.PasswordLower},
		{cfg.Uppercase, texts.PasswordUpper},
		{cfg.Digits, texts.PasswordDigit},
		{cfg.Symbols, texts.PasswordSymbol},
	} {
		if rule.holds {
			rules.Each = append(rules.Each, x.text(rule.text))
		}
	}
	return rules
}

// nameField is the field for the name that somebody signs in with.
func (x *exchange) nameField(username string) Field {
	field := x.textField("username", texts.FieldUsername, "username")
	switch x.h.cfg.LoginWith {
	case auth.LoginWithEmail:
		field.Label, field.Type, field.InputMode = x.text(texts.FieldEmail), "email", "email"
	case auth.LoginWithPhoneNumber:
		field.Label, field.Type, field.InputMode = x.text(texts.FieldPhoneNumber), "tel", "tel"
	}
	field.Value = username
	return field
}

// knownNameField tells a password manager whose password or code it is. If the name is not known,
// the person types it.
func (x *exchange) knownNameField(username string) Field {
	field := x.nameField(username)
	field.Unseen = username != ""
	return field
}

// ownerField has password managers keep a password under the right name. It is not sent.
func (x *exchange) ownerField(username string) Field {
	field := x.nameField(username)
	field.Name, field.Unseen = "", true
	return field
}

// attributeField is the field for an attribute of the user.
func (x *exchange) attributeField(name string) Field {
	field := Field{
		Name: "userAttributes." + name, Type: "text", Autocomplete: "off", Value: x.in["userAttributes."+name],
		Label: x.texts.Format(texts.ForAttribute(name), texts.Params{Name: strings.TrimPrefix(name, "custom:")}),
	}
	if kind, ok := inputs[name]; ok {
		field.Type, field.Autocomplete = kind[0], kind[1]
	}
	if field.Type == "email" || field.Type == "tel" || field.Type == "url" {
		field.InputMode = field.Type
	}
	return field
}

// inputs are the type and the autocomplete of the fields for attributes.
var inputs = map[string][2]string{
	"address":            {"text", "street-address"},
	"birthdate":          {"date", "bday"},
	"email":              {"email", "email"},
	"family_name":        {"text", "family-name"},
	"given_name":         {"text", "given-name"},
	"middle_name":        {"text", "additional-name"},
	"name":               {"text", "name"},
	"nickname":           {"text", "nickname"},
	"phone_number":       {"tel", "tel"},
	"picture":            {"url", "off"},
	"preferred_username": {"text", "nickname"},
	"profile":            {"url", "url"},
	"website":            {"url", "url"},
}

// markField repeats an error at the field that it is about, if there is one, and has the page lead
// there.
func (x *exchange) markField(page *Page) {
	field := fieldOf(page, x.failure)
	if field == nil {
		return
	}
	field.Error = page.Error
	page.ErrorAt = &Link{Text: field.Label, To: "#" + field.ID}
}

// fieldOf returns the field that an error is about.
func fieldOf(page *Page, err error) *Field {
	suits := fieldOfError(err)
	for i := range page.Forms {
		if suits == nil || page.Forms[i].Quiet {
			continue
		}
		for j := range page.Forms[i].Fields {
			if field := &page.Forms[i].Fields[j]; field.asks() && suits(field) {
				return field
			}
		}
	}
	return nil
}

// fieldOfError returns a function that reports whether an error is about a field; nil for an error
// that is about none.
func fieldOfError(err error) func(*Field) bool {
	if errors.Is(err, errDifferent) {
		return func(f *Field) bool { return f.Autocomplete == "new-password" && f.Rules == nil }
	}
	for _, group := range []struct {
		errors []error
		suits  func(*Field) bool
	}{
		{[]error{
			auth.ErrCodeMismatch, auth.ErrExpiredCode, auth.ErrEnableSoftwareTokenMFA, auth.ErrEmptyConfirmSignUpCode,
			auth.ErrEmptyVerifyTOTPSetupCode, auth.ErrEmptyConfirmResetPasswordConfirmationCode,
			auth.ErrEmptyConfirmUserAttributeCode,
		}, func(f *Field) bool { return f.Code }},
		{[]error{
			auth.ErrInvalidPassword, auth.ErrPasswordHistoryViolation, auth.ErrEmptySignUpPassword,
			auth.ErrEmptyConfirmResetPasswordNewPassword,
		}, func(f *Field) bool { return f.Rules != nil }},
		{[]error{auth.ErrEmptySignInPassword}, func(f *Field) bool { return f.Type == "password" }},
		{[]error{
			auth.ErrUsernameExists, auth.ErrEmptySignInUsername, auth.ErrEmptySignUpUsername,
			auth.ErrEmptyConfirmSignUpUsername, auth.ErrEmptyResetPasswordUsername,
			auth.ErrEmptyConfirmResetPasswordUsername,
		}, func(f *Field) bool { return f.Name == "username" }},
		{[]error{
			auth.ErrIncorrectMFAMethod, auth.ErrIncorrectFirstFactor, auth.ErrEmptyChallengeResponse,
		}, func(f *Field) bool { return f.Name == "challengeResponse" }},
	} {
		if slices.ContainsFunc(group.errors, func(one error) bool { return errors.Is(err, one) }) {
			return group.suits
		}
	}
	if e := (*auth.Error)(nil); errors.As(err, &e) && e.Code == auth.ErrNotAuthorized &&
		(e.Op == "UpdatePassword" || e.Op == "Reauthenticate") {
		return func(f *Field) bool { return f.Type == "password" && f.Rules == nil }
	}
	return nil
}
