package texts

import "github.com/amplifyauth/amplify-auth-go/auth"

// A Page says which texts go with a step, on a page or in a terminal.
type Page struct {
	Title  ID
	Lead   ID // a sentence or two below the title; empty where the title says it all
	Field  ID // the label of what is typed or chosen; empty where nothing is
	Button ID
}

// ForSignIn returns the texts of a step of the sign-in. A step that it does not know has those of
// [auth.StepConfirmSignInWithUnknownChallenge].
func ForSignIn(step auth.SignInStepName) Page {
	if page, ok := signInPages[step]; ok {
		return page
	}
	return signInPages[auth.StepConfirmSignInWithUnknownChallenge]
}

var signInPages = map[auth.SignInStepName]Page{
	auth.StepConfirmSignInWithSMSCode:               {SMSCodeTitle, SMSCodeLead, FieldCode, Continue},
	auth.StepConfirmSignInWithEmailCode:             {EmailCodeTitle, EmailCodeLead, FieldCode, Continue},
	auth.StepConfirmSignInWithTOTPCode:              {TOTPCodeTitle, TOTPCodeLead, FieldAppCode, Continue},
	auth.StepConfirmSignInWithCustomChallenge:       {CustomTitle, CustomLead, FieldAnswer, Continue},
	auth.StepConfirmSignInWithNewPasswordRequired:   {NewPasswordTitle, NewPasswordLead, FieldNewPassword, NewPasswordButton},
	auth.StepConfirmSignInWithPassword:              {PasswordStepTitle, PasswordStepLead, FieldPassword, SignInButton},
	auth.StepConfirmSignInWithWebAuthn:              {PasskeyTitle, PasskeyLead, "", PasskeyButton},
	auth.StepConfirmSignInWithUnknownChallenge:      {UnknownTitle, UnknownLead, "", StartAgain},
	auth.StepContinueSignInWithTOTPSetup:            {TOTPSetUpTitle, TOTPSetUpLead, FieldAppCode, Continue},
	auth.StepContinueSignInWithEmailSetup:           {EmailSetUpTitle, EmailSetUpLead, FieldEmail, SendCode},
	auth.StepContinueSignInWithMFASelection:         {ChooseFactorTitle, ChooseFactorLead, FieldChoice, Continue},
	auth.StepContinueSignInWithMFASetupSelection:    {ChooseSetUpTitle, ChooseSetUpLead, FieldChoice, Continue},
	auth.StepContinueSignInWithFirstFactorSelection: {ChooseSignInTitle, ChooseSignInLead, FieldChoice, Continue},
	auth.StepConfirmSignUp:                          {NotConfirmedTitle, NotConfirmedLead, FieldCode, ConfirmSignUpButton},
	auth.StepResetPassword:                          {MustResetTitle, MustResetLead, FieldCode, ResetButton},
	auth.StepDone:                                   {SignedInTitle, "", "", Continue},
}

// ForSignUp returns the texts of a step that follows a sign-up. A step that it does not know has
// those of [auth.SignUpStepDone].
func ForSignUp(step auth.SignUpStepName) Page {
	if step == auth.SignUpStepConfirmSignUp {
		return Page{ConfirmSignUpTitle, ConfirmSignUpLead, FieldCode, ConfirmSignUpButton}
	}
	return Page{SignUpDoneTitle, SignUpDoneLead, "", SignInButton}
}

// ForResetPassword returns the texts of a step of a password reset. A step that it does not know
// has those of [auth.ResetPasswordStepDone].
func ForResetPassword(step auth.ResetPasswordStepName) Page {
	if step == auth.ResetPasswordStepConfirmWithCode {
		return Page{ResetTitle, ResetLead, FieldCode, ResetButton}
	}
	return Page{ResetDoneTitle, ResetDoneLead, "", SignInButton}
}

// ForAttributeUpdate returns the texts of a step that follows the change of an e-mail address or a
// phone number, or the wish to have one confirmed. A step that it does not know has those of
// [auth.AttributeUpdateStepDone].
func ForAttributeUpdate(step auth.AttributeUpdateStepName) Page {
	if step == auth.AttributeUpdateStepConfirmWithCode {
		return Page{VerifyCodeTitle, VerifyCodeLead, FieldCode, VerifyButton}
	}
	return Page{VerifyDoneTitle, "", "", Continue}
}

// ForMFAType returns the name of a second factor. One that it does not know has [FactorOther], with
// Cognito's name for {name}.
func ForMFAType(factor auth.MFAType) ID {
	switch factor {
	case auth.MFATypeSMS:
		return FactorSMS
	case auth.MFATypeTOTP:
		return FactorTOTP
	case auth.MFATypeEmail:
		return FactorEmail
	}
	return FactorOther
}

// ForFirstFactor returns the name of a first factor. One that it does not know has [FactorOther],
// with Cognito's name for {name}.
func ForFirstFactor(factor auth.AuthFactorType) ID {
	switch factor {
	case auth.AuthFactorPassword, auth.AuthFactorPasswordSRP:
		return FactorPassword
	case auth.AuthFactorEmailOTP:
		return FactorEmail
	case auth.AuthFactorSMSOTP:
		return FactorSMS
	case auth.AuthFactorWebAuthn:
		return FactorPasskey
	}
	return FactorOther
}

// ForAttribute returns the name of one of Cognito's standard attributes, such as "given_name". A
// custom one has [AttributeOther], with the attribute's name for {name}.
func ForAttribute(attribute string) ID {
	if id, ok := attributes[attribute]; ok {
		return id
	}
	return AttributeOther
}

var attributes = map[string]ID{
	"address":            AttributeAddress,
	"birthdate":          AttributeBirthdate,
	"email":              AttributeEmail,
	"family_name":        AttributeFamilyName,
	"gender":             AttributeGender,
	"given_name":         AttributeGivenName,
	"locale":             AttributeLocale,
	"middle_name":        AttributeMiddleName,
	"name":               AttributeName,
	"nickname":           AttributeNickname,
	"phone_number":       AttributePhoneNumber,
	"picture":            AttributePicture,
	"preferred_username": AttributePreferredUsername,
	"profile":            AttributeProfile,
	"updated_at":         AttributeUpdatedAt,
	"website":            AttributeWebsite,
	"zoneinfo":           AttributeZoneinfo,
}
