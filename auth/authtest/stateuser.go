package authtest

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"
)

// savedUser is a user in a [State].
type savedUser struct {
	Username       string               `json:"username"`
	Sub            string               `json:"sub"`
	Status         string               `json:"status"`
	Disabled       bool                 `json:"disabled,omitempty"`
	Created        time.Time            `json:"created"`
	Modified       time.Time            `json:"modified"`
	Attributes     map[string]string    `json:"attributes,omitempty"`
	SignedIn       bool                 `json:"signedIn,omitempty"`
	Password       *savedVerifier       `json:"password,omitempty"`
	TemporaryUntil time.Time            `json:"temporaryUntil,omitzero"`
	PastPasswords  []savedVerifier      `json:"pastPasswords,omitempty"`
	SignUpCode     *savedCode           `json:"signUpCode,omitempty"`
	ResetCode      *savedCode           `json:"resetCode,omitempty"`
	AttributeCodes map[string]savedCode `json:"attributeCodes,omitempty"`
	TOTP           savedTOTP            `json:"totp,omitzero"`
	MFA            []string             `json:"mfa,omitempty"`
	PreferredMFA   string               `json:"preferredMfa,omitempty"`
	Groups         []string             `json:"groups,omitempty"`
	Identities     []userIdentity       `json:"identities,omitempty"`
	Links          []savedSubject       `json:"links,omitempty"`
	Passkeys       savedPasskeys        `json:"passkeys,omitzero"`
	Devices        []savedDevice        `json:"devices,omitempty"`
	DevicesIssued  int                  `json:"devicesIssued,omitempty"`
	Messages       []Message            `json:"messages,omitempty"`
}

// savedVerifier is what the pool keeps of a password, or of a device's secret.
type savedVerifier struct {
	Salt     []byte `json:"salt"`
	Verifier []byte `json:"verifier"`
}

// savedCode is a code that was sent.
type savedCode struct {
	Code      string    `json:"code"`
	Attribute string    `json:"attribute"`
	Address   string    `json:"address"`
	Expires   time.Time `json:"expires"`
}

// savedTOTP is an authenticator app.
type savedTOTP struct {
	Secret     string `json:"secret,omitempty"`
	Pending    string `json:"pending,omitempty"`
	DeviceName string `json:"deviceName,omitempty"`
	LastStep   int64  `json:"lastStep,omitempty"`
}

// savedSubject is somebody at an identity provider who signs in as the user.
type savedSubject struct {
	Provider string `json:"provider"`
	Subject  string `json:"subject"`
}

// keptWithState is how many messages of a user a state has at most.
const keptWithState = 50

// saveUsers returns all users, by user name.
func (k *core) saveUsers() []savedUser {
	links := map[*user][]savedSubject{}
	for person, u := range k.users.links {
		links[u] = append(links[u], savedSubject{person.provider, person.subject})
	}
	var all []savedUser
	for _, u := range k.users.list() {
		saved := u.save()
		saved.Links = slices.SortedFunc(slices.Values(links[u]), func(a, b savedSubject) int {
			return strings.Compare(a.Provider+" "+a.Subject, b.Provider+" "+b.Subject)
		})
		messages := k.outbox.inbox.of(u.username)
		saved.Messages = messages[max(0, len(messages)-keptWithState):]
		all = append(all, saved)
	}
	return all
}

func (u *user) save() savedUser {
	saved := savedUser{
		Username: u.username, Sub: u.sub, Status: u.status, Disabled: u.disabled, Created: u.created,
		Modified: u.modified, Attributes: u.attributes, SignedIn: u.signedIn, Password: u.password.save(),
		TemporaryUntil: u.temporaryUntil, SignUpCode: u.signUpCode.save(), ResetCode: u.resetCode.save(),
		TOTP: u.totp.save(), MFA: u.mfa, PreferredMFA: u.preferredMFA, Identities: u.identities,
		Passkeys: u.passkeys.save(), DevicesIssued: u.issued,
	}
	for _, past := range u.pastPasswords {
		saved.PastPasswords = append(saved.PastPasswords, *past.save())
	}
	for attribute, code := range u.attributeCodes {
		if saved.AttributeCodes == nil {
			saved.AttributeCodes = map[string]savedCode{}
		}
		saved.AttributeCodes[attribute] = *code.save()
	}
	for _, g := range u.groups {
		saved.Groups = append(saved.Groups, g.name)
	}
	for _, d := range u.devices {
		saved.Devices = append(saved.Devices, d.save())
	}
	return saved
}

