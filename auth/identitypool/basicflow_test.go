package identitypool_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

func basicOptions(b identitypool.BasicFlow) options {
	b.RoleARN = role
	return options{
		identity: authtest.IdentityPool{BasicFlow: true, Guests: true}, config: identitypool.Config{BasicFlow: &b},
	}
}

func TestBasicFlow(t *testing.T) {
	t.Parallel()
	policies := []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}
	f := start(t, basicOptions(identitypool.BasicFlow{
		Duration: 8 * time.Hour, Policy: `{"Version":"2012-10-17"}`, PolicyARNs: policies,
	}))
	policies[0] = "arn:aws:iam::aws:policy/AdministratorAccess" // the pool has a copy
	provider := f.pool.ForSession(f.signedIn("a", "alice"))
	credentials := f.retrieve(provider)
	left := time.Until(credentials.Expires)
	assert.True(t, left > 7*time.Hour+54*time.Minute && left < 8*time.Hour, "%v", left)
	assert.Equal(t, "123456789012", credentials.AccountID)
	caller := f.whose(credentials)
	assert.Equal(t, role, caller.RoleARN)
	assert.Equal(t, f.identityID(provider), caller.IdentityID)
	_, uuid, _ := strings.Cut(caller.IdentityID, ":")
	assert.True(t, strings.HasSuffix(caller.SessionARN, "/app/"+uuid), caller.SessionARN)
	assert.Equal(t, []string{"GetId", "GetOpenIdToken", "AssumeRoleWithWebIdentity"}, f.operations())
	for _, r := range f.Requests() {
		if r.Operation == "AssumeRoleWithWebIdentity" {
			assert.Equal(t, "arn:aws:iam::aws:policy/ReadOnlyAccess", r.Body["PolicyArns.member.1.arn"])
			assert.Empty(t, r.Header.Get("Authorization"))
		}
	}
}

func TestBasicFlowOfAGuest(t *testing.T) {
	t.Parallel()
	f := start(t, basicOptions(identitypool.BasicFlow{RoleSessionName: "visitor"}))
	caller := f.whose(f.retrieve(f.pool.ForGuest("")))
	assert.True(t, strings.HasSuffix(caller.SessionARN, "/app/visitor"), caller.SessionARN)
}

func TestBasicFlowRefused(t *testing.T) {
	t.Parallel()
	o := basicOptions(identitypool.BasicFlow{})
	o.identity.BasicFlow = false
	f := start(t, o)
	_, err := f.pool.ForSession(f.signedIn("a", "alice")).Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrInvalidParameter)

	for code, want := range map[string]auth.ErrorCode{
		"AccessDenied": "AccessDenied", "IDPCommunicationError": "IDPCommunicationError",
	} {
		f := start(t, basicOptions(identitypool.BasicFlow{}))
		f.Fail(authtest.Fault{Operation: "AssumeRoleWithWebIdentity", Code: code, Message: "Not authorized", Times: -1})
		_, err := f.pool.ForSession(f.signedIn("a", "alice")).Retrieve(t.Context())
		require.ErrorIs(t, err, want)
	}
}
