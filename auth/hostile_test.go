package auth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// modulus is the N of Cognito's SRP: the 3072-bit group of RFC 5054.
const modulus = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

func timesModulus(k int64) string {
	n, _ := new(big.Int).SetString(modulus, 16)
	return new(big.Int).Mul(n, big.NewInt(k)).Text(16)
}

func passwordVerifier(b, salt, block, user string) string {
	data, _ := json.Marshal(
		map[string]any{"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": map[string]string{
			"SRP_B": b, "SALT": salt, "SECRET_BLOCK": block, "USER_ID_FOR_SRP": user, "USERNAME": user,
		}},
	)
	return string(data)
}

// brokenAnswers are answers with status 200 that no pool sends.
var brokenAnswers = map[string]string{
	"nothing at all":       "",
	"an empty object":      "{}",
	"null":                 "null",
	"a list":               "[]",
	"HTML":                 "<!DOCTYPE html><title>502</title>",
	"half an object":       `{"AuthenticationResult":{"AccessToken":"ey`,
	"a number for a map":   `{"ChallengeName":"SMS_MFA","ChallengeParameters":7}`,
	"an object for a name": `{"ChallengeName":{},"Session":[]}`,
	"lists as real lists": `{"ChallengeName":"SELECT_MFA_TYPE","Session":"s","ChallengeParameters":{` +
		`"MFAS_CAN_CHOOSE":["SMS_MFA"]}}`,
	"a list that is not JSON": `{"ChallengeName":"SELECT_MFA_TYPE","Session":"s","ChallengeParameters":{` +
		`"MFAS_CAN_CHOOSE":"SMS_MFA"}}`,
	"a set-up list of numbers": `{"ChallengeName":"MFA_SETUP","Session":"s","ChallengeParameters":{` +
		`"MFAS_CAN_SETUP":"[1,2]"}}`,
	"attributes that are not JSON": `{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"s","ChallengeParameters":{` +
		`"requiredAttributes":"{"}}`,
	"no factor to set up": `{"ChallengeName":"MFA_SETUP","Session":"s","ChallengeParameters":{` +
		`"MFAS_CAN_SETUP":"[]"}}`,
	"tokens without a token":    `{"AuthenticationResult":{}}`,
	"tokens that are not JWTs":  `{"AuthenticationResult":{"AccessToken":"abc","IdToken":"def"}}`,
	"a token without signature": `{"AuthenticationResult":{"AccessToken":"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."}}`,
	"a token of three million dots": `{"AuthenticationResult":{"AccessToken":"` +
		strings.Repeat(".", maxAnswer/2) + `"}}`,
	"an endless challenge session": `{"ChallengeName":"SMS_MFA","Session":"` + strings.Repeat("s", 100_000) + `"}`,
	"endless parameters": `{"ChallengeName":"CUSTOM_CHALLENGE","Session":"s","ChallengeParameters":{"X":"` +
		strings.Repeat("x", 500_000) + `"}}`,
	"endless first factors": `{"ChallengeName":"SELECT_CHALLENGE","Session":"s","AvailableChallenges":[` +
		strings.Repeat(`"",`, 300_000) + `""]}`,
	"an endless answer":         `{"X":"` + strings.Repeat("x", 5_000_000) + `"}`,
	"deep nesting":              strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000),
	"an endless name":           `{"ChallengeName":"` + strings.Repeat("N", 1000) + `","Session":"s"}`,
	"B = 0":                     passwordVerifier("0", "aa", "c2VjcmV0", "alice"),
	"B = N":                     passwordVerifier(timesModulus(1), "aa", "c2VjcmV0", "alice"),
	"B = 2N":                    passwordVerifier(timesModulus(2), "aa", "c2VjcmV0", "alice"),
	"B negative":                passwordVerifier("-5", "aa", "c2VjcmV0", "alice"),
	"B not hex":                 passwordVerifier("g00d", "aa", "c2VjcmV0", "alice"),
	"B endless":                 passwordVerifier(strings.Repeat("f", 400_00), "aa", "c2VjcmV0", "alice"),
	"B missing":                 passwordVerifier("", "aa", "c2VjcmV0", "alice"),
	"salt missing":              passwordVerifier("5", "", "c2VjcmV0", "alice"),
	"secret block not base64":   passwordVerifier("5", "aa", "!", "alice"),
	"secret block missing":      passwordVerifier("5", "aa", "", "alice"),
	"no user to hash":           passwordVerifier("5", "aa", "c2VjcmV0", ""),
	"no parameters for the SRP": `{"ChallengeName":"PASSWORD_VERIFIER"}`,
}

