package authtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// statusExternal is the status of users who come from an identity provider and have no password.
const statusExternal = "EXTERNAL_PROVIDER"

// sourceExternal is the TriggerSource of PreSignUp for such users.
const sourceExternal = "PreSignUp_ExternalProvider"

// userIdentity says where a user comes from, in the form of the API.
type userIdentity struct {
	UserID       string  `json:"userId"`
	ProviderName string  `json:"providerName"`
	ProviderType string  `json:"providerType"`
	Issuer       *string `json:"issuer"`
	Primary      bool    `json:"primary"`
	DateCreated  int64   `json:"dateCreated"`
}

// inToken is the record as ID tokens have it, where numbers and booleans are strings.
func (r userIdentity) inToken() map[string]any {
	return map[string]any{
		"userId": r.UserID, "providerName": r.ProviderName, "providerType": r.ProviderType, "issuer": r.Issuer,
		"primary": strconv.FormatBool(r.Primary), "dateCreated": strconv.FormatInt(r.DateCreated, 10),
	}
}

// addIdentity adds where the user comes from, unless it is there.
func (u *user) addIdentity(r userIdentity) {
	same := func(other userIdentity) bool {
		return other.ProviderName == r.ProviderName && other.UserID == r.UserID
	}
	if !slices.ContainsFunc(u.identities, same) {
		u.identities = append(u.identities, r)
		u.attributes[attrIdentities] = jsonText(u.identities)
	}
}

// dropIdentity removes the person from where the user comes from.
func (u *user) dropIdentity(person providerSubject) {
	u.identities = slices.DeleteFunc(u.identities, func(r userIdentity) bool {
		return r.ProviderName == person.provider && r.UserID == person.subject
	})
	u.attributes[attrIdentities] = jsonText(u.identities)
	if len(u.identities) == 0 {
		delete(u.attributes, attrIdentities)
	}
}

// federate signs in a person who has proven to an identity provider to be u: as the user that was
// linked, or as a user of the person's own, who is created at the first sign-in.
func (f *federation) federate(c *appClient, p *identityProvider, u SocialUser) (browserSession, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	arrival := arrival{client: c, provider: p, person: u, values: p.mapped(c, u)}
	local := f.users.linked(u.Provider, u.Subject)
	if local == nil {
		local = f.users.byName[f.users.fold(arrival.username())]
	}
	var err error
	if local == nil {
		local, err = f.admit(arrival)
	} else {
		err = f.welcomeBack(arrival, local)
	}
	return browserSession{user: local, at: f.clock.now(), provider: u.Provider}, err
}

// arrival is a person who comes from an identity provider.
type arrival struct {
	client   *appClient
	provider *identityProvider
	person   SocialUser
	// values are the attributes that the provider's mapping makes of the claims.
	values map[string]string
}

// username is the name of the person's own user.
func (a arrival) username() string { return a.person.Provider + "_" + a.person.Subject }

func (a arrival) caller() caller { return caller{clientID: a.client.id} }

func (a arrival) identity(primary bool, now time.Time) userIdentity {
	return userIdentity{
		UserID: a.person.Subject, ProviderName: a.person.Provider, ProviderType: a.provider.ProviderType,
		Primary: primary, DateCreated: now.UnixMilli(),
	}
}

// mapped returns the attributes that the mapping makes of the claims. What the app client may not
// write is dropped.
func (p *identityProvider) mapped(c *appClient, u SocialUser) map[string]string {
	values := map[string]string{}
	for name, claim := range p.AttributeMapping {
		value, given := u.all()[claim]
		flag := name == attrEmailVerified || name == attrPhoneVerified
		if given && name != "username" && (flag || c.mayWrite(name)) {
			values[name] = fmt.Sprint(value)
		}
	}
	return values
}

// admit creates the user of a person who comes for the first time. The caller holds the pool's
// lock.
func (f *federation) admit(a arrival) (*user, error) {
	now := f.clock.now()
	u := &user{
		username: f.users.fold(a.username()), sub: newUUID(), created: now, modified: now,
		attributes: map[string]string{}, status: statusExternal,
	}
	u.setAttributes(a.values)
	if err := f.checkArrival(a, u); err != nil {
		return nil, err
	}
	said, err := f.lambdas.preSignUp(u, sourceExternal, nil, a.caller())
	if err != nil {
		return nil, err
	}
	// A trigger that links the person comes too late for this sign-in.
	if f.users.linked(a.person.Provider, a.person.Subject) != nil || f.users.byName[f.users.fold(u.username)] != nil {
		return nil, refuse(codeInvalidParameter, "Already found an entry for username %s", a.username())
	}
	if err := f.registration().obeyPreSignUp(u, said); err != nil {
		return nil, err
	}
	if err := f.users.reserveAliases(u, false); err != nil {
		return nil, err
	}
	u.status = statusExternal
	u.addIdentity(a.identity(true, now))
	f.users.add(u)
	u.join(f.groups.ofProvider(f.identity.id+"_"+a.person.Provider, now))
	return u, f.lambdas.postConfirmation(u, sourceConfirmSignUp, a.caller())
}

// checkArrival refuses a person without what the pool requires of users.
func (f *federation) checkArrival(a arrival, u *user) error {
	missing := slices.DeleteFunc(slices.Clone(f.settings.cfg.RequiredAttributes), func(name string) bool {
		return u.attributes[name] != ""
	})
	if len(missing) > 0 {
		return refuse(codeInvalidParameter, "attributes required: [%s]", strings.Join(missing, ", "))
	}
	return f.settings.checkValues(a.values, givenReport())
}

// welcomeBack signs in somebody who has a user, and brings its attributes up to date. The caller
// holds the pool's lock.
func (f *federation) welcomeBack(a arrival, u *user) error {
	in := signIn{user: u, client: a.client, onPage: true}
	if u.disabled {
		return notAuthorized(textUserDisabled)
	}
	if err := f.lambdas.preAuthentication(in, nil); err != nil {
		return err
	}
	if err := f.settings.checkMutable(a.values); err != nil {
		return err
	}
	if err := f.checkArrival(a, u); err != nil {
		return err
	}
	u.setAttributes(a.values)
	u.modified = f.clock.now()
	u.addIdentity(a.identity(false, f.clock.now()))
	return f.lambdas.postAuthentication(in, false)
}

// ofProvider returns the group of everybody who comes from an identity provider.
func (all groups) ofProvider(name string, now time.Time) *userGroup {
	if all[name] == nil {
		all[name] = &userGroup{name: name, description: "Autogenerated group for users who sign in using " +
			name[strings.LastIndex(name, "_")+1:], created: now, modified: now}
	}
	return all[name]
}
