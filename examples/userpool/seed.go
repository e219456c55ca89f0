package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// userList is the answer of ListUsers.
type userList struct {
	Users                      []listedUser
	PaginationToken, NextToken string
}

// listedUser is a user as ListUsers shows it, and what it does not show.
type listedUser struct {
	Username             string
	Attributes           []userAttribute
	Enabled              *bool
	UserStatus           string
	UserCreateDate       any // is not kept, nor are the next two
	UserLastModifiedDate any
	MFAOptions           any

	// Password is that of the user, temporary if UserStatus is FORCE_CHANGE_PASSWORD.
	Password string
	// TOTPSecret is the base32 key of an authenticator app. It is the second factor unless MFA says
	// something else.
	TOTPSecret   string
	MFA          []string
	PreferredMFA string
	Groups       []string
}

type userAttribute struct{ Name, Value string }

// longestSeed is how many bytes of users are read at most.
const longestSeed = 64 << 20

// importer adds users in the shape of ListUsers to a pool.
type importer struct {
	pool *authtest.Pool
	// password is that of users for whom none is given; if it is empty, too, nobody knows it.
	password string
	// caseSensitive makes Alice and alice two users, as in the pool.
	caseSensitive bool
}

func (opts options) importer(pool *authtest.Pool) importer {
	return importer{pool: pool, password: opts.seedPassword, caseSensitive: opts.pool.CaseSensitive}
}

// addFile adds the users of a file that the pool does not have.
func (i importer) addFile(name string) error {
	file, err := os.Open(name) //nolint:gosec // the command line names it
	if err != nil {
		return err
	}
	_, err = i.add(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// imported is what became of a list of users.
type imported struct {
	Added []string `json:"added"`
	// Skipped users exist, or come from an identity provider and have no password.
	Skipped []string `json:"skipped"`
}

// add adds the users of an answer of ListUsers. The pool keeps those that were added before an
// error.
func (i importer) add(r io.Reader) (imported, error) {
	list, err := readUsers(r)
	if err != nil {
		return imported{}, err
	}
	existing := i.pool.Users()
	outcome := imported{Added: []string{}, Skipped: []string{}}
	for _, listed := range list {
		if listed.UserStatus == "EXTERNAL_PROVIDER" || i.isAmong(existing, listed) {
			outcome.Skipped = append(outcome.Skipped, listed.Username)
			continue
		}
		user, err := listed.user(i.password)
		if err == nil {
			err = i.pool.AddUser(user)
		}
		if err != nil {
			return outcome, fmt.Errorf("user %q: %w", listed.Username, err)
		}
		outcome.Added = append(outcome.Added, listed.Username)
	}
	return outcome, nil
}

// readUsers reads an answer of ListUsers, and nothing else.
func readUsers(r io.Reader) ([]listedUser, error) {
	var list userList
	decoder := json.NewDecoder(io.LimitReader(r, longestSeed))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("users in the shape of ListUsers: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the list of users")
	}
	return list.Users, nil
}

// isAmong reports whether the pool has the user, under the same name or, where e-mail addresses or
// phone numbers are user names, with the same address or number.
func (i importer) isAmong(existing []authtest.User, listed listedUser) bool {
	name := i.fold(listed.Username)
	return slices.ContainsFunc(existing, func(u authtest.User) bool {
		if u.Username == u.Sub && listed.Username != u.Username {
			return name == i.fold(u.Attributes["email"]) || name == i.fold(u.Attributes["phone_number"])
		}
		return name == i.fold(u.Username)
	})
}

// fold returns a name in the form in which the pool compares names.
func (i importer) fold(name string) string {
	if i.caseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// user returns the user to add. Without any password the user gets one that nobody knows.
func (l listedUser) user(password string) (authtest.User, error) {
	u := authtest.User{
		Username: l.Username, Password: l.Password, Attributes: map[string]string{},
		Disabled: l.Enabled != nil && !*l.Enabled, Unconfirmed: l.UserStatus == "UNCONFIRMED",
		TemporaryPassword: l.UserStatus == "FORCE_CHANGE_PASSWORD", ResetRequired: l.UserStatus == "RESET_REQUIRED",
		TOTPSecret: l.TOTPSecret, MFA: l.MFA, PreferredMFA: l.PreferredMFA, Groups: l.Groups,
	}
	switch l.UserStatus {
	case "", "CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED":
	default:
		return authtest.User{}, fmt.Errorf("a user cannot be added with the status %q", l.UserStatus)
	}
	for _, a := range l.Attributes {
		u.Attributes[a.Name] = a.Value
	}
	u.Sub = u.Attributes["sub"]
	delete(u.Attributes, "sub")
	delete(u.Attributes, "identities")      // the links to people at identity providers are not in the list
	if u.Sub == l.Username && u.Sub != "" { // the pool has UsernameAttributes, and wants one of them
		u.Username = u.Attributes["email"]
		if u.Username == "" {
			u.Username = u.Attributes["phone_number"]
		}
	}
	if u.Password == "" {
		u.Password = password
	}
	if u.Password == "" {
		u.Password = "Aa1!" + strings.Repeat(rand.Text(), 4) // long enough for every policy
	}
	if u.TOTPSecret != "" && u.MFA == nil {
		u.MFA = []string{"SOFTWARE_TOKEN_MFA"}
	}
	return u, nil
}
