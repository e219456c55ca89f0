package authtest

import (
	"slices"
	"time"
)

const (
	defaultRegion = "us-east-1"
	defaultListen = "127.0.0.1:0"
	day           = 24 * time.Hour
)

// withDefaults returns a copy that has every field set, or an error that names the fields which are wrong.
func (c Config) withDefaults() (Config, error) {
	fill(&c.Region, defaultRegion)
	fill(&c.Listen, defaultListen)
	fill(&c.MFA, MFAOff)
	fill(&c.Devices, DevicesOff)
	fill(&c.AuthSessionValidity, 3*time.Minute)
	fill(&c.AccessTokenValidity, time.Hour)
	fill(&c.IDTokenValidity, time.Hour)
	fill(&c.RefreshTokenValidity, 30*day)
	fill(&c.UserVerification, verificationPreferred)
	if slices.Contains(c.AllowedFirstAuthFactors, factorWebAuthn) {
		fill(&c.RelyingPartyID, defaultRelyingParty)
	}
	c.PasswordPolicy = c.PasswordPolicy.withDefaults()
	if len(c.ExplicitAuthFlows) == 0 {
		c.ExplicitAuthFlows = []string{"ALLOW_" + flowSRP, "ALLOW_" + flowPassword}
		if !c.RefreshTokenRotation {
			c.ExplicitAuthFlows = append(c.ExplicitAuthFlows, allowRefresh)
		}
	}
	if len(c.AllowedFirstAuthFactors) == 0 {
		c.AllowedFirstAuthFactors = []string{challengePassword}
	}
	if c.AutoVerifiedAttributes == nil {
		c.AutoVerifiedAttributes = []string{attrEmail}
	}
	for _, list := range []*[]string{
		&c.ExplicitAuthFlows, &c.AllowedFirstAuthFactors, &c.UsernameAttributes, &c.AliasAttributes, &c.AutoVerifiedAttributes,
		&c.AttributesRequireVerificationBeforeUpdate, &c.RequiredAttributes, &c.CustomAttributes, &c.AccountRecovery,
	} {
		*list = slices.Clone(*list)
	}
	return c, c.check()
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
