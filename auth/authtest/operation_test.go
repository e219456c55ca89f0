package authtest_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The package comment lists exactly the operations that the pool serves.
func TestPackageCommentListsTheOperations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, list, found := strings.Cut(string(text), "// # Operations\n")
	require.True(t, found)
	list, _, found = strings.Cut(list, "// Every other operation")
	require.True(t, found)
	var listed []string
	for _, word := range regexp.MustCompile(`\b[A-Z][A-Za-z]+\b`).FindAllString(list, -1) {
		if authtest.IsCognitoOperation(word) {
			listed = append(listed, word)
		}
	}
	slices.Sort(listed)
	assert.Equal(t, authtest.Operations(), listed)
	for _, name := range authtest.Operations() {
		assert.True(t, authtest.IsCognitoOperation(name), name)
	}
}

func TestMalformedBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, message string }{
		"nothing":          {``, "The request's body is not a JSON object."},
		"broken":           {`{"ClientId":`, "The request's body is not a JSON object."},
		"two JSON objects": {`{} {}`, "The request's body is not a JSON object."},
		"list":             {`[]`, "The request's body is not a JSON object."},
		"null":             {`null`, "The request's body is not a JSON object."},
		"object as string": {`{"ClientId":{}}`, "Start of structure or map found where not expected."},
		"list as string":   {`{"ClientId":[]}`, "Start of list found where not expected"},
		"number as string": {`{"ClientId":1}`, "NUMBER_VALUE can not be converted to a String"},
		"bool as string":   {`{"ClientId":true}`, "TRUE_VALUE can not be converted to a String"},
		"string as map":    {`{"AuthParameters":"x"}`, "STRING_VALUE can not be converted to a Map"},
		"number in map":    {`{"AuthParameters":{"USERNAME":1}}`, "NUMBER_VALUE can not be converted to a String"},
		"null in map":      {`{"AuthParameters":{"USERNAME":null}}`, "NULL_VALUE can not be converted to a String"},
		"string as struct": {`{"UserContextData":"x"}`, "STRING_VALUE can not be converted to a Structure"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{})
			f.send(f.request("InitiateAuth", []byte(test.body))).fails("SerializationException", test.message)
			assert.Contains(t, f.violated(), "SerializationException")
		})
	}
	f := start(t, authtest.Config{})
	f.send(f.request("AdminSetUserPassword", []byte(`{"Permanent":"yes"}`))).
		fails("SerializationException", "STRING_VALUE can not be converted to a Boolean")
	f.violated()
	for body, message := range map[string]string{
		`{"UserAttributes":{}}`:    "Start of structure or map found where not expected.",
		`{"UserAttributes":["x"]}`: "STRING_VALUE can not be converted to a Structure",
	} {
		f.send(f.request("SignUp", []byte(body))).fails("SerializationException", message)
		f.violated()
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	r := f.send(f.request("InitiateAuth", []byte(`{"ClientId":"`+strings.Repeat("x", 1<<20)+`"}`)))
	assert.Equal(t, 413, r.status)
	f.violated()
}

