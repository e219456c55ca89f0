package authtest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Whatever arrives is carried out or refused as the client's fault.
func FuzzRequest(f *testing.F) {
	const prefix = "AWSCognitoIdentityProviderService."
	for _, operation := range []string{
		"SignUp", "ConfirmSignUp", "ResendConfirmationCode", "InitiateAuth", "RespondToAuthChallenge", "AssociateSoftwareToken",
		"VerifySoftwareToken", "SetUserMFAPreference", "GetUser", "AdminCreateUser", "AdminSetUserPassword", "AdminConfirmSignUp",
		"AdminGetUser", "AdminSetUserMFAPreference", "AdminUpdateUserAttributes", "AdminResetUserPassword",
		"SetUserPoolMfaConfig", "GetUserPoolMfaConfig", "DescribeUserPool", "ListUsers", "",
	} {
		f.Add(prefix+operation, []byte(`{"ClientId":"CLIENT","UserPoolId":"POOL","Username":"alice","AccessToken":"a.b.c"}`))
	}
	f.Add(prefix+"InitiateAuth", []byte(`{"ClientId":"CLIENT","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"alice","SRP_A":"ff"}}`))
	f.Add(prefix+"InitiateAuth", []byte(`{"ClientId":"CLIENT","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"b","PASSWORD":"x"}}`))
	f.Add(prefix+"RespondToAuthChallenge", []byte(`{"ClientId":"CLIENT","ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{`+
		`"USERNAME":"alice","PASSWORD_CLAIM_SECRET_BLOCK":"AgV4","PASSWORD_CLAIM_SIGNATURE":"AA==","TIMESTAMP":"Sat Sep 5 09:03:07 UTC 2026"}}`))
	f.Add(prefix+"RespondToAuthChallenge", []byte(`{"ClientId":"CLIENT","ChallengeName":"SMS_MFA","Session":"ssssssssssssssssssss",`+
		`"ChallengeResponses":{"USERNAME":"alice","SMS_MFA_CODE":"1"}}`))
	f.Add(prefix+"AdminCreateUser", []byte(`{"UserPoolId":"POOL","Username":"é","UserAttributes":[{"Name":"email","Value":"@"}]}`))
	f.Add(prefix+"CreateUserPool", []byte(`{"PoolName":"p","MfaConfiguration":"ON","SmsConfiguration":{},"Schema":[{"Name":"tier"}],`+
		`"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1}]}}`))
	f.Add(prefix+"UpdateUserPool", []byte(`{"UserPoolId":"POOL","Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}}}`))
	f.Add(prefix+"CreateUserPoolClient", []byte(`{"UserPoolId":"POOL","ClientName":"c","ExplicitAuthFlows":["USER_PASSWORD_AUTH"],`+
		`"RefreshTokenValidity":9,"TokenValidityUnits":{"RefreshToken":"days"},"RefreshTokenRotation":{"Feature":"ENABLED"}}`))
	f.Add(prefix+"UpdateUserPoolClient", []byte(`{"UserPoolId":"POOL","ClientId":"CLIENT","WriteAttributes":["email"]}`))
	f.Add(prefix+"ListUsers", []byte(`{"UserPoolId":"POOL","Filter":"username ^= \"a\\\"\"","Limit":1,"PaginationToken":"YQ=="}`))
	f.Add(prefix+"CreateGroup", []byte(`{"UserPoolId":"POOL","GroupName":"g","Precedence":0}`))
	f.Add("nonsense", []byte(`[`))

	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true, AliasAttributes: []string{"email"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(pool.Close)
	if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string, body []byte) {
		body = bytes.ReplaceAll(body, []byte("CLIENT"), []byte(pool.ClientID))
		body = bytes.ReplaceAll(body, []byte("POOL"), []byte(pool.UserPoolID))
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", target)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
		w := httptest.NewRecorder()
		pool.ServeHTTP(w, r)
		if w.Code != http.StatusOK && (w.Code < 400 || w.Code > 499) {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		pool.ResetRequests()
	})
}
