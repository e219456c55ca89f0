package authtest

import (
	"cmp"
	"slices"
)

// poolSettings are what an administrator can change of a pool, in the form of the API.
type poolSettings struct {
	AccountRecoverySetting      *accountRecoverySetting      `wire:"AccountRecoverySetting" json:",omitempty"`
	AdminCreateUserConfig       *adminCreateUserConfig       `wire:"AdminCreateUserConfig" json:",omitempty"`
	AutoVerifiedAttributes      []string                     `wire:"AutoVerifiedAttributes,VerifiedAttribute" json:",omitempty"`
	DeletionProtection          string                       `wire:"DeletionProtection,Activity" json:",omitempty"`
	DeviceConfiguration         *deviceConfiguration         `wire:"DeviceConfiguration" json:",omitempty"`
	EmailConfiguration          *emailConfiguration          `wire:"EmailConfiguration" json:",omitempty"`
	EmailVerificationMessage    string                       `wire:"EmailVerificationMessage,EmailMessage" json:",omitempty"`
	EmailVerificationSubject    string                       `wire:"EmailVerificationSubject,EmailSubject" json:",omitempty"`
	IssuerConfiguration         *issuerConfiguration         `wire:"IssuerConfiguration" json:",omitempty"`
	KeyConfiguration            *keyConfiguration            `wire:"KeyConfiguration" json:",omitempty"`
	LambdaConfig                *lambdaConfig                `wire:"LambdaConfig" json:",omitempty"`
	MfaConfiguration            string                       `wire:"MfaConfiguration,PoolMfa" json:",omitempty"`
	Policies                    *poolPolicies                `wire:"Policies" json:",omitempty"`
	SmsAuthenticationMessage    string                       `wire:"SmsAuthenticationMessage,SmsMessage" json:",omitempty"`
	SmsConfiguration            *smsConfiguration            `wire:"SmsConfiguration" json:",omitempty"`
	SmsVerificationMessage      string                       `wire:"SmsVerificationMessage,SmsMessage" json:",omitempty"`
	UserAttributeUpdateSettings *userAttributeUpdateSettings `wire:"UserAttributeUpdateSettings" json:",omitempty"`
	UserPoolAddOns              *poolAddOns                  `wire:"UserPoolAddOns" json:",omitempty"`
	UserPoolTags                map[string]string            `wire:"UserPoolTags" json:",omitempty"`
	UserPoolTier                string                       `wire:"UserPoolTier,PoolTier" json:",omitempty"`
	VerificationMessageTemplate *verificationMessageTemplate `wire:"VerificationMessageTemplate" json:",omitempty"`
}

type accountRecoverySetting struct {
	RecoveryMechanisms []recoveryMechanism `wire:"RecoveryMechanisms,,max=2"`
}

type recoveryMechanism struct {
	Name     string `wire:"Name,RecoveryOption,required"`
	Priority int    `wire:"Priority,Priority,required"`
}

type adminCreateUserConfig struct {
	AllowAdminCreateUserOnly  bool             `wire:"AllowAdminCreateUserOnly"`
	InviteMessageTemplate     *messageTemplate `wire:"InviteMessageTemplate" json:",omitempty"`
	UnusedAccountValidityDays int              `wire:"UnusedAccountValidityDays,Days"`
}

type messageTemplate struct {
	EmailMessage string `wire:"EmailMessage,String" json:",omitempty"`
	EmailSubject string `wire:"EmailSubject,EmailSubject" json:",omitempty"`
	SMSMessage   string `wire:"SMSMessage,String" json:",omitempty"`
}

type deviceConfiguration struct {
	ChallengeRequiredOnNewDevice     bool `wire:"ChallengeRequiredOnNewDevice"`
	DeviceOnlyRememberedOnUserPrompt bool `wire:"DeviceOnlyRememberedOnUserPrompt"`
}

type emailConfiguration struct {
	ConfigurationSet    string `wire:"ConfigurationSet,String" json:",omitempty"`
	EmailSendingAccount string `wire:"EmailSendingAccount,EmailSendingAccount" json:",omitempty"`
	From                string `wire:"From,String" json:",omitempty"`
	ReplyToEmailAddress string `wire:"ReplyToEmailAddress,String" json:",omitempty"`
	SourceArn           string `wire:"SourceArn,Arn" json:",omitempty"`
}

