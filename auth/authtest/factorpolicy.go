package authtest

import (
	"slices"
)

// factorPolicy says which factors a user can use, under the settings of the pool.
type factorPolicy struct {
	settings *settings
}

func (st *settings) factors() factorPolicy { return factorPolicy{st} }

// availableFactors are the first factors that the user can choose from.
func (fp factorPolicy) availableFactors(u *user) []string {
	all := firstFactors()
	return slices.DeleteFunc(firstFactorNames(), func(name string) bool {
		f, served := all[name]
		return !served || !f.available(fp, u)
	})
}

func (fp factorPolicy) allowsFirst(factor string) bool {
	return slices.Contains(fp.settings.cfg.AllowedFirstAuthFactors, factor)
}

// passwordless reports whether users may do without a password. A passkey alone does not do: it is
// registered by somebody who has signed in.
func (fp factorPolicy) passwordless() bool {
	return fp.allowsFirst(challengeEmail) || fp.allowsFirst(challengeSMSOTP)
}

func (fp factorPolicy) knowsPassword(u *user) bool {
	return fp.allowsFirst(challengePassword) && u.hasPassword()
}

// needsSecondFactor reports whether a password alone would not let the user in.
func (fp factorPolicy) needsSecondFactor(u *user) bool {
	return fp.settings.mfa.mode == MFARequired || fp.settings.mfa.mode == MFAOptional && len(fp.chosenFactors(u)) > 0
}

// configuredFactors are the first factors that the user has and the pool allows, by the names of
// the operation, which has one for both ways to send a password.
func (fp factorPolicy) configuredFactors(u *user) []string {
	return slices.DeleteFunc(fp.availableFactors(u), func(name string) bool { return name == challengePasswordSRP })
}

// reachable finds a factor available whose code goes to a verified address. A code is never
// followed by a second factor, so users who need one cannot begin with it; nor can those who have
// to change their password.
func reachable(factor, attribute string) func(factorPolicy, *user) bool {
	return func(fp factorPolicy, u *user) bool {
		return fp.allowsFirst(factor) && u.status != statusForceChangePassword && !fp.needsSecondFactor(u) &&
			u.attributes[attribute] != "" && u.attributes[attribute+verifiedSuffix] == "true"
	}
}

// hasUsablePasskey reports whether the user can begin with a passkey. Who needs a second factor
// cannot, unless the pool counts a passkey that verifies its user as two and the user wants that.
func (fp factorPolicy) hasUsablePasskey(u *user) bool {
	rp, err := fp.relyingParty()
	return err == nil && u.status != statusForceChangePassword && len(u.passkeys.of(rp.RelyingPartyID)) > 0 &&
		(!fp.needsSecondFactor(u) || rp.isMultiFactor() && u.passkeys.multiFactor)
}

// factors are the second factors in the order in which lists name them.
func factors() []string {
	return []string{challengeSMS, challengeTOTP, challengeEmail}
}

// chosenFactors are the factors that the user switched on and that work. A factor which the pool
// has switched off stays in the user's list but is not asked for.
func (fp factorPolicy) chosenFactors(u *user) []string {
	return slices.DeleteFunc(factors(), func(f string) bool { return !slices.Contains(u.mfa, f) || !fp.ready(u, f) })
}

// usableFactors are the factors that work for a user who chose none. A message to where the account
// is recovered would be the same factor twice.
func (fp factorPolicy) usableFactors(u *user) []string {
	return slices.DeleteFunc(factors(), func(f string) bool { return !fp.ready(u, f) || fp.recovers(f) })
}

// ready reports whether the user could answer the factor now. An authenticator app keeps working
// when the pool no longer offers it.
func (fp factorPolicy) ready(u *user, factor string) bool {
	return u.hasDelivery(factor) && (factor == challengeTOTP || fp.settings.mfa.offers(factor))
}

// recovers reports whether the factor's medium is the first way to recover an account.
func (fp factorPolicy) recovers(factor string) bool {
	if len(fp.settings.cfg.AccountRecovery) == 0 {
		return false
	}
	first := fp.settings.cfg.AccountRecovery[0]
	return first == recoveryPhone && factor == challengeSMS || first == recoveryEmail && factor == challengeEmail
}

func (fp factorPolicy) passkeysAreMFA() bool {
	rp, err := fp.relyingParty()
	return err == nil && rp.isMultiFactor()
}

// relyingParty returns the pool's configuration for passkeys, or an error if it does not support
// them.
func (fp factorPolicy) relyingParty() (webAuthnConfiguration, error) {
	switch c := fp.settings.mfa.webAuthn; {
	case !fp.allowsFirst(factorWebAuthn):
		return webAuthnConfiguration{}, refuse(codeWebAuthnNotEnabled, "WebAuthn is not enabled for this user pool.")
	case c == nil || c.RelyingPartyID == "":
		return webAuthnConfiguration{}, refuse(codeWebAuthnConfiguration, "The user pool has no relying party id.")
	default:
		return *c, nil
	}
}
