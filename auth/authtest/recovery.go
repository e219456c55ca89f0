package authtest

// recoveryAttribute is the verified contact by which the user's password is reset, or "". Without a setting the phone comes
// first, as in old pools.
func (p *Pool) recoveryAttribute(u *user) string {
	order := p.cfg.AccountRecovery
	if len(order) == 0 {
		order = []string{recoveryPhone, recoveryEmail}
	}
	attributes := map[string]string{recoveryPhone: attrPhone, recoveryEmail: attrEmail}
	for _, mechanism := range order {
		attribute := attributes[mechanism]
		if attribute != "" && u.attributes[attribute] != "" && u.attributes[attribute+verifiedSuffix] == "true" {
			return attribute
		}
	}
	return ""
}