func TestConstraints(t *testing.T) {
	t.Parallel()
	constraint := func(subject, rule string) string {
		return "1 validation error detected: " + subject + " failed to satisfy constraint: Member must " + rule
	}
	canary := "canary canary"
	for name, test := range map[string]struct {
		operation string
		body      object
		message   string
	}{
		"client missing": {
			"InitiateAuth", object{"AuthFlow": "USER_SRP_AUTH"}, constraint("Value null at 'clientId'", "not be null"),
		},
		"client null": {
			"InitiateAuth",
			object{"AuthFlow": "USER_SRP_AUTH", "ClientId": nil},
			constraint("Value null at 'clientId'", "not be null"),
		},
		"client": {
			"InitiateAuth",
			object{"AuthFlow": "USER_SRP_AUTH", "ClientId": canary},
			constraint("Value at 'clientId'", `satisfy regular expression pattern: [\w+]+`),
		},
		"pool": {
			"DescribeUserPool",
			object{"UserPoolId": "us-east-1"},
			constraint("Value 'us-east-1' at 'userPoolId'", `satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`),
		},
		"user name": {
			"SignUp",
			object{"ClientId": "x", "Username": canary, "Password": password},
			constraint("Value at 'username'", `satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`),
		},
		"long user name": {
			"SignUp",
			object{"ClientId": "x", "Username": strings.Repeat("ä", 129), "Password": password},
			constraint("Value at 'username'", "have length less than or equal to 128"),
		},
		"password with spaces around": {
			"SignUp",
			object{"ClientId": "x", "Username": "u", "Password": " " + canary},
			constraint("Value at 'password'", `satisfy regular expression pattern: ^[\S]+.*[\S]+$`),
		},
		"code": {
			"ConfirmSignUp",
			object{"ClientId": "x", "Username": "u", "ConfirmationCode": canary},
			constraint("Value at 'confirmationCode'", `satisfy regular expression pattern: [\S]+`),
		},
		"secret hash": {
			"ResendConfirmationCode",
			object{"ClientId": "x", "Username": "u", "SecretHash": canary},
			constraint("Value at 'secretHash'", `satisfy regular expression pattern: [\w+=/]+`),
		},
		"token": {
			"GetUser",
			object{"AccessToken": canary},
			constraint("Value at 'accessToken'", `satisfy regular expression pattern: [A-Za-z0-9-_=.]+`),
		},
		"session": {
			"AssociateSoftwareToken",
			object{"Session": canary},
			constraint("Value at 'session'", "have length greater than or equal to 20"),
		},
		"TOTP code": {
			"VerifySoftwareToken",
			object{"Session": strings.Repeat("s", 20), "UserCode": "canary"},
			constraint("Value at 'userCode'", "satisfy regular expression pattern: [0-9]+"),
		},
		"attribute name": {
			"SignUp",
			object{
				"ClientId": "x", "Username": "u", "Password": password,
				"UserAttributes": []object{{"Name": "name"}, {"Name": strings.Repeat("n", 33)}},
			},
			constraint(
				"Value '"+strings.Repeat("n", 33)+"' at 'userAttributes.2.member.name'",
				"have length less than or equal to 32",
			),
		},
		"attribute value": {
			"SignUp",
			object{
				"ClientId": "x", "Username": "u", "Password": password,
				"UserAttributes": []object{{"Name": "name", "Value": strings.Repeat("canary", 500)}},
			},
			constraint("Value at 'userAttributes.1.member.value'", "have length less than or equal to 2048"),
		},
		"enumeration in a list": {
			"AdminCreateUser",
			object{"UserPoolId": "x_1", "Username": "u", "DesiredDeliveryMediums": []string{"FAX"}},
			constraint("Value 'FAX' at 'desiredDeliveryMediums.1.member'", "satisfy enum value set: [SMS, EMAIL]"),
		},
		"two": {
			"VerifySoftwareToken",
			object{"Session": strings.Repeat("s", 20), "UserCode": "abc"},
			"2 validation errors detected: Value at 'userCode' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: [0-9]+; Value at 'userCode' " +
				"failed to satisfy constraint: Member must have length greater than or equal to 6",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{})
			f.call(test.operation, test.body).fails("InvalidParameterException", test.message)
			text := f.violated()
			assert.Contains(t, text, test.message)
			assert.NotContains(t, text, "canary")
		})
	}
}