// issuerUpdated is the type of issuer whose host is not that of the API.
const issuerUpdated = "UPDATED"

type issuerConfiguration struct {
	Type string `wire:"Type,IssuerType" json:",omitempty"`
}

type keyConfiguration struct {
	KeyType   string `wire:"KeyType,String" json:",omitempty"`
	KmsKeyArn string `wire:"KmsKeyArn,Arn" json:",omitempty"`
}

// lambdaConfig names the functions that the real service would run.
type lambdaConfig struct {
	CreateAuthChallenge         string         `wire:"CreateAuthChallenge,Arn" json:",omitempty"`
	CustomEmailSender           *lambdaVersion `wire:"CustomEmailSender" json:",omitempty"`
	CustomMessage               string         `wire:"CustomMessage,Arn" json:",omitempty"`
	CustomSMSSender             *lambdaVersion `wire:"CustomSMSSender" json:",omitempty"`
	DefineAuthChallenge         string         `wire:"DefineAuthChallenge,Arn" json:",omitempty"`
	InboundFederation           *lambdaVersion `wire:"InboundFederation" json:",omitempty"`
	KMSKeyID                    string         `wire:"KMSKeyID,Arn" json:",omitempty"`
	PostAuthentication          string         `wire:"PostAuthentication,Arn" json:",omitempty"`
	PostConfirmation            string         `wire:"PostConfirmation,Arn" json:",omitempty"`
	PreAuthentication           string         `wire:"PreAuthentication,Arn" json:",omitempty"`
	PreSignUp                   string         `wire:"PreSignUp,Arn" json:",omitempty"`
	PreTokenGeneration          string         `wire:"PreTokenGeneration,Arn" json:",omitempty"`
	PreTokenGenerationConfig    *lambdaVersion `wire:"PreTokenGenerationConfig" json:",omitempty"`
	UserMigration               string         `wire:"UserMigration,Arn" json:",omitempty"`
	VerifyAuthChallengeResponse string         `wire:"VerifyAuthChallengeResponse,Arn" json:",omitempty"`
}

type lambdaVersion struct {
	LambdaArn     string `wire:"LambdaArn,Arn,required"`
	LambdaVersion string `wire:"LambdaVersion,LambdaVersion,required"`
}

type poolPolicies struct {
	PasswordPolicy *passwordPolicy `wire:"PasswordPolicy" json:",omitempty"`
	SignInPolicy   *signInPolicy   `wire:"SignInPolicy" json:",omitempty"`
}

// passwordPolicy is the PasswordPolicy of the API.
type passwordPolicy struct {
	MinimumLength                 int  `wire:"MinimumLength,MinimumLength"`
	PasswordHistorySize           int  `wire:"PasswordHistorySize,HistorySize" json:",omitempty"`
	RequireLowercase              bool `wire:"RequireLowercase"`
	RequireNumbers                bool `wire:"RequireNumbers"`
	RequireSymbols                bool `wire:"RequireSymbols"`
	RequireUppercase              bool `wire:"RequireUppercase"`
	TemporaryPasswordValidityDays int  `wire:"TemporaryPasswordValidityDays,Days"`
}

type signInPolicy struct {
	AllowedFirstAuthFactors []string `wire:"AllowedFirstAuthFactors,AuthFactor,max=4"`
}

type userAttributeUpdateSettings struct {
	AttributesRequireVerificationBeforeUpdate []string `wire:"AttributesRequireVerificationBeforeUpdate,VerifiedAttribute"`
}

type poolAddOns struct {
	AdvancedSecurityMode            string                           `wire:"AdvancedSecurityMode,AdvancedSecurity,required"`
	AdvancedSecurityAdditionalFlows *advancedSecurityAdditionalFlows `wire:"AdvancedSecurityAdditionalFlows" json:",omitempty"`
}

type advancedSecurityAdditionalFlows struct {
	CustomAuthMode string `wire:"CustomAuthMode,AdvancedSecurity" json:",omitempty"`
}

type verificationMessageTemplate struct {
	DefaultEmailOption string `wire:"DefaultEmailOption,EmailOption" json:",omitempty"`
	EmailMessage       string `wire:"EmailMessage,EmailMessage" json:",omitempty"`
	EmailMessageByLink string `wire:"EmailMessageByLink,String" json:",omitempty"`
	EmailSubject       string `wire:"EmailSubject,EmailSubject" json:",omitempty"`
	EmailSubjectByLink string `wire:"EmailSubjectByLink,EmailSubject" json:",omitempty"`
	SmsMessage         string `wire:"SmsMessage,SmsMessage" json:",omitempty"`
}

