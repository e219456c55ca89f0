package authtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"
)

// Users returns the users by user name, as [Pool.AddUser] would add them, without their passwords.
// Username is the internal user name: the sub in a pool with UsernameAttributes.
func (p *Pool) Users() []User {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	var all []User
	for _, u := range p.core.users.list() {
		view := User{
			Username: u.username, Sub: u.sub, Attributes: maps.Clone(u.attributes),
			Unconfirmed: u.status == statusUnconfirmed, TemporaryPassword: u.status == statusForceChangePassword,
			ResetRequired: u.status == statusResetRequired, Disabled: u.disabled,
			TOTPSecret: u.totp.secret, MFA: append([]string(nil), u.mfa...), PreferredMFA: u.preferredMFA,
		}
		for _, g := range u.groups {
			view.Groups = append(view.Groups, g.name)
		}
		all = append(all, view)
	}
	return all
}

// WriteUsers writes the users by user name as ListUsers answers with them, all on one page.
//
// Cognito: ListUsers.
func (p *Pool) WriteUsers(w io.Writer) error {
	out := listUsersOutput{Users: []userRecord{}}
	p.core.mu.Lock()
	for _, u := range p.core.users.list() {
		out.Users = append(out.Users, u.record())
	}
	p.core.mu.Unlock()
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("authtest: WriteUsers: %w", err)
	}
	return nil
}

// A Passkey is a passkey of a user, as [Pool.Passkeys] returns it.
type Passkey struct {
	// CredentialID is in base64url without padding.
	CredentialID   string
	RelyingPartyID string
	CreatedAt      time.Time
}

// Passkeys returns the passkeys of a user, oldest first. username is any name of the user.
func (p *Pool) Passkeys(username string) []Passkey {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	u := p.core.users.anyName(username)
	if u == nil {
		return nil
	}
	var list []Passkey
	for _, k := range u.passkeys.list {
		list = append(list, Passkey{
			CredentialID:   base64.RawURLEncoding.EncodeToString(k.id),
			RelyingPartyID: k.relyingParty, CreatedAt: k.created,
		})
	}
	return list
}
