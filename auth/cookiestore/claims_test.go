package cookiestore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

// signedIn returns a browser with the cookies that Amplify sets for tokens with these claims, added
// to those of alice.
func signedIn(t *testing.T, a *app, access, id map[string]any) *browser {
	t.Helper()
	sign := func(base, more map[string]any) string {
		claims := map[string]any{"sub": "1f0c2d3e-aaaa-bbbb-cccc-0123456789ab", "auth_time": a.pool.Now().Unix()}
		for _, all := range []map[string]any{base, more} {
			for name, value := range all {
				claims[name] = value
			}
		}
		return a.pool.Sign(claims)
	}
	names := amplifyNames(a, "alice")
	return with(t, newBrowser(t), func(c map[string]string) {
		c[names[0]] = "alice"
		c[names[1]] = sign(map[string]any{"username": "alice", "scope": "aws.cognito.signin.user.admin"}, access)
		c[names[2]] = sign(map[string]any{"token_use": "id", "cognito:username": "alice"}, id)
		c[names[3]] = "refresh"
		c[names[5]] = `{%22loginId%22:%22admin@example.com%22}`
	})
}

// TestClaimsOfTheOtherKind_refuseNoToken: a trigger may add to one kind of token what means
// something in the other, with any type.
func TestClaimsOfTheOtherKind_refuseNoToken(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	for _, odd := range []any{7, 1.5, true, []string{"a", "b"}, map[string]any{"a": 1}, json.RawMessage("null"), "", "bob"} {
		b := signedIn(t, a, map[string]any{
			"email": odd, "email_verified": odd, "phone_number": odd, "phone_number_verified": odd, "cognito:username": odd,
			"identities": odd, "nonce": odd, "at_hash": odd,
		}, map[string]any{"client_id": odd, "scope": odd, "username": odd, "device_key": odd, "version": odd})
		for range 2 { // the second time it is remembered
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.NoError(t, err, odd)
				assert.Equal(t, "alice", got.AccessToken.Username)
				assert.NotEmpty(t, got.IDToken.Raw, "%v", odd)
				assert.Equal(t, got.UserSub, got.IDToken.Subject)
				user, err := session.CurrentUser(ctx)
				require.NoError(t, err)
				assert.Equal(t, "alice", user.Username)
				assert.Empty(t, user.SignInDetails.LoginID)
			})
		}
	}
}

// TestClaimsThatDifferInCase_areOthers: a trigger may have added them.
func TestClaimsThatDifferInCase_areOthers(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	b := signedIn(t, a, map[string]any{"Sub": "x", "USERNAME": "admin@example.com"}, map[string]any{
		"SUB": "y", "Email": "admin@example.com", "Email_Verified": true, "PHONE_NUMBER": "admin@example.com", "Phone_Number_verified": "true",
	})
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.NotEmpty(t, got.IDToken.Raw)
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Empty(t, user.SignInDetails.LoginID)
	})
}

// TestLoginID_isProvedByAVerifiedClaim, whose value Cognito writes in two ways.
func TestLoginID_isProvedByAVerifiedClaim(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	for verified, want := range map[any]string{true: "admin@example.com", "true": "admin@example.com", false: "", "false": "", "TRUE": "", 1: ""} {
		b := signedIn(t, a, nil, map[string]any{"email": "admin@example.com", "email_verified": verified})
		b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
			user, err := session.CurrentUser(ctx)
			require.NoError(t, err)
			assert.Equal(t, want, user.SignInDetails.LoginID, "%v", verified)
		})
	}
}

// setIssuer switches the pool to one of its issuers.
func setIssuer(t *testing.T, pool *authtest.Pool, issuer types.IssuerType) {
	t.Helper()
	api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(pool.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "a-secret-of-a-test"}, nil
		}),
	})
	_, err := api.UpdateUserPool(t.Context(), &cognitoidentityprovider.UpdateUserPoolInput{
		UserPoolId: &pool.UserPoolID, IssuerConfiguration: &types.IssuerConfigurationType{Type: issuer},
	})
	require.NoError(t, err)
}