const maxAnswer = 1 << 20

func TestBrokenAnswersToSignIn(t *testing.T) {
	t.Parallel()
	for name, answer := range brokenAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := newClient(t, newScript(t, answer).config()).Session("test")
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			requireTyped(t, err)
			require.NoError(t, ctx.Err())
			_, err = session.CurrentUser(ctx)
			assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
		})
	}
}

func TestBrokenAnswersKeepTheSignInUnderWay(t *testing.T) {
	t.Parallel()
	smsChallenge := `{"ChallengeName":"SMS_MFA","Session":"session-of-twenty-characters","ChallengeParameters":{` +
		`"USERNAME":"alice"}}`
	for _, name := range []string{
		"nothing at all", "an empty object", "HTML", "half an object", "an endless answer", "tokens that are not JWTs",
		"an endless challenge session",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newScript(t, smsChallenge, brokenAnswers[name], smsChallenge)
			session := newClient(t, server.config()).Session("test")
			ctx := context.Background()
			_, err := session.SignIn(ctx,
				auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
			require.NoError(t, err)
			_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "123456"})
			requireTyped(t, err)
			out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "123456"})
			require.NoError(t, err)
			assert.Equal(t, auth.StepConfirmSignInWithSMSCode, out.NextStep.Name())
			assert.Equal(t, "session-of-twenty-characters", server.requests[2]["Session"])
		})
	}
}

// brokenErrors are failures in a form that Cognito does not send.
var brokenErrors = map[string]struct {
	status int
	body   string
	want   auth.ErrorCode
}{
	"HTML":                    {502, "<html>Bad Gateway</html>", auth.ErrOutcomeUnknown},
	"nothing":                 {503, "", auth.ErrOutcomeUnknown},
	"a redirect":              {307, "", auth.ErrUnexpectedResponse},
	"a list":                  {400, "[1,2]", auth.ErrUnexpectedResponse},
	"a type that is a number": {400, `{"__type":7,"message":[]}`, auth.ErrUnexpectedResponse},
	"a code with a namespace": {
		400, `{"__type":"com.amazonaws.cognito#NotAuthorizedException","message":"x"}`, auth.ErrNotAuthorized,
	},
	"an unknown code": {400, `{"__type":"BrandNewException","message":"x"}`, "BrandNewException"},
	"an endless message": {
		400, `{"__type":"NotAuthorizedException","message":"` + strings.Repeat("é", 100_000) + `"}`,
		auth.ErrNotAuthorized,
	},
	"a message with the value": {
		400,
		`{"__type":"InvalidParameterException","message":"1 validation error detected: ` +
			`Value '` + password + `' at 'password' failed to satisfy constraint: x"}`,
		auth.ErrInvalidParameter,
	},
}

func TestBrokenErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range brokenErrors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			t.Cleanup(server.Close)
			session := newClient(t,
				auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: server.URL}).Session("test")
			_, err := session.SignUp(context.Background(), auth.SignUpInput{Username: "alice", Password: password})
			require.ErrorIs(t, err, tt.want)
			assert.Less(t, len(err.Error()), 1000)
			assert.NotContains(t, err.Error(), password)
		})
	}
}

