package authtest

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// shape describes a kind of string, as the model of the service does.
type shape struct {
	min, max int    // length in characters; max 0 is no limit
	pattern  string // as the error message shows it
	matches  func(string) bool
	values   []string // of an enumeration
	// sensitive values never appear in a message.
	sensitive bool
}

// faults returns what is wrong with the value of a field, in the service's words.
func (s shape) faults(path, value string) []string {
	subject := fmt.Sprintf("Value '%s' at '%s'", value, path)
	if s.sensitive {
		subject = fmt.Sprintf("Value at '%s'", path)
	}
	var found []string
	complain := func(format string, args ...any) {
		found = append(found, subject+" failed to satisfy constraint: "+fmt.Sprintf(format, args...))
	}
	length := len([]rune(value))
	if s.pattern != "" && !s.matches(value) {
		complain("Member must satisfy regular expression pattern: %s", s.pattern)
	}
	if s.max > 0 && length > s.max {
		complain("Member must have length less than or equal to %d", s.max)
	}
	if length < s.min {
		complain("Member must have length greater than or equal to %d", s.min)
	}
	if len(s.values) > 0 && !slices.Contains(s.values, value) {
		complain("Member must satisfy enum value set: [%s]", strings.Join(s.values, ", "))
	}
	return found
}

// numberFaults is like faults for a number, which min and max bound.
func (s shape) numberFaults(path string, value int) []string {
	bound := ""
	switch {
	case value > s.max:
		bound = fmt.Sprintf("less than or equal to %d", s.max)
	case value < s.min:
		bound = fmt.Sprintf("greater than or equal to %d", s.min)
	default:
		return nil
	}
	return []string{
		fmt.Sprintf("Value '%d' at '%s' failed to satisfy constraint: Member must have value %s", value, path, bound),
	}
}

// tooMany returns what the service says about a list with more elements than s allows.
func (s shape) tooMany(path string) string {
	return fmt.Sprintf("Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d",
		path, s.max)
}

// missing returns what the service says about a required field that is absent.
func missing(path string) string {
	return fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", path)
}

// shapes are the strings of the requests served here, by their names in the service's model.
func shapes() map[string]shape {
	const (
		printable = `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`
		encoded   = `[A-Za-z0-9-_=.]+`
	)
	name := shape{min: 1, max: 128, pattern: printable, matches: someOf(isPrintable), sensitive: true}
	all := map[string]shape{
		"ClientId":        {min: 1, max: 128, pattern: `[\w+]+`, matches: someOf(isWordOr("+")), sensitive: true},
		"UserPoolId":      {min: 1, max: 55, pattern: `[\w-]+_[0-9a-zA-Z]+`, matches: isPoolID},
		"Username":        name,
		"Password":        {max: 256, pattern: `^[\S]+.*[\S]+$`, matches: isPassword, sensitive: true},
		"Code":            {min: 1, max: 2048, pattern: `[\S]+`, matches: someOf(isNotSpace), sensitive: true},
		"SecretHash":      {min: 1, max: 128, pattern: `[\w+=/]+`, matches: someOf(isWordOr("+=/")), sensitive: true},
		"Session":         {min: 20, max: 4096, sensitive: true},
		"Token":           {pattern: encoded, matches: someOf(isTokenRune), sensitive: true},
		"UserCode":        {min: 6, max: 6, pattern: `[0-9]+`, matches: someOf(isDigit), sensitive: true},
		"AttributeName":   {min: 1, max: 32, pattern: printable, matches: someOf(isPrintable)},
		"AttributeValue":  {max: 2048, sensitive: true},
		"String":          {max: 131072, sensitive: true},
		"AuthFlow":        {values: authFlows()},
		"ChallengeName":   {values: challengeNames()},
		"MessageAction":   {values: []string{"RESEND", "SUPPRESS"}},
		"DeliveryMedium":  {values: []string{mediumSMS, mediumEmail}},
		"SmsMessage":      {min: 6, max: 140, pattern: `.*\{####\}.*`, matches: hasCodePlaceholder},
		"DeviceKey":       {min: 1, max: 55, pattern: `[\w-]+_[0-9a-f-]+`, matches: isDeviceKey, sensitive: true},
		"DeviceName":      {min: 1, max: 1024},
		"DeviceStatus":    {values: []string{statusRemembered, statusNotRemembered}},
		"ClientSecret":    {min: 1, max: 64, pattern: `[\w+]+`, matches: someOf(isWordOr("+")), sensitive: true},
		"PaginationToken": {min: 1, pattern: `[\S]+`, matches: someOf(isNotSpace)},
		"PageSize":        {max: pageSize},
		"EmailMfaMessage": {min: 6, max: 20000, pattern: `.*\{####\}.*`, matches: hasCodePlaceholder},
	}
	maps.Copy(all, poolShapes())
	maps.Copy(all, clientShapes())
	maps.Copy(all, hostedShapes())
	maps.Copy(all, webAuthnShapes())
	return all
}

