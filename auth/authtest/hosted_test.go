package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestDomains(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	p := f.createPool(nil, nil)
	describe := func(domain string) object {
		return f.call("DescribeUserPoolDomain", object{"Domain": domain}).ok()["DomainDescription"].(object)
	}
	assert.Empty(t, describe("acme"), "an unknown domain is no error")
	assert.Equal(t, object{"ManagedLoginVersion": 1.}, p.admin("CreateUserPoolDomain", object{"Domain": "acme"}).ok())
	d := describe("acme")
	assert.Equal(t, p.UserPoolID, d["UserPoolId"])
	assert.Equal(t, "ACTIVE", d["Status"])
	assert.Equal(t, object{}, d["CustomDomainConfig"])
	assert.Equal(t, "acme", p.described()["Domain"])

	certificate := object{"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c"}
	custom := object{"Domain": "auth.acme.example", "CustomDomainConfig": certificate, "ManagedLoginVersion": 2}
	made := p.admin("CreateUserPoolDomain", custom).ok()
	assert.Regexp(t, `^d[0-9a-z]{13}\.cloudfront\.net$`, made["CloudFrontDomain"])
	assert.Equal(t, made["CloudFrontDomain"], describe("auth.acme.example")["CloudFrontDistribution"])
	assert.Equal(t, "auth.acme.example", p.described()["CustomDomain"])
	custom["ManagedLoginVersion"] = 1
	p.admin("UpdateUserPoolDomain", custom).ok()
	assert.EqualValues(t, 1, describe("auth.acme.example")["ManagedLoginVersion"])
	assert.Equal(t, certificate, describe("auth.acme.example")["CustomDomainConfig"])

	const one = "User pool already has a domain configured."
	p.admin("CreateUserPoolDomain", object{"Domain": "other"}).fails("InvalidParameterException", one)
	f.admin("CreateUserPoolDomain", object{"Domain": "acme"}).
		fails("InvalidParameterException", "Domain already associated with another user pool.")
	f.admin("CreateUserPoolDomain", object{"Domain": "my-cognito"}).failsWith("InvalidParameterException")
	f.admin("DeleteUserPoolDomain", object{"Domain": "acme"}).
		fails("InvalidParameterException", "No such domain or user pool exists.")
	p.admin("DeleteUserPool", object{}).fails("InvalidParameterException",
		"User pool cannot be deleted. It has a domain configured that should be deleted first.")
	for _, domain := range []string{"acme", "auth.acme.example"} {
		p.admin("DeleteUserPoolDomain", object{"Domain": domain}).ok()
		assert.Empty(t, describe(domain))
	}
	assert.NotContains(t, p.described(), "Domain")
	f.admin("CreateUserPoolDomain", object{"Domain": "acme"}).ok()
	p.empty("DeleteUserPool", object{"UserPoolId": p.UserPoolID})
	f.unviolated()
}

func TestResourceServers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	server := object{
		"Identifier": "https://orders.example", "Name": "orders",
		"Scopes": []object{{"ScopeName": "read", "ScopeDescription": "read orders"}},
	}
	made := f.admin("CreateResourceServer", server).ok()["ResourceServer"]
	assert.Equal(t, jsonOf(t, merged(server, object{"UserPoolId": f.UserPoolID})), made)
	f.admin("CreateResourceServer", server).failsWith("InvalidParameterException")
	identifier := object{"Identifier": "https://orders.example"}
	assert.Equal(t, made, f.admin("DescribeResourceServer", identifier).ok()["ResourceServer"])
	renamed := f.admin("UpdateResourceServer", merged(identifier, object{"Name": "renamed"})).ok()["ResourceServer"].(object)
	assert.Equal(t, "renamed", renamed["Name"])
	assert.NotContains(t, renamed, "Scopes")
	for _, name := range []string{"a", "b"} {
		f.admin("CreateResourceServer", object{"Identifier": name, "Name": name}).ok()
	}
	body := object{"UserPoolId": f.UserPoolID, "MaxResults": 2}
	assert.Len(t, f.pages("ListResourceServers", "ResourceServers", "NextToken", body, 2), 3)
	f.empty("DeleteResourceServer", merged(identifier, object{"UserPoolId": f.UserPoolID}))
	f.admin("DescribeResourceServer", identifier).failsWith("ResourceNotFoundException")
	f.unviolated()
}

func TestIdentityProviders(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	google := object{
		"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": object{"client_id": "x"},
		"AttributeMapping": object{"email": "email"}, "IdpIdentifiers": []string{"g"},
	}
	made := f.admin("CreateIdentityProvider", google).ok()["IdentityProvider"].(object)
	for name, value := range google {
		assert.Equal(t, jsonOf(t, value), made[name], name)
	}
	f.admin("CreateIdentityProvider", google).failsWith("DuplicateProviderException")
	name := object{"ProviderName": "Google"}
	assert.Equal(t, made, f.admin("DescribeIdentityProvider", name).ok()["IdentityProvider"])
	byIdentifier := f.admin("GetIdentityProviderByIdentifier", object{"IdpIdentifier": "g"}).ok()
	assert.Equal(t, made, byIdentifier["IdentityProvider"])
	f.admin("UpdateIdentityProvider", merged(name, object{"AttributeMapping": object{"name": "name"}})).ok()
	changed := f.admin("DescribeIdentityProvider", name).ok()["IdentityProvider"].(object)
	assert.Equal(t, object{"name": "name"}, changed["AttributeMapping"])
	assert.Equal(t, made["ProviderDetails"], changed["ProviderDetails"])
	listed := f.pages("ListIdentityProviders", "Providers", "NextToken", object{"UserPoolId": f.UserPoolID}, 1)
	assert.Equal(t, "Google", listed[0]["ProviderName"])
	assert.NotContains(t, listed[0], "ProviderDetails")
	f.empty("DeleteIdentityProvider", merged(name, object{"UserPoolId": f.UserPoolID}))
	for operation, body := range map[string]object{
		"DescribeIdentityProvider": name, "GetIdentityProviderByIdentifier": {"IdpIdentifier": "g"},
	} {
		f.admin(operation, body).failsWith("ResourceNotFoundException")
	}
	f.unviolated()
}

func TestTags(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	p := f.createPool(object{"UserPoolTags": object{"team": "a"}}, nil)
	arn := p.described()["Arn"]
	tags := func() any { return f.call("ListTagsForResource", object{"ResourceArn": arn}).ok()["Tags"] }
	assert.Equal(t, object{"team": "a"}, tags())
	f.call("TagResource", object{"ResourceArn": arn, "Tags": object{"team": "b", "stage": "test"}}).ok()
	assert.Equal(t, object{"team": "b", "stage": "test"}, tags())
	assert.Equal(t, tags(), p.described()["UserPoolTags"])
	f.call("UntagResource", object{"ResourceArn": arn, "TagKeys": []string{"team", "none"}}).ok()
	assert.Equal(t, object{"stage": "test"}, tags())
	f.call("ListTagsForResource", object{"ResourceArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/none"}).
		failsWith("ResourceNotFoundException")
	f.unviolated()
}