// check refuses a user whom no pool wrote.
func (s savedUser) check() error {
	statuses := []string{
		statusUnconfirmed, statusConfirmed, statusResetRequired, statusForceChangePassword, statusExternal,
	}
	unknown := func(factor string) bool { return !slices.Contains(factors(), factor) }
	switch {
	case !onlyRunes(s.Username, isPrintable) || !onlyRunes(s.Sub, isPrintable):
		return errors.New("the user name or the sub is empty or has spaces")
	case !slices.Contains(statuses, s.Status):
		return fmt.Errorf("the status %q does not exist", s.Status)
	case slices.ContainsFunc(s.MFA, unknown) || s.PreferredMFA != "" && unknown(s.PreferredMFA):
		return errors.New("a factor does not exist")
	case len(s.Devices) > s.DevicesIssued || len(s.Passkeys.List) > s.Passkeys.Issued:
		return errors.New("there are more devices or passkeys than were issued")
	}
	for _, d := range s.Devices {
		if d.Confirmed != (d.Verifier != nil) {
			return errors.New("a device is confirmed without a verifier, or has one without being confirmed")
		}
	}
	for _, v := range s.verifiers() {
		if err := v.check(); err != nil {
			return err
		}
	}
	return nil
}

// verifiers returns those of the user's passwords and devices.
func (s savedUser) verifiers() []savedVerifier {
	all := slices.Clone(s.PastPasswords)
	if s.Password != nil {
		all = append(all, *s.Password)
	}
	for _, d := range s.Devices {
		if d.Verifier != nil {
			all = append(all, *d.Verifier)
		}
	}
	return all
}

// restoreUsers adds the users to a new pool.
func (p *Pool) restoreUsers(all []savedUser) error {
	k := p.core
	for _, saved := range all {
		if k.users.byName[k.users.fold(saved.Username)] != nil || k.users.bySub[saved.Sub] != nil {
			return fmt.Errorf("two users have the name %q or the sub %q", saved.Username, saved.Sub)
		}
		u := saved.restore()
		for _, name := range saved.Groups {
			g := p.groups[name]
			if g == nil {
				return fmt.Errorf("user %q: there is no group %q", saved.Username, name)
			}
			u.join(g)
		}
		k.users.add(u)
		for _, person := range saved.Links {
			k.users.links[providerSubject{person.Provider, person.Subject}] = u
		}
		for _, m := range saved.Messages {
			k.outbox.inbox.deliver(u.username, m)
		}
	}
	return nil
}

func (s savedUser) restore() *user {
	u := &user{
		username: s.Username, sub: s.Sub, status: s.Status, disabled: s.Disabled, created: s.Created,
		modified: s.Modified, attributes: s.attributes(), signedIn: s.SignedIn, password: s.Password.restore(),
		temporaryUntil: s.TemporaryUntil, signUpCode: s.SignUpCode.restore(), resetCode: s.ResetCode.restore(),
		attributeCodes: map[string]sentCode{}, totp: s.TOTP.restore(),
		mfa: slices.Clone(s.MFA), preferredMFA: s.PreferredMFA, identities: slices.Clone(s.Identities),
		passkeys: s.Passkeys.restore(), issued: s.DevicesIssued,
	}
	for _, past := range s.PastPasswords {
		u.pastPasswords = append(u.pastPasswords, past.restore())
	}
	for attribute, code := range s.AttributeCodes {
		u.attributeCodes[attribute] = code.restore()
	}
	for _, d := range s.Devices {
		u.devices = append(u.devices, d.restore())
	}
	return u
}

// attributes is a copy: a [State] may be used again.
func (s savedUser) attributes() map[string]string {
	values := map[string]string{}
	maps.Copy(values, s.Attributes)
	return values
}

func (v verifier) save() *savedVerifier {
	if v.v == nil {
		return nil
	}
	return &savedVerifier{Salt: v.salt.Bytes(), Verifier: v.v.Bytes()}
}

// check refuses a verifier that is no element of the group.
func (s savedVerifier) check() error {
	n, v := newGroup().n, new(big.Int).SetBytes(s.Verifier)
	if len(s.Salt) > len(n.Bytes()) || v.Sign() == 0 || v.Cmp(n) >= 0 {
		return errors.New("a verifier of SRP is out of range")
	}
	return nil
}

func (s *savedVerifier) restore() verifier {
	if s == nil {
		return verifier{}
	}
	return verifier{salt: new(big.Int).SetBytes(s.Salt), v: new(big.Int).SetBytes(s.Verifier)}
}

func (sent sentCode) save() *savedCode {
	if sent.code == "" {
		return nil
	}
	return &savedCode{Code: sent.code, Attribute: sent.attribute, Address: sent.address, Expires: sent.expires}
}

func (s *savedCode) restore() sentCode {
	if s == nil {
		return sentCode{}
	}
	return sentCode{code: s.Code, attribute: s.Attribute, address: s.Address, expires: s.Expires}
}

func (t softwareToken) save() savedTOTP {
	return savedTOTP{Secret: t.secret, Pending: t.pending, DeviceName: t.deviceName, LastStep: t.lastStep}
}

func (s savedTOTP) restore() softwareToken {
	return softwareToken{secret: s.Secret, pending: s.Pending, deviceName: s.DeviceName, lastStep: s.LastStep}
}
