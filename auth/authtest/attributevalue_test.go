package authtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// typedPool is a pool with a custom attribute of each type, all of which its client writes.
func typedPool(t *testing.T) *fixture {
	t.Helper()
	custom := []string{"custom:member", "custom:level", "custom:since", "custom:code"}
	return start(t, authtest.Config{}).createPool(object{"Schema": []object{
		{"Name": "member", "AttributeDataType": "Boolean"},
		{
			"Name": "level", "AttributeDataType": "Number",
			"NumberAttributeConstraints": object{"MinValue": "-1", "MaxValue": "10.5"},
		},
		{"Name": "since", "AttributeDataType": "DateTime"},
		{
			"Name": "code", "AttributeDataType": "String",
			"StringAttributeConstraints": object{"MinLength": "2", "MaxLength": "3"},
		},
	}}, object{"WriteAttributes": append(custom, "email", "name", "birthdate", "updated_at")})
}

// valueFaults are wrong values, with what the service says of them. Recorded are the texts about
// lengths (aws-sdk-java#1396, amplify-flutter#2034, amplify-ui#4356) and about booleans.
func valueFaults() []struct{ name, value, fault string } {
	return []struct{ name, value, fault string }{
		{"birthdate", "1/1/2000", "String must be no shorter than 10 characters"},
		{"birthdate", "2000-01-01T00:00", "String must be no longer than 10 characters"},
		{"custom:code", "x", "String must be no shorter than 2 characters"},
		{"custom:code", "äöüß", "String must be no longer than 3 characters"},
		{"custom:member", "yes", "The attribute is not a valid boolean"},
		{"custom:level", "ten", "The attribute is not a valid number"},
		{"custom:level", "1e1", "The attribute is not a valid number"},
		{"custom:level", "1/2", "The attribute is not a valid number"},
		{"custom:level", "-2", "Number must be no less than -1"},
		{"custom:level", "10.6", "Number must be no greater than 10.5"},
		{"updated_at", "-1", "Number must be no less than 0"},
		{"custom:since", "yesterday", "The attribute is not a valid date"},
		{"custom:none", "x", "Attribute does not exist in the schema."},
	}
}

// Every operation that writes attributes checks their values, and words the fault in its own way.
// "Attributes did not conform to the schema" is recorded at sign-up, "user." in updates, and
// "Invalid user attributes" elsewhere (aws-sdk-java#1396).
func TestAttributeValuesAreChecked(t *testing.T) {
	t.Parallel()
	p := typedPool(t)
	p.signUp("alice", password, "email", email, "name", "Alice").ok()
	p.admin("AdminConfirmSignUp", object{"Username": "alice"}).ok()
	token := p.accessToken("alice")
	p.admin("AdminCreateUser", object{"Username": "bob", "TemporaryPassword": password}).ok()
	_, session := p.signIn("bob", password).challenge("NEW_PASSWORD_REQUIRED")
	for _, test := range valueFaults() {
		list := []object{{"Name": test.name, "Value": test.value}}
		line := test.name + ": " + test.fault + "\n"
		p.signUp("carol", password, test.name, test.value).
			fails("InvalidParameterException", "Attributes did not conform to the schema: "+line)
		p.update(token, test.name, test.value).fails("InvalidParameterException", "user."+line)
		p.admin("AdminUpdateUserAttributes", object{"Username": "alice", "UserAttributes": list}).
			fails("InvalidParameterException", "user."+line)
		p.respond("NEW_PASSWORD_REQUIRED", session, object{
			"USERNAME": "bob", "NEW_PASSWORD": newPassword, "userAttributes." + test.name: test.value,
		}).fails("InvalidParameterException", "Invalid user attributes: "+line)
		err := p.AddUser(authtest.User{
			Username: "dave", Password: password, Attributes: map[string]string{test.name: test.value},
		})
		assert.ErrorContains(t, err, strings.TrimSpace(line))
		created := p.admin("AdminCreateUser", object{"Username": "dave", "UserAttributes": list})
		if test.name != "custom:none" {
			created.fails("InvalidParameterException", "Invalid user attributes: "+line)
			continue
		}
		created.fails("InvalidParameterException",
			"Attributes did not conform to the schema: Type for attribute {custom:none} could not be determined")
	}
	p.unviolated()
}

func TestAttributeValuesOfTheirTypeAreAccepted(t *testing.T) {
	t.Parallel()
	p := typedPool(t)
	p.signUp("alice", password, "email", email).ok()
	p.admin("AdminConfirmSignUp", object{"Username": "alice"}).ok()
	token := p.accessToken("alice")
	for name, values := range map[string][]string{
		"birthdate":     {"2000-12-31", ""},
		"updated_at":    {"0", "1700000000"},
		"custom:member": {"true", "FALSE", "True"},
		"custom:level":  {"-1", "0", "10.5", "007"},
		"custom:since":  {"2020-02-29", "2020-02-29T12:00:00Z", "2020-02-29T12:00:00.5+01:00", "1700000000"},
		"custom:code":   {"äö", "abc"},
	} {
		for _, value := range values {
			p.update(token, name, value).ok()
			assert.Equal(t, value, p.attributes("alice")[name], name)
		}
	}
	p.unviolated()
}