func TestMissingParameters(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	session := strings.Repeat("s", 20)
	for _, test := range []struct {
		operation, name string
		given           []string
		missing         string
	}{
		{"InitiateAuth", "USER_SRP_AUTH", nil, "USERNAME"},
		{"InitiateAuth", "USER_SRP_AUTH", []string{"USERNAME"}, "SRP_A"},
		{"InitiateAuth", "USER_PASSWORD_AUTH", []string{"PASSWORD"}, "USERNAME"},
		{"InitiateAuth", "USER_PASSWORD_AUTH", []string{"USERNAME"}, "PASSWORD"},
		{"RespondToAuthChallenge", "PASSWORD_VERIFIER", nil, "USERNAME"},
		{"RespondToAuthChallenge", "PASSWORD_VERIFIER", []string{"USERNAME"}, "PASSWORD_CLAIM_SECRET_BLOCK"},
		{
			"RespondToAuthChallenge", "PASSWORD_VERIFIER",
			[]string{"USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK"},
			"PASSWORD_CLAIM_SIGNATURE",
		},
		{
			"RespondToAuthChallenge", "PASSWORD_VERIFIER",
			[]string{"USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE"},
			"TIMESTAMP",
		},
		{"RespondToAuthChallenge", "SMS_MFA", []string{"USERNAME"}, "SMS_MFA_CODE"},
		{"RespondToAuthChallenge", "EMAIL_OTP", []string{"USERNAME"}, "EMAIL_OTP_CODE"},
		{"RespondToAuthChallenge", "SOFTWARE_TOKEN_MFA", []string{"USERNAME"}, "SOFTWARE_TOKEN_MFA_CODE"},
		{"RespondToAuthChallenge", "SELECT_MFA_TYPE", []string{"USERNAME"}, "ANSWER"},
		{"RespondToAuthChallenge", "NEW_PASSWORD_REQUIRED", []string{"USERNAME"}, "NEW_PASSWORD"},
		{"RespondToAuthChallenge", "MFA_SETUP", nil, "USERNAME"},
	} {
		values := object{}
		for _, key := range test.given {
			values[key] = "alice"
		}
		body := object{"ClientId": f.ClientID}
		if test.operation == "InitiateAuth" {
			body["AuthFlow"], body["AuthParameters"] = test.name, values
		} else {
			body["ChallengeName"], body["ChallengeResponses"], body["Session"] = test.name, values, session
		}
		f.call(test.operation, body).fails("InvalidParameterException", "Missing required parameter "+test.missing)
		assert.Contains(t, f.violated(), test.missing)
	}
}

// The real service ignores unknown members, so the call succeeds; the pool reports them as
// violations.
func TestUnknownMembers(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password, "Password": "canary"},
	}).challenge(totp)
	assert.Equal(t, `authtest: InitiateAuth: unknown member "Password"`, f.violated())

	f.respond(totp, session, object{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": "1", "SMS_MFA_CODE": "2"}).
		failsWith("CodeMismatchException")
	assert.Contains(t, f.violated(), `"SMS_MFA_CODE"`)

	f.respond(totp, session, object{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": f.totp(secret), "DEVICE_KEY": "x"}).
		tokens()
	f.unviolated()

	f.call("SignUp", object{
		"ClientId": f.ClientID, "Username": "bill", "Password": password,
		"UserContextData": object{"EncodedData": "x", "Cookie": "canary"}, "ClientMetadata": object{"anything": "goes"},
	}).ok()
	assert.Contains(t, f.violated(), `"userContextData.Cookie"`)
	f.call("SignUp", object{"ClientId": f.ClientID, "Username": "bell", "Password": password, "password": "canary"}).
		ok()
	assert.Contains(t, f.violated(), `"password"`)
}

func TestWrongEnvelope(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"no target":            {"X-Amz-Target", ""},
		"other service":        {"X-Amz-Target", "AWSCognitoIdentityService.GetId"},
		"no operation":         {"X-Amz-Target", "AWSCognitoIdentityProviderService."},
		"misspelled operation": {"X-Amz-Target", "AWSCognitoIdentityProviderService.InitateAuth"},
		"content type":         {"Content-Type", "application/json"},
		"no content type":      {"Content-Type", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{})
			r := f.request("InitiateAuth", object{})
			r.Header.Set(change[0], change[1])
			f.send(r).failsWith("UnknownOperationException")
			f.violated()
		})
	}
	f := start(t, authtest.Config{})
	r := f.request("InitiateAuth", object{})
	r.Method = "GET"
	f.send(r).failsWith("UnknownOperationException")
	f.violated()
}

// Calling an operation that the real service has is not a violation. The error is never a 5xx,
// which clients would retry.
func TestOperationsThatAreNotServed(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for _, operation := range []string{
		"SetRiskConfiguration", "AdminLinkProviderForUser", "CreateManagedLoginBranding",
	} {
		f.call(operation, object{}).failsWith("UnknownOperationException")
	}
	f.unviolated()
}
