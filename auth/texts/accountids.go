package texts

// The sign-up, its confirmation and another code; see [ForSignUp].
const (
	SignUpTitle         ID = "sign_up_title"
	SignUpButton        ID = "sign_up_button"
	SignUpHaveAccount   ID = "sign_up_have_account"
	ConfirmSignUpTitle  ID = "confirm_sign_up_title"
	ConfirmSignUpLead   ID = "confirm_sign_up_lead" // {destination}
	ConfirmSignUpButton ID = "confirm_sign_up_button"
	SignUpDoneTitle     ID = "sign_up_done_title"
	SignUpDoneLead      ID = "sign_up_done_lead"
	ResendButton        ID = "resend_button"
	ResendDone          ID = "resend_done" // {destination}
)

// The forgotten password; see [ForResetPassword].
const (
	ForgotTitle    ID = "forgot_title"
	ForgotLead     ID = "forgot_lead"
	ResetTitle     ID = "reset_title"
	ResetLead      ID = "reset_lead" // {destination}
	ResetButton    ID = "reset_button"
	ResetDoneTitle ID = "reset_done_title"
	ResetDoneLead  ID = "reset_done_lead"
)

// The confirmation of an email address or a phone number; see [ForAttributeUpdate].
const (
	VerifyTitle     ID = "verify_title"
	VerifyLead      ID = "verify_lead"
	VerifyCodeTitle ID = "verify_code_title"
	VerifyCodeLead  ID = "verify_code_lead" // {destination}
	VerifyButton    ID = "verify_button"
	VerifyDoneTitle ID = "verify_done_title"
)

// Another proof before something that matters.
const (
	StepUpTitle     ID = "step_up_title"
	StepUpLead      ID = "step_up_lead"
	StepUpElsewhere ID = "step_up_elsewhere"
)

// The remembered browser or computer.
const (
	RememberTitle    ID = "remember_title"
	RememberBrowser  ID = "remember_browser"
	RememberComputer ID = "remember_computer"
	RememberHint     ID = "remember_hint"
	RememberButton   ID = "remember_button"
)

// The sign-out, here and everywhere.
const (
	SignOutTitle          ID = "sign_out_title"
	SignOutButton         ID = "sign_out_button"
	SignOutEverywhere     ID = "sign_out_everywhere"
	SignOutEverywhereHint ID = "sign_out_everywhere_hint"
	SignOutDone           ID = "sign_out_done"
	SignOutEverywhereDone ID = "sign_out_everywhere_done"
)

// The account pages: the second step of the sign-in.
const (
	AccountTitle    ID = "account_title"
	FactorsTitle    ID = "factors_title"
	FactorsLead     ID = "factors_lead"
	FactorsNone     ID = "factors_none"
	FactorsNeeded   ID = "factors_needed"
	FactorOn        ID = "factor_on"
	FactorOff       ID = "factor_off"
	FactorPreferred ID = "factor_preferred"
	FactorSetUp     ID = "factor_set_up"
	FactorTurnOn    ID = "factor_turn_on"
	FactorTurnOff   ID = "factor_turn_off"
	FactorPrefer    ID = "factor_prefer"
)

// The account pages: password and details.
const (
	PasswordTitle      ID = "password_title"
	PasswordButton     ID = "password_button"
	PasswordDone       ID = "password_done"
	DetailsTitle       ID = "details_title"
	DetailConfirmed    ID = "detail_confirmed"
	DetailNotConfirmed ID = "detail_not_confirmed"
)

