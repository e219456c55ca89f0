package authtest

// poolSettings are what an administrator can change of a pool, in the form of the API. What the pool acts on is in its Config and
// its mfaConfig; the rest is kept to be shown.
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
	RecoveryMechanisms []recoveryMechanism `wire:"RecoveryMechanisms"`
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

type issuerConfiguration struct {
	Type string `wire:"Type,String" json:",omitempty"`
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
	AllowedFirstAuthFactors []string `wire:"AllowedFirstAuthFactors,AuthFactor"`
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