// withDefaults returns the settings with the defaults of the API for what a request omits.
func (s poolSettings) withDefaults() poolSettings {
	fill(&s.MfaConfiguration, string(MFAOff))
	fill(&s.DeletionProtection, "INACTIVE")
	fill(&s.UserPoolTier, "ESSENTIALS")
	return s
}

// check refuses settings that contradict each other, or the factors that SetUserPoolMfaConfig has
// set up.
func (s poolSettings) check(mfa mfaConfig) error {
	days, policyDays := 0, 0
	if s.AdminCreateUserConfig != nil {
		days = s.AdminCreateUserConfig.UnusedAccountValidityDays
	}
	if s.Policies != nil && s.Policies.PasswordPolicy != nil {
		policyDays = s.Policies.PasswordPolicy.TemporaryPasswordValidityDays
	}
	switch {
	case !slices.Contains(s.firstFactors(), challengePassword):
		return refuse(codeInvalidParameter, "AllowedFirstAuthFactors must contain %s.", challengePassword)
	case days > 0 && policyDays > 0:
		return refuse(codeInvalidParameter,
			"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	case s.MfaConfiguration != string(MFAOff) && s.SmsConfiguration == nil && !mfa.totp && mfa.email == nil:
		return refuse(codeInvalidParameter,
			"SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
	case s.MfaConfiguration != string(MFAOff) && mfa.email != nil && onlyEmail(s.recovery()):
		return refuse(codeInvalidParameter, textEmailRecovery)
	}
	return nil
}

// verifiedFirst are the attributes whose new values wait for a code.
func (s poolSettings) verifiedFirst() []string {
	if s.UserAttributeUpdateSettings == nil {
		return nil
	}
	return s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
}

// recovery are the names of the mechanisms by priority.
func (s poolSettings) recovery() []string {
	if s.AccountRecoverySetting == nil {
		return nil
	}
	sorted := slices.SortedStableFunc(slices.Values(s.AccountRecoverySetting.RecoveryMechanisms),
		func(a, b recoveryMechanism) int { return cmp.Compare(a.Priority, b.Priority) })
	names := make([]string, 0, len(sorted))
	for _, mechanism := range sorted {
		names = append(names, mechanism.Name)
	}
	return names
}

func (s poolSettings) devices() (tracking Devices, mfaOnRemembered bool) {
	switch c := s.DeviceConfiguration; {
	case c == nil:
		return DevicesOff, false
	case c.DeviceOnlyRememberedOnUserPrompt:
		return DevicesOptIn, !c.ChallengeRequiredOnNewDevice
	default:
		return DevicesAlways, !c.ChallengeRequiredOnNewDevice
	}
}

func (s poolSettings) firstFactors() []string {
	if s.Policies == nil || s.Policies.SignInPolicy == nil {
		return []string{challengePassword}
	}
	return s.Policies.SignInPolicy.AllowedFirstAuthFactors
}

// passwordPolicy is the policy that the settings come to. Without one, the service's own default
// counts; in one, a requirement that is left out is none.
func (s poolSettings) passwordPolicy() PasswordPolicy {
	var policy PasswordPolicy
	if s.Policies != nil && s.Policies.PasswordPolicy != nil {
		given := s.Policies.PasswordPolicy
		policy = PasswordPolicy{
			MinimumLength:                 cmp.Or(given.MinimumLength, 8),
			RequireUppercase:              given.RequireUppercase,
			RequireLowercase:              given.RequireLowercase,
			RequireNumbers:                given.RequireNumbers,
			RequireSymbols:                given.RequireSymbols,
			TemporaryPasswordValidityDays: given.TemporaryPasswordValidityDays,
			PasswordHistorySize:           given.PasswordHistorySize,
		}
	}
	if s.AdminCreateUserConfig != nil && policy.TemporaryPasswordValidityDays == 0 {
		policy.TemporaryPasswordValidityDays = s.AdminCreateUserConfig.UnusedAccountValidityDays
	}
	return policy.withDefaults()
}

func onlyEmail(recovery []string) bool {
	return slices.Equal(recovery, []string{recoveryEmail})
}
