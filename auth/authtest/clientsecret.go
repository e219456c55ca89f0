package authtest

import (
	"slices"
	"strconv"
	"time"
)

// clientSecret is a secret of an app client.
type clientSecret struct {
	id, value string
	created   time.Time
}

// mostSecrets is how many secrets an app client has at most, so that one can replace the other.
const mostSecrets = 2

// withSecret returns the client with one more secret.
func (c appClient) withSecret(value string, now time.Time) appClient {
	id := c.id + "--" + strconv.FormatInt(now.UnixMilli(), 10) + randomText(4, digits)
	c.secrets = append(slices.Clip(c.secrets), clientSecret{id: id, value: value, created: now})
	return c
}

// secret returns the oldest secret, or "" for a client without one.
func (c *appClient) secret() string {
	if len(c.secrets) == 0 {
		return ""
	}
	return c.secrets[0].value
}

// anySecret reports whether one of the secrets matches. It tries all of them, so that the time does
// not tell which.
func (c *appClient) anySecret(matches func(secret string) bool) bool {
	found := false
	for _, s := range c.secrets {
		found = matches(s.value) || found
	}
	return found
}

type addClientSecretInput struct {
	clientTarget
	ClientSecret string `wire:"ClientSecret,GivenClientSecret"`
}

type deleteClientSecretInput struct {
	clientTarget
	ClientSecretID string `wire:"ClientSecretId,ClientSecretId,required"`
}

type listClientSecretsInput struct {
	clientTarget
	NextToken string `wire:"NextToken,PaginationToken"`
}

type clientSecretDescriptor struct {
	ClientSecretID         string `json:"ClientSecretId"`
	ClientSecretValue      string `json:",omitempty"`
	ClientSecretCreateDate float64
}

type addClientSecretOutput struct {
	ClientSecretDescriptor clientSecretDescriptor
}

type listClientSecretsOutput struct {
	ClientSecrets []clientSecretDescriptor
}

func (s clientSecret) descriptor() clientSecretDescriptor {
	return clientSecretDescriptor{ClientSecretID: s.id, ClientSecretCreateDate: epoch(s.created)}
}

// addUserPoolClientSecret returns the new secret only if the pool has drawn it.
func (o *clientAdmin) addUserPoolClientSecret(in addClientSecretInput) (any, error) {
	c, err := o.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	switch {
	case c.secret() == "":
		return nil, refuse(codeInvalidParameter, "Client %s is not configured for secret.", c.id)
	case len(c.secrets) >= mostSecrets:
		return nil, refuse(codeLimitExceeded, "Client %s already has %d secrets.", c.id, mostSecrets)
	}
	value := in.ClientSecret
	if value == "" {
		value = newClientSecret()
	}
	next := c.withSecret(value, o.clock.now())
	o.clients.put(&next)
	added := next.secrets[len(next.secrets)-1].descriptor()
	if in.ClientSecret == "" {
		added.ClientSecretValue = value
	}
	return addClientSecretOutput{added}, nil
}

// listUserPoolClientSecrets shows no values. All secrets are on one page.
func (o *clientAdmin) listUserPoolClientSecrets(in listClientSecretsInput) (any, error) {
	c, err := o.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	out := listClientSecretsOutput{ClientSecrets: []clientSecretDescriptor{}}
	for _, s := range c.secrets {
		out.ClientSecrets = append(out.ClientSecrets, s.descriptor())
	}
	return out, nil
}

// deleteUserPoolClientSecret keeps the last secret: the client would become a public one.
func (o *clientAdmin) deleteUserPoolClientSecret(in deleteClientSecretInput) (any, error) {
	c, err := o.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.secrets, func(s clientSecret) bool { return s.id == in.ClientSecretID })
	switch {
	case i < 0:
		return nil, refuse(codeResourceNotFound, "Client secret %s does not exist.", in.ClientSecretID)
	case len(c.secrets) == 1:
		return nil, refuse(codeInvalidParameter, "The last secret of a client cannot be deleted.")
	}
	next := *c
	next.secrets = slices.Delete(slices.Clone(c.secrets), i, i+1)
	o.clients.put(&next)
	return struct{}{}, nil
}