// "True" counts as "true".
func TestVerifiedFlagsAreBooleansInAnyCase(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}}, authtest.User{
		Username: "alice", Password: password, Attributes: map[string]string{"email": email, "email_verified": "True"},
	})
	result := f.signIn(email, password).tokens()
	assert.Equal(t, true, f.claims(result).id["email_verified"])
	flag := func(value string) reply {
		return f.admin("AdminUpdateUserAttributes", object{
			"Username": "alice", "UserAttributes": []object{{"Name": "email_verified", "Value": value}},
		})
	}
	flag("FALSE").ok()
	f.signIn(email, password).failsWith("UserNotFoundException")
	flag("TRUE").ok()
	f.signIn(email, password).tokens()
	flag("yes").
		fails("InvalidParameterException", "user.email_verified: The attribute is not a valid boolean\n")
	f.unviolated()
}

func TestSchemaIsChecked(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	for name, test := range map[string]struct {
		attribute object
		message   string
	}{
		"no type": {
			object{"Name": "tier"},
			"Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
		},
		"required": { // boto3#2317
			object{"Name": "tier", "AttributeDataType": "String", "Required": true},
			"Required custom attributes are not supported currently.",
		},
		"length that is no number": {
			object{
				"Name": "tier", "AttributeDataType": "String",
				"StringAttributeConstraints": object{"MinLength": "two"},
			},
			"Invalid constraints for the attribute tier.",
		},
		"lengths in the wrong order": {
			object{
				"Name": "tier", "AttributeDataType": "String",
				"StringAttributeConstraints": object{"MinLength": "3", "MaxLength": "2"},
			},
			"Invalid constraints for the attribute tier.",
		},
		"numbers in the wrong order": {
			object{
				"Name": "tier", "AttributeDataType": "Number",
				"NumberAttributeConstraints": object{"MinValue": "0", "MaxValue": "-1"},
			},
			"Invalid constraints for the attribute tier.",
		},
	} {
		f.call("CreateUserPool", object{"PoolName": "p", "Schema": []object{test.attribute}}).
			fails("InvalidParameterException", test.message)
		f.admin("AddCustomAttributes", object{"CustomAttributes": []object{test.attribute}}).
			fails("InvalidParameterException", test.message)
		assert.Empty(t, f.violations.take(), name)
	}
	for _, name := range []string{"email", "email_verified"} { // recorded in comments of Terraform modules
		f.call("CreateUserPool", object{
			"PoolName": "p", "Schema": []object{{"Name": name, "AttributeDataType": "Number"}},
		}).fails("InvalidParameterException",
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute "+name)
	}
	twice := []object{
		{"Name": "tier", "AttributeDataType": "String"}, {"Name": "tier", "AttributeDataType": "String"},
	}
	f.admin("AddCustomAttributes", object{"CustomAttributes": twice}).
		fails("InvalidParameterException", "custom:tier: Existing attribute already has name custom:tier.\n")
	f.unviolated()
	attributes := make([]object, 51)
	for i := range attributes {
		attributes[i] = object{"Name": fmt.Sprintf("a%d", i), "AttributeDataType": "String"}
	}
	f.call("CreateUserPool", object{"PoolName": "p", "Schema": attributes}).failsWith("InvalidParameterException")
	assert.Contains(t, f.violated(), "'schema' failed to satisfy constraint: Member must have length less than or equal to 50")
	f.admin("AddCustomAttributes", object{"CustomAttributes": attributes[:26]}).failsWith("InvalidParameterException")
	assert.Contains(t, f.violated(), "'customAttributes' failed to satisfy constraint: Member must have length less")
	f.admin("AddCustomAttributes", object{"CustomAttributes": attributes[:25]}).ok()
	f.admin("AddCustomAttributes", object{"CustomAttributes": attributes[25:50]}).ok()
	f.admin("AddCustomAttributes", object{"CustomAttributes": attributes[50:]}).failsWith("LimitExceededException")
}

// Standard attributes are described with the constraints that the real service shows
// (terraform-provider-aws#38197, samples of describe-user-pool), custom ones without constraints
// with empty ones.
func TestStandardConstraintsAreDescribed(t *testing.T) {
	t.Parallel()
	p := start(t, authtest.Config{}).createPool(object{"Schema": []object{
		{"Name": "email", "Required": true, "Mutable": false},
		{"Name": "custom:name", "AttributeDataType": "String"}, // serverless-cognito-add-custom-attributes#3
		{"Name": "size", "AttributeDataType": "Number"},
	}}, nil)
	described := map[string]object{}
	for _, a := range p.described()["SchemaAttributes"].([]any) {
		described[a.(object)["Name"].(string)] = a.(object)
	}
	assert.Len(t, described, 23)
	assert.Equal(t, object{
		"Name": "email", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": false,
		"Required": true, "StringAttributeConstraints": object{"MinLength": "0", "MaxLength": "2048"},
	}, described["email"])
	assert.Equal(t, object{"MinLength": "10", "MaxLength": "10"}, described["birthdate"]["StringAttributeConstraints"])
	assert.Equal(t, object{"MinLength": "1", "MaxLength": "2048"}, described["sub"]["StringAttributeConstraints"])
	assert.Equal(t, object{"MinValue": "0"}, described["updated_at"]["NumberAttributeConstraints"])
	assert.NotContains(t, described["email_verified"], "StringAttributeConstraints")
	assert.Equal(t, "Boolean", described["email_verified"]["AttributeDataType"])
	assert.Equal(t, object{}, described["custom:custom:name"]["StringAttributeConstraints"])
	assert.Equal(t, object{}, described["custom:size"]["NumberAttributeConstraints"])
}
