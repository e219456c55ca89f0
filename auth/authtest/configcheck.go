package authtest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// check returns an error that names every wrong field.
func (c Config) check() error {
	return errors.Join(
		c.checkAddress(),
		c.checkURL(),
		c.checkAdminOrigins(),
		c.checkIDs(),
		c.checkMFA(),
		c.checkDevices(),
		c.checkDurations(),
		c.checkLists(),
		c.checkNames(),
		c.checkFirstFactors(),
		c.checkWebAuthn(),
		c.PasswordPolicy.check(),
		c.checkManagedLogin(),
	)
}

func badField(name, format string, args ...any) error {
	return fmt.Errorf("authtest: Config.%s: %s", name, fmt.Sprintf(format, args...))
}

func (c Config) checkAddress() error {
	if !onlyRunes(c.Region, isRegionRune) {
		return badField("Region", "%q is not a region", c.Region)
	}
	if c.NoListener {
		if c.Listen != "" || c.TLS || c.Handler != nil {
			return badField("NoListener", "cannot go together with Listen, TLS and Handler")
		}
		return nil
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return badField("Listen", "%v", err)
	}
	if !isLoopback(host) && !c.ListenBeyondLoopback {
		return badField("Listen", "%q is not a loopback address", c.Listen)
	}
	return nil
}

// checkURL refuses an address with a path, under which clients would not find the pool.
func (c Config) checkURL() error {
	if c.URL == "" {
		return nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		c.URL != u.Scheme+"://"+u.Host+"/" {
		return badField("URL", "%q is not http or https, a host and a slash", c.URL)
	}
	return nil
}

// checkAdminOrigins refuses what no browser sends as an origin.
func (c Config) checkAdminOrigins() error {
	for _, origin := range c.AdminOrigins {
		if err := new(http.CrossOriginProtection).AddTrustedOrigin(origin); err != nil {
			return badField("AdminOrigins", "%v", err)
		}
	}
	return nil
}

func (c Config) checkIDs() error {
	name, prefixed := strings.CutPrefix(c.UserPoolID, c.Region+"_")
	isName := func(r rune) bool { return strings.ContainsRune(alphanumeric, r) }
	isClientRune := func(r rune) bool { return strings.ContainsRune(alphanumeric+"_+", r) }
	switch {
	case c.UserPoolID != "" && (!prefixed || !onlyRunes(name, isName) || len(c.UserPoolID) > 55):
		return badField("UserPoolID", "%q is not the region %s, an underscore, and letters and digits",
			c.UserPoolID, c.Region)
	case c.ClientID != "" && (!onlyRunes(c.ClientID, isClientRune) || len(c.ClientID) > 128):
		return badField("ClientID", "%q is not 1 to 128 letters, digits, _ and +", c.ClientID)
	}
	return nil
}

func (c Config) checkMFA() error {
	offered := c.TOTP || c.SMS || c.Email
	switch {
	case c.MFA != MFAOff && c.MFA != MFAOptional && c.MFA != MFARequired:
		return badField("MFA", "%q is not one of OFF, OPTIONAL and REQUIRED", c.MFA)
	case c.MFA == MFAOff && offered:
		return badField("MFA", "is OFF although TOTP, SMS or Email is offered")
	case c.MFA != MFAOff && !offered:
		return badField("MFA", "is %s although none of TOTP, SMS and Email is offered", c.MFA)
	case c.Email && slices.Equal(c.AccountRecovery, []string{recoveryEmail}):
		return badField("AccountRecovery", "cannot be %s alone when Email is a factor", recoveryEmail)
	case c.TOTP:
		_, err := TOTPCode(newTOTPSecret(), time.Unix(0, 0)) // it may need SHA-1 where there is none
		return err
	}
	return nil
}

func (c Config) checkDevices() error {
	switch {
	case c.Devices != DevicesOff && c.Devices != DevicesAlways && c.Devices != DevicesOptIn:
		return badField("Devices", "%q is not one of OFF, ALWAYS and OPT_IN", c.Devices)
	case c.MFAOnRememberedDevices && c.Devices == DevicesOff:
		return badField("MFAOnRememberedDevices", "is set although Devices is OFF")
	case c.RetryGracePeriod < 0 || c.RetryGracePeriod > time.Minute:
		return badField("RetryGracePeriod", "%v is not between 0s and 1m0s", c.RetryGracePeriod)
	case c.RefreshTokenRotation && slices.Contains(c.ExplicitAuthFlows, allowRefresh):
		return badField("RefreshTokenRotation", "cannot go together with %s in ExplicitAuthFlows", allowRefresh)
	case c.RetryGracePeriod > 0 && !c.RefreshTokenRotation:
		return badField("RetryGracePeriod", "is set although RefreshTokenRotation is not")
	}
	return nil
}

func (c Config) checkDurations() error {
	shortest := 5 * time.Minute
	if c.ShortTokens {
		shortest = time.Second
	}
	for _, field := range []struct {
		name            string
		value, low, top time.Duration
	}{
		{"AuthSessionValidity", c.AuthSessionValidity, 3 * time.Minute, 15 * time.Minute},
		{"AccessTokenValidity", c.AccessTokenValidity, shortest, day},
		{"IDTokenValidity", c.IDTokenValidity, shortest, day},
		{"RefreshTokenValidity", c.RefreshTokenValidity, time.Hour, 10 * 365 * day},
	} {
		if field.value < field.low || field.value > field.top {
			return badField(field.name, "%v is not between %v and %v", field.value, field.low, field.top)
		}
	}
	return nil
}

func (c Config) checkLists() error {
	for _, field := range []struct {
		name           string
		value, allowed []string
	}{
		{"ExplicitAuthFlows", c.ExplicitAuthFlows, []string{
			"ALLOW_" + flowSRP, "ALLOW_" + flowPassword, "ALLOW_" + flowUser, "ALLOW_" + flowCustom, allowAdmin,
			allowRefresh,
		}},
		{"AllowedFirstAuthFactors", c.AllowedFirstAuthFactors, []string{
			challengePassword, challengeEmail, challengeSMSOTP, factorWebAuthn,
		}},
		{"UsernameAttributes", c.UsernameAttributes, contacts()},
		{"AliasAttributes", c.AliasAttributes, append(contacts(), attrPreferredUsername)},
		{"AutoVerifiedAttributes", c.AutoVerifiedAttributes, contacts()},
		{
			"AttributesRequireVerificationBeforeUpdate", c.AttributesRequireVerificationBeforeUpdate,
			c.AutoVerifiedAttributes,
		},
		{"RequiredAttributes", c.RequiredAttributes, standardAttributes()},
		{"AccountRecovery", c.AccountRecovery, []string{recoveryEmail, recoveryPhone, recoveryAdmin}},
	} {
		for _, v := range field.value {
			if !slices.Contains(field.allowed, v) {
				return badField(field.name, "%q is not one of %s", v, strings.Join(field.allowed, ", "))
			}
		}
	}
	return nil
}

func (c Config) checkNames() error {
	if len(c.UsernameAttributes) > 0 && len(c.AliasAttributes) > 0 {
		return badField("AliasAttributes", "cannot go together with UsernameAttributes")
	}
	for _, name := range c.CustomAttributes {
		if !strings.HasPrefix(name, customPrefix) || len(name) == len(customPrefix) ||
			len(name) > len(customPrefix)+20 {
			return badField("CustomAttributes", "%q is not custom: and 1 to 20 characters", name)
		}
	}
	return nil
}
