package authtest

import (
	"math"
	"slices"
	"strings"
)

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
		"Arn":                 {min: 20, max: 2048, pattern: `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:.*`, matches: isARN},
		"PoolMfa":             {values: []string{"OFF", "ON", "OPTIONAL"}},
		"PoolTier":            {values: []string{"LITE", "ESSENTIALS", "PLUS"}},
		"AdvancedSecurity":    {values: []string{"OFF", "AUDIT", "ENFORCED"}},
		"RecoveryOption":      {values: []string{recoveryEmail, recoveryPhone, recoveryAdmin}},
		"Priority":            {min: 1, max: 2},
		"Days":                {max: 365},
		"MinimumLength":       {min: 6, max: 99},
		"HistorySize":         {max: 24},
		"AuthFactor":          {values: []string{"PASSWORD", challengeEmail, "SMS_OTP", factorWebAuthn}},
		"LambdaVersion":       {values: []string{"V1_0", "V2_0", "V3_0"}},
		"PoolPageSize":        {min: 1, max: pageSize},
		"UserFilter":          {max: 256, sensitive: true},
		"SchemaName":          {min: 1, max: 20},
		"DataType":            {values: []string{"String", "Number", "DateTime", "Boolean"}},
		"ConstraintNumber":    {max: 131072},
		"GroupName":           {min: 1, max: 128, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, matches: someOf(isPrintable)},
		"Description":         {max: 2048},
		"Precedence":          {max: math.MaxInt32},
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
		"PreventUserExistence": {values: []string{existenceSaid, existenceHid}},
		"OAuthFlow":            {values: []string{"code", "implicit", "client_credentials"}},
		"Scope":                {min: 1, max: 256},
		"RedirectURL":          {min: 1, max: 1024},
		"ProviderName":         {min: 1, max: 32},
		"ClientAttribute":      {min: 1, max: 2048},
		"ExplicitAuthFlow": {values: []string{
			legacyAdmin, legacyCustom, flowPassword, allowAdmin, allowCustom, allowPrefix + flowPassword, allowPrefix + flowSRP,
			allowRefresh, allowPrefix + "USER_AUTH",
		}},
	}
}

func isPoolNameRune(r rune) bool {
	return isWordOr("+=,.@-")(r) || strings.ContainsRune(" \t\n\r\f\v", r)
}

func isARN(text string) bool {
	parts := strings.SplitN(text, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && parts[1] != "" && parts[2] != "" && onlyRunes(parts[4], isDigit) && parts[5] != ""
}
