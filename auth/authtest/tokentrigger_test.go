package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestPreTokenGeneration(t *testing.T) {
	t.Parallel()
	groups := &authtest.GroupConfiguration{
		GroupsToOverride: []string{"admins"}, IAMRolesToOverride: []string{"arn:aws:iam::1:role/a"}, PreferredRole: "arn:aws:iam::1:role/a",
	}
	first := func(r *authtest.PreTokenGenerationResponse) {
		r.ClaimsOverrideDetails = &authtest.ClaimsOverrideDetails{
			ClaimsToAddOrOverride: map[string]string{"tenant": "acme", "email": "other@example.com", "sub": "nobody", "aud": "x"},
			ClaimsToSuppress:      []string{"nickname", "exp", "cognito:username"},
			GroupOverrideDetails:  groups,
		}
	}
	second := func(r *authtest.PreTokenGenerationResponse) {
		r.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
			IDTokenGeneration: authtest.TokenGeneration{
				ClaimsToAddOrOverride: map[string]any{"tenant": "acme", "email": "other@example.com"},
				ClaimsToSuppress:      []string{"nickname"},
			},
			AccessTokenGeneration: authtest.TokenGeneration{
				ClaimsToAddOrOverride: map[string]any{"tenant": map[string]any{"id": "acme"}, "client_id": "x"},
				ScopesToAdd:           []string{"orders.read"},
			},
			GroupOverrideDetails: groups,
		}
	}
	for name, respond := range map[string]func(*authtest.PreTokenGenerationResponse){"version 1": first, "version 2": second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := alice()
			u.Attributes["nickname"] = "Al"
			f := start(t, authtest.Config{Triggers: authtest.Triggers{
				PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
					respond(&e.Response)
					return nil
				},
			}}, u)
			result := f.signIn("alice", password).tokens()
			refreshed := f.call("GetTokensFromRefreshToken", object{
				"ClientId": f.ClientID, "RefreshToken": result["RefreshToken"],
			}).ok()["AuthenticationResult"].(object)
			for _, tokens := range []object{result, refreshed} {
				claims := f.claims(tokens)
				assert.Equal(t, "acme", claims.id["tenant"])
				assert.Equal(t, "other@example.com", claims.id["email"])
				assert.NotContains(t, claims.id, "nickname")
				assert.Equal(t, "alice", claims.id["cognito:username"])
				assert.Equal(t, f.ClientID, claims.id["aud"])
				assert.NotEqual(t, "nobody", claims.id["sub"])
				assert.Contains(t, claims.id, "exp")
				assert.Equal(t, []any{"admins"}, claims.id["cognito:groups"])
				assert.Equal(t, []any{"admins"}, claims.access["cognito:groups"])
				assert.Equal(t, []any{"arn:aws:iam::1:role/a"}, claims.id["cognito:roles"])
				assert.Equal(t, "arn:aws:iam::1:role/a", claims.id["cognito:preferred_role"])
				assert.Equal(t, f.ClientID, claims.access["client_id"])
				if name == "version 1" {
					assert.NotContains(t, claims.access, "tenant")
					continue
				}
				assert.Equal(t, object{"id": "acme"}, claims.access["tenant"])
				assert.Equal(t, "aws.cognito.signin.user.admin orders.read", claims.access["scope"])
			}
		})
	}
}

// Without the scope of the API, an access token is no use for it.
func TestPreTokenGenerationSuppressesTheScope(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Triggers: authtest.Triggers{
		PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
			assert.Equal(t, []string{"aws.cognito.signin.user.admin"}, e.Request.Scopes)
			e.Response.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
				AccessTokenGeneration: authtest.TokenGeneration{ScopesToSuppress: e.Request.Scopes},
			}
			return nil
		},
	}}, alice())
	f.call("GetUser", object{"AccessToken": f.accessToken("alice")}).
		fails("NotAuthorizedException", "Access Token does not have required scopes")
}
