package authtest

import "strings"

// providerUser names a user in the pool or a person at an identity provider.
type providerUser struct {
	ProviderName           string `wire:"ProviderName,ProviderName"`
	ProviderAttributeName  string `wire:"ProviderAttributeName,String"`
	ProviderAttributeValue string `wire:"ProviderAttributeValue,String"`
}

type linkProviderInput struct {
	UserPoolID      string        `wire:"UserPoolId,String,required"`
	DestinationUser *providerUser `wire:"DestinationUser,,required"`
	SourceUser      *providerUser `wire:"SourceUser,,required"`
}

type disableProviderInput struct {
	UserPoolID string        `wire:"UserPoolId,String,required"`
	User       *providerUser `wire:"User,,required"`
}

// providerSubject is a person at an identity provider.
type providerSubject struct{ provider, subject string }

// mostLinks is how many people can be linked to a user.
const mostLinks = 5

// attrSubject stands for the subject in the names of an identity provider's attributes.
const attrSubject = "Cognito_Subject"

// linked returns the user that a person at an identity provider signs in as, or nil.
func (d *directory) linked(provider, subject string) *user {
	return d.links[providerSubject{provider, subject}]
}

// adminLinkProviderForUser makes a person at an identity provider sign in as a user of the pool. It
// has to be called before the person signs in for the first time.
func (o *hostedAdmin) adminLinkProviderForUser(in linkProviderInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	source := in.SourceUser
	switch {
	case o.hosted.providers[source.ProviderName] == nil:
		return nil, refuse(codeInvalidParameter, "SourceUser: the provider %s does not exist.", source.ProviderName)
	case source.ProviderAttributeName != attrSubject || source.ProviderAttributeValue == "":
		return nil, refuse(codeInvalidParameter, "SourceUser: only %s can be linked.", attrSubject)
	case in.DestinationUser.ProviderName != "Cognito":
		return nil, refuse(codeInvalidParameter, "DestinationUser: the provider is not Cognito.")
	}
	u := o.users.find(in.DestinationUser.ProviderAttributeValue)
	if u == nil {
		return nil, refuse(codeUserNotFound, textUserDoesNotExist)
	}
	person := providerSubject{source.ProviderName, source.ProviderAttributeValue}
	links := 0
	for _, owner := range o.users.links {
		if owner == u {
			links++
		}
	}
	switch {
	case o.users.links[person] != nil:
		return nil, refuse(codeInvalidParameter, "SourceUser is already linked to DestinationUser")
	case o.users.byName[o.users.fold(person.provider+"_"+person.subject)] != nil:
		return nil, refuse(codeInvalidParameter,
			"Merging is not currently supported, provide a SourceUser that does not exist")
	case links >= mostLinks:
		return nil, refuse(codeLimitExceeded, "A user can be linked to at most %d people.", mostLinks)
	}
	o.users.links[person] = u
	return struct{}{}, nil
}

// adminDisableProviderForUser ends a link. The person signs in as a user of its own from then on.
func (o *hostedAdmin) adminDisableProviderForUser(in disableProviderInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	subject := strings.TrimPrefix(in.User.ProviderAttributeValue, in.User.ProviderName+"_")
	person := providerSubject{in.User.ProviderName, subject}
	u := o.users.links[person]
	if u == nil {
		return nil, refuse(codeUserNotFound, textUserDoesNotExist)
	}
	delete(o.users.links, person)
	u.dropIdentity(person)
	return struct{}{}, nil
}
