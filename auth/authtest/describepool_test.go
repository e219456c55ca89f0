package authtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// What a pool without settings of its own shows, as in samples of describe-user-pool.
func TestDescribedDefaults(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	d := f.createPool(nil, nil).described()
	assert.Equal(t, object{"EmailSendingAccount": "COGNITO_DEFAULT"}, d["EmailConfiguration"])
	assert.Equal(t, object{"DefaultEmailOption": "CONFIRM_WITH_CODE"}, d["VerificationMessageTemplate"])
	assert.Equal(t, object{}, d["LambdaConfig"])
	assert.Equal(t, object{}, d["UserPoolTags"])
	assert.Equal(t, object{"AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7.}, d["AdminCreateUserConfig"])
	f.unviolated()
}

// The texts of messages have two names, and are shown under both.
func TestMessagesAreMirrored(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	const text, subject = "Your code is {####}.", "Code"
	old := object{
		"EmailVerificationMessage": text, "EmailVerificationSubject": subject, "SmsVerificationMessage": text,
	}
	template := object{
		"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": text, "EmailSubject": subject, "SmsMessage": text,
	}
	for _, settings := range []object{old, {"VerificationMessageTemplate": template}} {
		d := f.createPool(settings, nil).described()
		assert.Equal(t, template, d["VerificationMessageTemplate"])
		for name, value := range old {
			assert.Equal(t, value, d[name], name)
		}
	}
	f.unviolated()
}

// signedFor makes a call with the scope of a signature for the region.
func (f *fixture) signedFor(region, operation string, body object) reply {
	f.t.Helper()
	r := f.request(operation, body)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260401/"+region+
		"/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
	return f.send(r)
}

func TestPoolIsInTheRegionOfTheSignature(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Region: "eu-west-1"})
	for signed, region := range map[string]string{
		"ap-south-1": "ap-south-1", "eu-west-1": "eu-west-1", "not a region": "eu-west-1", "": "eu-west-1",
	} {
		pool := f.signedFor(signed, "CreateUserPool", object{"PoolName": "p"}).ok()["UserPool"].(object)
		id := pool["Id"].(string)
		assert.True(t, strings.HasPrefix(id, region+"_"), id)
		assert.Equal(t, "arn:aws:cognito-idp:"+region+":123456789012:userpool/"+id, pool["Arn"])
		require.NotNil(t, f.Pool.Pool(id))
	}
	f.unviolated()
}

// The issuer of type UPDATED has another host. Tokens that were issued before stay valid.
func TestIssuerConfiguration(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	p := f.createPool(object{"IssuerConfiguration": object{"Type": "UPDATED"}}, nil)
	require.NoError(t, p.AddUser(alice()))
	updated := "https://issuer-cognito-idp.us-east-1.amazonaws.com/" + p.UserPoolID
	original := "https://cognito-idp.us-east-1.amazonaws.com/" + p.UserPoolID
	issuer := func() object {
		t.Helper()
		_, _, text := p.do("GET", "/"+p.UserPoolID+"/.well-known/openid-configuration", "")
		tokens := p.signIn("alice", password).tokens()
		assert.Contains(t, text, p.claims(tokens).id["iss"])
		p.getUser(tokens["AccessToken"].(string)).ok()
		return tokens
	}
	first := issuer()
	assert.Equal(t, updated, p.claims(first).access["iss"])
	assert.Equal(t, updated, p.claims(first).id["iss"])
	assert.Equal(t, object{"Type": "UPDATED"}, p.described()["IssuerConfiguration"])
	p.admin("UpdateUserPool", object{"IssuerConfiguration": object{"Type": "ORIGINAL"}}).ok()
	assert.Equal(t, original, p.claims(issuer()).id["iss"])
	p.getUser(first["AccessToken"].(string)).ok()
	p.admin("UpdateUserPool", object{}).ok()
	assert.Equal(t, original, p.claims(issuer()).id["iss"])
	f.unviolated()
	p.admin("UpdateUserPool", object{"IssuerConfiguration": object{"Type": "NEWEST"}}).
		failsWith("InvalidParameterException")
	assert.Contains(t, f.violated(), "[ORIGINAL, UPDATED]")
}