func authFlows() []string {
	return []string{
		flowSRP, flowRefresh, flowRefreshShort, flowCustom, flowAdminNoSRP, flowPassword,
		flowAdminPassword, flowUser,
	}
}

func challengeNames() []string {
	return []string{
		challengeSMS, challengeEmail, challengeTOTP, challengeSelectMFA, challengeMFASetup, challengePasswordVerifier,
		challengeCustom, challengeSelect, challengeDevice, challengeDeviceVerifier, "ADMIN_NO_SRP_AUTH",
		challengeNewPassword, challengeSMSOTP, challengePassword, factorWebAuthn, challengePasswordSRP,
	}
}

// onlyRunes reports whether text has at least one character and all satisfy is.
func onlyRunes(text string, is func(rune) bool) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return !is(r) }) < 0
}

func someOf(is func(rune) bool) func(string) bool {
	return func(text string) bool { return onlyRunes(text, is) }
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isAlphanumeric(r rune) bool {
	return isDigit(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func isRegionRune(r rune) bool { return isDigit(r) || 'a' <= r && r <= 'z' || r == '-' }

func isTokenRune(r rune) bool { return isAlphanumeric(r) || strings.ContainsRune("-_=.", r) }

func isNotSpace(r rune) bool { return !unicode.IsSpace(r) }

func isPrintable(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
}

func isWordOr(more string) func(rune) bool {
	return func(r rune) bool { return isAlphanumeric(r) || r == '_' || strings.ContainsRune(more, r) }
}

func isPoolID(id string) bool {
	region, name, found := strings.Cut(id, "_")
	return found && onlyRunes(region, isWordOr("-")) && onlyRunes(name, isAlphanumeric)
}

func isDeviceKey(key string) bool {
	region, id, found := strings.Cut(key, "_")
	return found && onlyRunes(region, isWordOr("-")) && onlyRunes(id, func(r rune) bool {
		return isDigit(r) || 'a' <= r && r <= 'f' || r == '-'
	})
}

// isPassword allows spaces inside a password but not around it.
func isPassword(password string) bool {
	return len([]rune(password)) >= 2 && strings.TrimSpace(password) == password
}

func hasCodePlaceholder(text string) bool { return strings.Contains(text, "{####}") }

// poolShapes are the strings and numbers that describe a pool, its groups and its attributes.
func poolShapes() map[string]shape {
	const poolName = `[\w\s+=,.@-]+`
	contacts := []string{attrPhone, attrEmail}
	return map[string]shape{
		"PoolName":            {min: 1, max: 128, pattern: poolName, matches: someOf(isPoolNameRune)},
		"VerifiedAttribute":   {values: contacts},
		"AliasAttribute":      {values: append(slices.Clone(contacts), attrPreferredUsername)},
		"Activity":            {values: []string{"ACTIVE", "INACTIVE"}},
		"EmailMessage":        {min: 6, max: 20000, pattern: `.*\{####\}.*`, matches: hasCodePlaceholder},
		"EmailSubject":        {min: 1, max: 140},
		"EmailSendingAccount": {values: []string{"COGNITO_DEFAULT", "DEVELOPER"}},
		"EmailOption":         {values: []string{"CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"}},
		"Arn": {
			min:     20,
			max:     2048,
			pattern: `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:.*`,
			matches: isARN,
		},
		"PoolMfa":          {values: []string{"OFF", "ON", "OPTIONAL"}},
		"IssuerType":       {values: []string{"ORIGINAL", issuerUpdated}},
		"PoolTier":         {values: []string{"LITE", "ESSENTIALS", "PLUS"}},
		"AdvancedSecurity": {values: []string{"OFF", "AUDIT", "ENFORCED"}},
		"RecoveryOption":   {values: []string{recoveryEmail, recoveryPhone, recoveryAdmin}},
		"Priority":         {min: 1, max: 2},
		"Days":             {max: 365},
		"MinimumLength":    {min: 6, max: 99},
		"HistorySize":      {max: 24},
		"AuthFactor":       {values: []string{"PASSWORD", challengeEmail, "SMS_OTP", factorWebAuthn}},
		"LambdaVersion":    {values: []string{"V1_0", "V2_0", "V3_0"}},
		"PoolPageSize":     {min: 1, max: pageSize},
		"UserFilter":       {max: 256, sensitive: true},
		"SchemaName": {
			min: 1, max: 20, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, matches: someOf(isPrintable),
		},
		"DataType":         {values: []string{"String", "Number", "DateTime", "Boolean"}},
		"ConstraintNumber": {max: 131072},
		"GroupName": {
			min:     1,
			max:     128,
			pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
			matches: someOf(isPrintable),
		},
		"Description": {max: 2048},
		"Precedence":  {max: math.MaxInt32},
	}
}

// clientShapes are the strings and numbers that describe an app client.
func clientShapes() map[string]shape {
	return map[string]shape{
		"GivenClientSecret":    {min: 24, max: 64, pattern: `[\w+]+`, matches: someOf(isWordOr("+")), sensitive: true},
		"TokenValidity":        {min: 1, max: 86400},
		"RefreshTokenValidity": {max: 315360000},
		"SessionValidity":      {min: 3, max: 15},
		"GracePeriod":          {max: 60},
		"Feature":              {values: []string{featureEnabled, "DISABLED"}},
		"TimeUnit":             {values: []string{"seconds", "minutes", "hours", "days"}},
		"PreventUserExistence": {values: []string{existenceRevealed, existenceHidden}},
		"OAuthFlow":            {values: []string{"code", "implicit", "client_credentials"}},
		"Scope":                {min: 1, max: 256},
		"RedirectURL":          {min: 1, max: 1024},
		"ProviderName":         {min: 1, max: 32},
		"ClientAttribute":      {min: 1, max: 2048},
		"ExplicitAuthFlow": {values: []string{
			legacyAdmin,
			legacyCustom,
			flowPassword,
			allowAdmin,
			allowCustom,
			allowPrefix + flowPassword,
			allowPrefix + flowSRP,
			allowRefresh,
			allowPrefix + "USER_AUTH",
		}},
	}
}

// hostedShapes are the strings and numbers that describe domains, resource servers, identity
// providers, tags and events.
func hostedShapes() map[string]shape {
	return map[string]shape{
		"Domain": {
			min: 1, max: 63, matches: isUserPoolDomain, pattern: `^[a-z0-9](?:[a-z0-9\-\.]{0,61}[a-z0-9])?$`,
		},
		"ManagedLoginVersion":    {min: 1, max: 2},
		"ResourceName":           {min: 1, max: 256},
		"ResourceServerPageSize": {min: 1, max: mostResourceServers},
		"ProviderType": {
			values: []string{"SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"},
		},
		"IdpIdentifier":  {min: 1, max: 40},
		"TagKey":         {min: 1, max: 128},
		"EventId":        {min: 1, max: 50},
		"FeedbackValue":  {values: []string{"Valid", "Invalid"}},
		"ClientSecretId": {min: 1, max: 131072},
	}
}

func isPoolNameRune(r rune) bool {
	return isWordOr("+=,.@-")(r) || strings.ContainsRune(" \t\n\r\f\v", r)
}

func isARN(text string) bool {
	parts := strings.SplitN(text, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && parts[1] != "" && parts[2] != "" && onlyRunes(parts[4], isDigit) &&
		parts[5] != ""
}
