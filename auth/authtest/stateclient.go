package authtest

import (
	"errors"
	"fmt"
	"time"
)

// savedClient is an app client in a [State].
type savedClient struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Secrets  []savedSecret  `json:"secrets,omitempty"`
	Created  time.Time      `json:"created"`
	Modified time.Time      `json:"modified"`
	Settings clientSettings `json:"settings"`
}

type savedSecret struct {
	ID      string    `json:"id"`
	Value   string    `json:"value"`
	Created time.Time `json:"created"`
}

// save returns all app clients, by id.
func (all *appClients) save() []savedClient {
	var saved []savedClient
	for _, c := range all.list() {
		one := savedClient{ID: c.id, Name: c.name, Created: c.created, Modified: c.modified, Settings: c.settings}
		for _, s := range c.secrets {
			one.Secrets = append(one.Secrets, savedSecret{ID: s.id, Value: s.value, Created: s.created})
		}
		saved = append(saved, one)
	}
	return saved
}

// check refuses a client that the API could not have created.
func (s savedClient) check() error {
	switch {
	case s.ID == "":
		return errors.New("the id is empty")
	case len(s.Secrets) > mostSecrets:
		return fmt.Errorf("there are more than %d secrets", mostSecrets)
	}
	return s.Settings.withDefaults().check()
}

// restore adds the app clients to those of a new pool. The first one, which is there, keeps the
// settings of the Config and gets its secrets back.
func (all *appClients) restore(saved []savedClient) {
	for _, s := range saved {
		c := all.find(s.ID)
		if c == nil {
			c = appClient{id: s.ID, name: s.Name}.with(s.Settings.withDefaults())
		}
		restored := *c
		restored.created, restored.modified = s.Created, s.Modified
		if c.secret() != "" && len(s.Secrets) > 0 || all.find(s.ID) == nil {
			restored.secrets = s.secrets()
		}
		all.put(&restored)
	}
}

func (s savedClient) secrets() []clientSecret {
	var secrets []clientSecret
	for _, one := range s.Secrets {
		secrets = append(secrets, clientSecret{id: one.ID, value: one.Value, created: one.Created})
	}
	return secrets
}

// savedGroup is a group of users in a [State].
type savedGroup struct {
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	RoleARN     string    `json:"roleArn,omitempty"`
	Precedence  *int      `json:"precedence,omitempty"`
	Created     time.Time `json:"created"`
	Modified    time.Time `json:"modified"`
}

// save returns all groups, by name.
func (all groups) save() []savedGroup {
	var saved []savedGroup
	for _, g := range sortedValues(all) {
		saved = append(saved, savedGroup{
			Name: g.name, Description: g.description, RoleARN: g.role, Precedence: g.precedence,
			Created: g.created, Modified: g.modified,
		})
	}
	return saved
}

func (all groups) restore(saved []savedGroup) error {
	for _, s := range saved {
		if all[s.Name] != nil {
			return fmt.Errorf("two groups have the name %q", s.Name)
		}
		all[s.Name] = &userGroup{
			name: s.Name, description: s.Description, role: s.RoleARN, precedence: s.Precedence,
			created: s.Created, modified: s.Modified,
		}
	}
	return nil
}
