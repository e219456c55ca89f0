package texts

// An ID names a text. Its constants say in a comment which parameters the text has; see [Params].
type ID string

// Every page and every prompt.
const (
	PageTitle      ID = "page_title"       // {title}, {app}
	ErrorPageTitle ID = "error_page_title" // {title}
	Continue       ID = "continue"
	Back           ID = "back"
	Cancel         ID = "cancel"
	Save           ID = "save"
	Saved          ID = "saved"
	NotNow         ID = "not_now"
	StartAgain     ID = "start_again"
	Working        ID = "working"
	Or             ID = "or"
	Optional       ID = "optional"
	Yes            ID = "yes"
	No             ID = "no"
	ShowPassword   ID = "show_password"
	HidePassword   ID = "hide_password"
	GoodUntil      ID = "good_until" // {time}
	TimeLeft       ID = "time_left"  // {left}
)

// What stands for a parameter: durations, and parameters that are empty.
const (
	Moment            ID = "moment"
	Second            ID = "second"
	Seconds           ID = "seconds" // {count}
	Minute            ID = "minute"
	Minutes           ID = "minutes" // {count}
	Hour              ID = "hour"
	Hours             ID = "hours" // {count}
	You               ID = "you"
	YourAuthenticator ID = "your_authenticator"
)

// Labels of fields.
const (
	FieldUsername         ID = "field_username"
	FieldEmail            ID = "field_email"
	FieldPhoneNumber      ID = "field_phone_number"
	FieldCountryCode      ID = "field_country_code"
	FieldPassword         ID = "field_password"
	FieldPasswordAgain    ID = "field_password_again"
	FieldCurrentPassword  ID = "field_current_password"
	FieldNewPassword      ID = "field_new_password"
	FieldNewPasswordAgain ID = "field_new_password_again"
	FieldCode             ID = "field_code"
	FieldAppCode          ID = "field_app_code"
	FieldAppName          ID = "field_app_name"
	FieldAnswer           ID = "field_answer"
	FieldChoice           ID = "field_choice"
)

// The rules of a pool for passwords, as a list of hints.
const (
	PasswordRules  ID = "password_rules"
	PasswordLength ID = "password_length" // {count}
	PasswordLower  ID = "password_lower"
	PasswordUpper  ID = "password_upper"
	PasswordDigit  ID = "password_digit"
	PasswordSymbol ID = "password_symbol"
)

// The first page of the sign-in.
const (
	SignInTitle         ID = "sign_in_title"
	SignInHeading       ID = "sign_in_heading" // {app}
	SignInButton        ID = "sign_in_button"
	SignInForgot        ID = "sign_in_forgot"
	SignInWithPassword  ID = "sign_in_with_password"
	SignInWithPasskey   ID = "sign_in_with_passkey"
	SignInWithEmailCode ID = "sign_in_with_email_code"
	SignInWithSMSCode   ID = "sign_in_with_sms_code"
	SignInWithProvider  ID = "sign_in_with_provider" // {name}
	SignInOtherWay      ID = "sign_in_other_way"
	SignInNoAccount     ID = "sign_in_no_account"
	SignInNotYou        ID = "sign_in_not_you" // {name}
	SignedInAs          ID = "signed_in_as"    // {name}
)

// The steps of the sign-in; see [ForSignIn].
const (
	SMSCodeTitle       ID = "sms_code_title"
	SMSCodeLead        ID = "sms_code_lead" // {destination}
	EmailCodeTitle     ID = "email_code_title"
	EmailCodeLead      ID = "email_code_lead" // {destination}
	NoCode             ID = "no_code"
	TOTPCodeTitle      ID = "totp_code_title"
	TOTPCodeLead       ID = "totp_code_lead" // {authenticator}
	LostApp            ID = "lost_app"
	LostAppHelp        ID = "lost_app_help"
	CustomTitle        ID = "custom_title"
	CustomLead         ID = "custom_lead"
	NewPasswordTitle   ID = "new_password_title"
	NewPasswordLead    ID = "new_password_lead"
	NewPasswordDetails ID = "new_password_details"
	NewPasswordButton  ID = "new_password_button"
	PasswordStepTitle  ID = "password_step_title"
	PasswordStepLead   ID = "password_step_lead"
	PasskeyTitle       ID = "passkey_title"
	PasskeyLead        ID = "passkey_lead"
	PasskeyButton      ID = "passkey_button"
	PasskeyNeedsScript ID = "passkey_needs_script"
	UnknownTitle       ID = "unknown_title"
	UnknownLead        ID = "unknown_lead"
	EmailSetUpTitle    ID = "email_set_up_title"
	EmailSetUpLead     ID = "email_set_up_lead"
	SendCode           ID = "send_code"
	ChooseFactorTitle  ID = "choose_factor_title"
	ChooseFactorLead   ID = "choose_factor_lead"
	ChooseSetUpTitle   ID = "choose_set_up_title"
	ChooseSetUpLead    ID = "choose_set_up_lead"
	ChooseSignInTitle  ID = "choose_sign_in_title"
	ChooseSignInLead   ID = "choose_sign_in_lead"
	NotConfirmedTitle  ID = "not_confirmed_title"
	NotConfirmedLead   ID = "not_confirmed_lead"
	MustResetTitle     ID = "must_reset_title"
	MustResetLead      ID = "must_reset_lead"
	SignedInTitle      ID = "signed_in_title"
)

// The set-up of an authenticator app, in the sign-in and on the account pages.
const (
	TOTPSetUpTitle    ID = "totp_set_up_title"
	TOTPSetUpIntro    ID = "totp_set_up_intro"
	TOTPSetUpLead     ID = "totp_set_up_lead"
	TOTPSetUpImage    ID = "totp_set_up_image"
	TOTPSetUpNoScan   ID = "totp_set_up_no_scan"
	TOTPSetUpKey      ID = "totp_set_up_key"
	TOTPSetUpLink     ID = "totp_set_up_link"
	TOTPSetUpCopy     ID = "totp_set_up_copy"
	TOTPSetUpCopied   ID = "totp_set_up_copied"
	TOTPSetUpReplaces ID = "totp_set_up_replaces"
	TOTPSetUpDone     ID = "totp_set_up_done"
)
