package authtest

// keepPassword puts the user's present password among the past ones, as far as the policy looks back.
func (p *Pool) keepPassword(u *user) {
	size := p.cfg.PasswordPolicy.PasswordHistorySize
	if size == 0 || !u.hasPassword() {
		return
	}
	u.pastPasswords = append([]verifier{u.password}, u.pastPasswords...)
	u.pastPasswords = u.pastPasswords[:min(size-1, len(u.pastPasswords))]
}

// checkPasswordHistory refuses a password that the user has, or had not long ago.
func (p *Pool) checkPasswordHistory(u *user, password string) error {
	if p.cfg.PasswordPolicy.PasswordHistorySize == 0 || !u.hasPassword() {
		return nil
	}
	for _, used := range append([]verifier{u.password}, u.pastPasswords...) {
		if p.group.matches(used, p.poolName(), u.username, password) {
			return refuse(codePasswordHistory, "Password has previously been used.")
		}
	}
	return nil
}
