package authtest

import "slices"

// recoveryAttribute is the verified contact by which the user's password is reset, or "". It is none by which the user gets codes
// at sign-in, or one stolen phone would do for both. Without a setting the phone comes first and nothing is kept back, as in old
// pools.
func (p *Pool) recoveryAttribute(u *user) string {
	order := p.cfg.AccountRecovery
	if len(order) == 0 {
		order = []string{recoveryPhone, recoveryEmail}
	}
	attributes := map[string]string{recoveryPhone: attrPhone, recoveryEmail: attrEmail}
	for _, mechanism := range order {
		attribute := attributes[mechanism]
		second := len(p.cfg.AccountRecovery) > 0 && slices.Contains(u.mfa, factorOf(attribute))
		if !second && attribute != "" && u.attributes[attribute] != "" && u.attributes[attribute+verifiedSuffix] == "true" {
			return attribute
		}
	}
	return ""
}

// factorOf is the second factor that sends its codes to the contact.
func factorOf(contact string) string {
	if contact == attrPhone {
		return challengeSMS
	}
	return challengeEmail
}