// TestBrokenAnswersToTheTOTPVerbs answers with a 200 that lacks what the verb needs.
func TestBrokenAnswersToTheTOTPVerbs(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(context.Context, *auth.Session) error{
		"SetUpTOTP": func(ctx context.Context, s *auth.Session) error {
			_, err := mfa.SetUpTOTP(ctx, s)
			return err
		},
		"VerifyTOTPSetup": func(ctx context.Context, s *auth.Session) error {
			return mfa.VerifyTOTPSetup(ctx, s, mfa.VerifyTOTPSetupInput{Code: "123456"})
		},
	}
	for verb, call := range verbs {
		for name, answer := range map[string]string{
			"empty": "{}", "error status": `{"Status":"ERROR"}`, "HTML": "<html>",
			"wrong types": `{"SecretCode":{},"Status":7}`,
		} {
			t.Run(verb+", "+name, func(t *testing.T) {
				t.Parallel()
				server := newScript(t, fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q}}`, unsignedToken()),
					answer)
				session := newClient(t, server.config()).Session("test")
				_, err := session.SignIn(context.Background(),
					auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
				require.NoError(t, err)
				requireTyped(t, call(context.Background(), session))
			})
		}
	}
}

// unsignedToken returns a token in the form of an access token. The client does not check its
// signature.
func unsignedToken() string { return unsignedTokenOf("id-of-alice") }

func unsignedTokenOf(sub string) string {
	return unsignedTokenWith(fmt.Sprintf(`{"sub":%q,"username":"alice","exp":4102444800,"iat":1}`, sub))
}

func unsignedTokenWith(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + encode([]byte(claims)) + "." + encode(
		[]byte("signature"))
}

// requireTyped requires an *auth.Error with an Op and a Code, and a short text.
func requireTyped(t *testing.T, err error) {
	t.Helper()
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.NotEmpty(t, e.Op)
	assert.NotEmpty(t, e.Code)
	assert.Less(t, len(err.Error()), 1000)
}

func FuzzAnswers(f *testing.F) {
	for _, answer := range brokenAnswers {
		if len(answer) < 4096 {
			f.Add([]byte(answer), []byte(answer))
		}
	}
	f.Add(
		[]byte(
			`{"ChallengeName":"SELECT_MFA_TYPE","Session":"s","ChallengeParameters":{`+
				`"MFAS_CAN_CHOOSE":"[\"SMS_MFA\"]"}}`),
		[]byte(`{"ChallengeName":"SMS_MFA","Session":"t"}`),
	)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		transport := answers{first, second}
		cfg := auth.Config{
			UserPoolID: "us-east-1_Script", ClientID: "client", HTTPClient: &http.Client{Transport: &transport},
		}
		session := newClient(t, cfg).Session("test")
		ctx := context.Background()
		_, err := session.SignIn(ctx,
			auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
		if err != nil {
			requireTyped(t, err)
			return
		}
		if _, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "SMS"}); err != nil {
			requireTyped(t, err)
		}
	})
}

// answers is an http.RoundTripper that returns two answers, and the second one from then on.
type answers [2][]byte

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	recorder.Body = bytes.NewBuffer(a[0])
	a[0] = a[1]
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// TestBrokenAnswersToTheAccountVerbs has a server send answers that Cognito does not send.
func TestBrokenAnswersToTheAccountVerbs(t *testing.T) {
	t.Parallel()
	const page = "<html>"
	verbs := map[string]struct {
		answers []string
		call    func(context.Context, *auth.Session) error
	}{
		"SignUp": {
			[]string{page, "", "{}", `{"UserSub":7}`},
			func(ctx context.Context, s *auth.Session) error {
				return errOf(s.SignUp(ctx, auth.SignUpInput{Username: "bob", Password: password}))
			},
		},
		"ResetPassword": {
			[]string{page, `{"CodeDeliveryDetails":7}`},
			func(ctx context.Context, s *auth.Session) error {
				return resetPassword(ctx, s, nil)
			},
		},
		"ConfirmResetPassword": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
				Username: "alice", NewPassword: newPassword, ConfirmationCode: "123456",
			})
		}},
		"UpdatePassword": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: newPassword})
		}},
		"FetchUserAttributes": {
			[]string{page, `{"UserAttributes":{}}`},
			func(ctx context.Context, s *auth.Session) error {
				_, err := s.FetchUserAttributes(ctx)
				return err
			},
		},
		"UpdateUserAttribute": {[]string{page, `{"CodeDeliveryDetailsList":[7]}`}, changeEmail},
		"SendUserAttributeVerificationCode": {
			[]string{page, `{"CodeDeliveryDetails":[]}`},
			func(ctx context.Context, s *auth.Session) error {
				_, err := s.SendUserAttributeVerificationCode(ctx,
					auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
				return err
			},
		},
		"ConfirmUserAttribute": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.ConfirmUserAttribute(ctx,
				auth.ConfirmUserAttributeInput{UserAttributeKey: "email", ConfirmationCode: "123456"})
		}},
		"DeleteUserAttributes": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"name"}})
		}},
		"DeleteUser": {[]string{page}, func(ctx context.Context, s *auth.Session) error { return s.DeleteUser(ctx) }},
	}
	for verb, hostile := range verbs {
		for _, answer := range hostile.answers {
			t.Run(verb+", "+answer, func(t *testing.T) {
				t.Parallel()
				server := newScript(t, fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q}}`, unsignedToken()),
					answer)
				session := newClient(t, server.config()).Session("test")
				_, err := session.SignIn(context.Background(), auth.SignInInput{
					Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
				})
				require.NoError(t, err)
				err = hostile.call(context.Background(), session)
				requireTyped(t, err)
				require.ErrorIs(t, err, auth.ErrUnexpectedResponse)
				require.Equal(t, auth.StateSignedIn, stateOf(t, session))
			})
		}
	}
}