// TestSwitchOfTheIssuer_signsNobodyOut: tokens from before stay valid and are renewed to those of
// the other issuer, there and back.
func TestSwitchOfTheIssuer_signsNobodyOut(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b, waiting, old := newBrowser(t), newBrowser(t), expired(t, a)
	b.signIn(t, a)
	waiting.signIn(t, a)
	original, updated := "https://cognito-idp.us-east-1.", "https://issuer-cognito-idp.us-east-1."
	for _, step := range []struct {
		set    types.IssuerType
		before string
		after  string
	}{{types.IssuerTypeUpdated, original, updated}, {types.IssuerTypeOriginal, updated, original}} {
		setIssuer(t, a.pool, step.set)
		assert.Equal(t, "alice", waiting.who(t, a))
		for _, look := range []struct {
			in   auth.FetchAuthSessionInput
			want string
		}{{auth.FetchAuthSessionInput{}, step.before}, {force, step.after}, {auth.FetchAuthSessionInput{}, step.after}} {
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				got, err := session.FetchAuthSession(ctx, look.in)
				require.NoError(t, err)
				for _, token := range []auth.Token{got.AccessToken, got.IDToken} {
					var claims struct {
						Iss string `json:"iss"`
					}
					require.NoError(t, token.Claims(&claims))
					assert.Equal(t, look.want+"amazonaws.com/"+a.pool.UserPoolID, claims.Iss)
				}
			})
		}
	}
	assert.Equal(t, "alice", old.who(t, a), "tokens that expired before the switch are renewed")
	sent, refused := refreshes(a)
	assert.Equal(t, 3, sent)
	assert.Zero(t, refused)
}

// TestTokensOfTwoIssuers_areOneSession: a switch may come between two tokens.
func TestTokensOfTwoIssuers_areOneSession(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	updated := "https://issuer-cognito-idp.us-east-1.amazonaws.com/" + a.pool.UserPoolID
	for _, issuers := range [][2]string{{a.pool.Issuer(), updated}, {updated, a.pool.Issuer()}, {updated, updated}} {
		b := signedIn(t, a, map[string]any{"iss": issuers[0]}, map[string]any{"iss": issuers[1]})
		b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			assert.NotEmpty(t, got.IDToken.Raw)
		})
	}
}

// TestOtherIssuers_signNobodyIn, unless they are configured.
func TestOtherIssuers_signNobodyIn(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	id := a.pool.UserPoolID
	replica := "https://cognito-idp.eu-west-1.amazonaws.com/" + id
	trusting := newApp(t, a.pool, func(cfg *cookiestore.Config) { cfg.Pool.Issuers = []string{replica} })
	for _, iss := range []string{
		replica, "https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + id, "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other",
		a.pool.Issuer() + "/", strings.ToUpper(a.pool.Issuer()), a.pool.Issuer() + ".evil.example", "http" + strings.TrimPrefix(a.pool.Issuer(), "https"),
		"https://cognito-idp.us-east-1.amazonaws.com.cn/" + id, "cognito-idp.us-east-1.amazonaws.com/" + id, "",
	} {
		b := signedIn(t, a, map[string]any{"iss": iss}, map[string]any{"iss": iss})
		assert.Empty(t, b.who(t, a), iss)
		if iss == replica {
			assert.Equal(t, "alice", b.who(t, trusting))
		}
		half := signedIn(t, a, nil, map[string]any{"iss": iss})
		half.do(t.Context(), a, hasNoIDToken(t))
	}
}

// TestIssuer_isThatOfThePartition: the region is in the pool's id.
func TestIssuer_isThatOfThePartition(t *testing.T) {
	t.Parallel()
	for region, domain := range map[string]string{
		"us-gov-west-1": "amazonaws.com", "cn-north-1": "amazonaws.com.cn", "eusc-de-east-1": "amazonaws.eu", "us-iso-east-1": "c2s.ic.gov",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			a, b := appWith(t, authtest.Config{Region: region}), newBrowser(t)
			assert.Equal(t, fmt.Sprintf("https://cognito-idp.%s.%s/%s", region, domain, a.pool.UserPoolID), a.pool.Issuer())
			b.signIn(t, a)
			assert.Equal(t, "alice", b.who(t, a))
			response := b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
				_, err := a.session(ctx).FetchAuthSession(ctx, force)
				require.NoError(t, err)
			})
			assert.NotEmpty(t, response.Cookies())
		})
	}
}