// The account pages: devices and passkeys.
const (
	DevicesTitle     ID = "devices_title"
	DevicesLead      ID = "devices_lead"
	DevicesNone      ID = "devices_none"
	DeviceCurrent    ID = "device_current"
	DeviceLastUsed   ID = "device_last_used" // {time}
	DeviceForget     ID = "device_forget"    // {name}
	DeviceForgotten  ID = "device_forgotten" // {name}
	PasskeysTitle    ID = "passkeys_title"
	PasskeysLead     ID = "passkeys_lead"
	PasskeysNone     ID = "passkeys_none"
	PasskeyCreate    ID = "passkey_create"
	PasskeyCreated   ID = "passkey_created"
	PasskeyCreatedOn ID = "passkey_created_on" // {time}
	PasskeyDelete    ID = "passkey_delete"     // {name}
	PasskeyDeleted   ID = "passkey_deleted"    // {name}
	PasskeySkip      ID = "passkey_skip"
)

// The conversation in a terminal.
const (
	TerminalScan       ID = "terminal_scan" // {key}
	TerminalAppCode    ID = "terminal_app_code"
	TerminalResend     ID = "terminal_resend" // {key}
	TerminalNumber     ID = "terminal_number"
	TerminalOnlyWay    ID = "terminal_only_way" // {name}
	TerminalNoPasskey  ID = "terminal_no_passkey"
	TerminalNone       ID = "terminal_none"
	TerminalNoInput    ID = "terminal_no_input" // {name}
	TerminalForgot     ID = "terminal_forgot"
	TerminalNewHere    ID = "terminal_new_here"
	TerminalStartsOver ID = "terminal_starts_over"
)

// The sign-in and the sign-out in the browser of a person who uses a command-line tool.
const (
	BrowserSignIn      ID = "browser_sign_in"
	BrowserSignOut     ID = "browser_sign_out"
	BrowserNotOpened   ID = "browser_not_opened"
	BrowserElsewhere   ID = "browser_elsewhere"
	BrowserPaste       ID = "browser_paste"
	BrowserPasteAgain  ID = "browser_paste_again"
	BrowserStays       ID = "browser_stays"
	BrowserDoneTitle   ID = "browser_done_title"
	BrowserFailedTitle ID = "browser_failed_title"
	BrowserBack        ID = "browser_back"
)

// Names of the ways to prove who one is; see [ForMFAType] and [ForFirstFactor].
const (
	FactorSMS      ID = "factor_sms"
	FactorEmail    ID = "factor_email"
	FactorTOTP     ID = "factor_totp"
	FactorPassword ID = "factor_password"
	FactorPasskey  ID = "factor_passkey"
	FactorOther    ID = "factor_other" // {name}
)

// Names of Cognito's standard attributes; see [ForAttribute].
const (
	AttributeAddress           ID = "attribute_address"
	AttributeBirthdate         ID = "attribute_birthdate"
	AttributeEmail             ID = "attribute_email"
	AttributeFamilyName        ID = "attribute_family_name"
	AttributeGender            ID = "attribute_gender"
	AttributeGivenName         ID = "attribute_given_name"
	AttributeLocale            ID = "attribute_locale"
	AttributeMiddleName        ID = "attribute_middle_name"
	AttributeName              ID = "attribute_name"
	AttributeNickname          ID = "attribute_nickname"
	AttributePhoneNumber       ID = "attribute_phone_number"
	AttributePicture           ID = "attribute_picture"
	AttributePreferredUsername ID = "attribute_preferred_username"
	AttributeProfile           ID = "attribute_profile"
	AttributeUpdatedAt         ID = "attribute_updated_at"
	AttributeWebsite           ID = "attribute_website"
	AttributeZoneinfo          ID = "attribute_zoneinfo"
	AttributeOther             ID = "attribute_other" // {name}
)

// What went wrong, as a program notices by itself.
const (
	FormPasswordsDiffer   ID = "form_passwords_differ"
	FormEmpty             ID = "form_empty"
	FailedTitle           ID = "failed_title"
	FormTooManyTries      ID = "form_too_many_tries" // {wait}
	FormAnsweredElsewhere ID = "form_answered_elsewhere"
	FormFromElsewhere     ID = "form_from_elsewhere"
	FormPasskeyStopped    ID = "form_passkey_stopped"
)
