package authtest_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// startSocial starts a pool whose users can sign in with Google, where Anna has an account.
func startSocial(t *testing.T, cfg authtest.Config, users ...authtest.User) *fixture {
	t.Helper()
	cfg.ManagedLogin.Providers = []string{"Google", "Acme"}
	f := startPages(t, cfg, users...)
	require.NoError(t, f.SetSocialUser(anna("anna@example.com")))
	return f
}

func anna(email string) authtest.SocialUser {
	return authtest.SocialUser{Provider: "Google", Subject: "1234", Claims: map[string]any{
		"email": email, "email_verified": true, "name": "Anna", "locale": "de",
	}}
}

const asAnna = "person-1234"

// google begins a sign-in with Google, on its page unless the browser has a session.
func (s *surfer) google(changes ...string) *surfer {
	s.f.t.Helper()
	return s.begin(append([]string{"identity_provider", "Google"}, changes...)...)
}

// refused requires that the app was told an error.
func (s *surfer) refused(code, description string) {
	s.f.t.Helper()
	require.NotNil(s.f.t, s.callback, s.text)
	want := url.Values{"error": {code}, "state": {state}}
	if description != "" {
		want.Set("error_description", description)
	}
	assert.Equal(s.f.t, want, s.callback.Query())
}

func TestSocialSignIn(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	s := f.surf().begin().shows("Sign in")
	assert.Contains(t, s.text, `id="provider-Google"`)
	s.google("scope", "openid").shows("Sign in with Google")
	body := f.exchange(s.submit(asAnna).code()).ok()
	claims := f.claims(tokensOf(body))
	group := f.UserPoolID + "_Google"
	assert.Equal(t, "google_1234", claims.id["cognito:username"])
	assert.Equal(t, nonce, claims.id["nonce"])
	assert.Equal(t, "anna@example.com", claims.id["email"])
	assert.NotEqual(t, true, claims.id["email_verified"], "an address is not verified unless that is mapped")
	assert.Equal(t, "Anna", claims.id["name"])
	assert.NotContains(t, claims.id, "locale", "what is not mapped is dropped")
	assert.Equal(t, []any{group}, claims.access["cognito:groups"])
	identity := claims.id["identities"].([]any)[0].(object)
	assert.Regexp(t, `^\d{13}$`, identity["dateCreated"])
	delete(identity, "dateCreated")
	assert.Equal(t, object{
		"userId": "1234", "providerName": "Google", "providerType": "Google", "issuer": nil, "primary": "true",
	}, identity)

	user := f.admin("AdminGetUser", object{"Username": "Google_1234"}).ok()
	assert.Equal(t, "EXTERNAL_PROVIDER", user["UserStatus"])
	var identities []object
	require.NoError(t, json.Unmarshal([]byte(f.attributes("google_1234")["identities"]), &identities))
	assert.Equal(t, true, identities[0]["primary"])

	f.signIn("google_1234", password).fails("NotAuthorizedException", wrongPassword)
	f.forgot("google_1234").failsWith("InvalidParameterException")
	assert.Equal(t, identities[0]["userId"], "1234")
	f.unviolated()
}

// The session of the browser counts for the identity provider that it comes from.
func TestSessionOfASocialSignIn(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	s := f.surf().google().submit(asAnna)
	s.begin().code()
	s.google().code()
	s.begin("identity_provider", "COGNITO").shows("Sign in")
	s.begin("identity_provider", "Acme").shows("Sign in with Acme")
	s.google("prompt", "login select_account").shows("Sign in with Google")
	assert.Equal(t, "login select_account", s.url.Query().Get("prompt"), "the provider is told")
	s.open("logout?client_id=" + f.ClientID + "&logout_uri=" + url.QueryEscape(logoutURL))
	s.google().shows("Sign in with Google")
}

// The login_hint of an app fills in the name on the page, or goes to a provider that knows it.
func TestLoginHint(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{ManagedLogin: authtest.ManagedLogin{
		Providers: []string{"Google", "Acme", "Facebook"},
	}})
	for provider, told := range map[string]string{"Google": "anna", "Acme": "anna", "Facebook": ""} {
		s := f.surf().begin("identity_provider", provider, "login_hint", "anna").shows("Sign in with " + provider)
		assert.Equal(t, told, s.url.Query().Get("login_hint"), provider)
	}
	assert.Contains(t, f.surf().begin("login_hint", "anna").shows("Sign in").text, `value="anna"`)
	ownUsers := f.surf().begin("login_hint", "anna", "identity_provider", "COGNITO").shows("Sign in")
	assert.NotContains(t, ownUsers.text, `value="anna"`, "the app has chosen a provider")
}

// The pool's own nonce leaks into the first ID token if the app sends none.
func TestNonceTrap(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	idNonce := func(s *surfer) any {
		_, id := f.verify(f.exchange(s.code()).ok()["id_token"].(string))
		return id["nonce"]
	}
	s := f.surf().google("nonce", "").shows("Sign in with Google")
	theirs := s.url.Query().Get("nonce")
	assert.NotEmpty(t, theirs)
	assert.Equal(t, theirs, idNonce(s.submit(asAnna)))
	assert.Nil(t, idNonce(s.google("nonce", "")), "it is missing when the browser has a session")
	_, err := f.Authorize(f.authorizeURL("identity_provider", "Google"), "nobody")
	require.ErrorContains(t, err, "nobody with that subject")
	callback, err := f.Authorize(f.authorizeURL("identity_provider", "Google", "nonce", ""), "1234")
	require.NoError(t, err)
	parsed, err := url.Parse(callback)
	require.NoError(t, err)
	assert.NotEmpty(t, idNonce(&surfer{f: f, callback: parsed}))
}

func TestFaultsOfProviders(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{RequiredAttributes: []string{"email"}})
	f.surf().google().submit("cancel").refused("access_denied", "")
	require.NoError(t, f.FailProvider("Google", authtest.ProviderDenies))
	f.surf().google().refused("access_denied", "")
	for fault, description := range map[authtest.ProviderFault]string{
		authtest.ProviderTokenError:      "Google Error - 500 error getting token",
		authtest.ProviderTokenTimeout:    "Timeout occurred in calling IdP token endpoint",
		authtest.ProviderConnectionReset: "Connection reset",
		authtest.ProviderBadSignature:    "Google Error - invalid id_token",
		authtest.ProviderReadTimeout:     "Read timed out",
		authtest.ProviderKeysTimeout:     "error_description=Timeout in calling jwks uri",
	} {
		require.NoError(t, f.FailProvider("Google", fault))
		s := f.surf().google().submit(asAnna)
		s.refused("invalid_request", description)
		s.google().submit(asAnna).code()
	}
	require.NoError(t, f.FailProvider("Google", authtest.ProviderMalformedAnswer))
	f.surf().google().submit(asAnna).refused("server_error", "")
	require.NoError(t, f.SetSocialUser(authtest.SocialUser{Provider: "Google", Subject: "5678"}))
	f.surf().google().submit("person-5678").refused("invalid_request", "attributes required: [email]")
	require.NoError(t, f.SetSocialUser(anna("changed@example.com")))
	f.surf().google().submit(asAnna).code()
	assert.Equal(t, "changed@example.com", f.attributes("google_1234")["email"])

	require.ErrorContains(t, f.SetSocialUser(authtest.SocialUser{Provider: "Google"}), "no Subject")
	require.ErrorContains(t, f.SetSocialUser(authtest.SocialUser{Provider: "Other", Subject: "1"}), `no identity provider "Other"`)
	require.ErrorContains(t, f.FailProvider("Other", authtest.ProviderDenies), `no identity provider "Other"`)
	require.ErrorContains(t, f.FailProvider("Google", "rain"), `no fault "rain"`)
}

// A sign-in without a page fails as one in a browser does.
func TestFaultsOfProvidersWithoutAPage(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	authorize := func() *surfer {
		callback, err := f.Authorize(f.authorizeURL("identity_provider", "Google"), "1234")
		require.NoError(t, err)
		parsed, err := url.Parse(callback)
		require.NoError(t, err)
		return &surfer{f: f, callback: parsed}
	}
	for fault, want := range map[authtest.ProviderFault][2]string{
		authtest.ProviderDenies:          {"access_denied", ""},
		authtest.ProviderTokenError:      {"invalid_request", "Google Error - 500 error getting token"},
		authtest.ProviderTokenTimeout:    {"invalid_request", "Timeout occurred in calling IdP token endpoint"},
		authtest.ProviderConnectionReset: {"invalid_request", "Connection reset"},
		authtest.ProviderReadTimeout:     {"invalid_request", "Read timed out"},
		authtest.ProviderKeysTimeout:     {"invalid_request", "error_description=Timeout in calling jwks uri"},
		authtest.ProviderBadSignature:    {"invalid_request", "Google Error - invalid id_token"},
		authtest.ProviderMalformedAnswer: {"server_error", ""},
	} {
		require.NoError(t, f.FailProvider("Google", fault))
		authorize().refused(want[0], want[1])
		authorize().code()
	}
}

func TestProvidersOverHTTP(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	status, _, text := f.do("POST", "_pool/social-users", `{"provider":"Acme","subject":"7","claims":{"email":"bob@example.com"}}`)
	assert.Equal(t, 204, status, text)
	status, _, text = f.do("POST", "_pool/provider-faults", `{"provider":"Acme","fault":"denies"}`)
	assert.Equal(t, 204, status, text)
	s := f.surf().begin("identity_provider", "Acme")
	s.refused("access_denied", "")
	s.begin("identity_provider", "Acme").submit("person-7").code()
	assert.Equal(t, "bob@example.com", f.attributes("acme_7")["email"])
	for path, body := range map[string]string{
		"_pool/social-users": `{"provider":"Other","subject":"7"}`, "_pool/provider-faults": `{"provider":"Acme","fault":"rain"}`,
	} {
		status, _, _ := f.do("POST", path, body)
		assert.Equal(t, 400, status)
	}
	status, _, text = f.do("POST", "_pool/provider-faults", `{"provider":"Other","fault":"denies"}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, text, `no identity provider "Other"`)
}

// A callback that this browser did not ask for signs nobody in.
func TestProviderCallbackOfAnotherBrowser(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	s := f.surf().google()
	query := s.url.Query()
	action, values := s.form(asAnna)
	f.surf().post(action, values).complains("Error", "Something went wrong")
	s.open("oauth2/idpresponse?code=x&state="+url.QueryEscape(query.Get("state"))).refused("invalid_request", "Google Error - 400 error getting token")
	s.open("oauth2/idpresponse?code=x&state="+url.QueryEscape(query.Get("state"))).complains("Error", "Something went wrong")
	f.surf().open("oauth2/idpresponse?code=x").complains("Error", "Something went wrong")
	s.google()
	f.Advance(5 * time.Minute)
	s.submit(asAnna).complains("Error", "Something went wrong")
}

// Two tabs at the provider do not disturb each other.
func TestTwoTabsAtAProvider(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	first := f.surf().google()
	second := *first
	second.google().submit(asAnna).code()
	first.submit(asAnna).code()
}

func TestAttributeMapping(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{}, alice())
	f.admin("UpdateIdentityProvider", object{"ProviderName": "Google", "AttributeMapping": object{
		"email": "email", "email_verified": "email_verified", "nickname": "name",
	}}).ok()
	f.surf().google().submit(asAnna).code()
	attributes := f.attributes("google_1234")
	assert.Equal(t, "true", attributes["email_verified"])
	assert.Equal(t, "Anna", attributes["nickname"])

	client := f.createClient(object{
		"CallbackURLs": []string{callbackURL}, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"code"},
		"AllowedOAuthScopes": []string{"openid", "email"}, "SupportedIdentityProviders": []string{"Google"},
		"WriteAttributes": []string{"email"},
	})
	require.NoError(t, f.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com", "name": "Changed"},
	}))
	s := client.surf().begin()
	assert.NotContains(t, s.text, `id="login"`, "the client has no users of the pool itself")
	form := url.Values{"_csrf": {s.cookie("XSRF-TOKEN")}, "username": {"alice"}, "password": {password}}
	s.post("login?"+s.url.RawQuery, form).complains("Error", "An error was encountered with the requested page.")
	s.post("login?"+f.authorizeQuery().Encode(), form).code()
	s.google().submit(asAnna).code()
	assert.Equal(t, "Anna", f.attributes("google_1234")["nickname"], "what the client may not write is dropped")
}

func TestTriggersOfSocialSignIns(t *testing.T) {
	t.Parallel()
	var sources []string
	f := startSocial(t, authtest.Config{Triggers: authtest.Triggers{
		PreSignUp: func(e *authtest.PreSignUpEvent) error {
			sources = append(sources, e.TriggerSource+" "+e.UserName)
			return nil
		},
		PostConfirmation: func(e *authtest.PostConfirmationEvent) error {
			sources = append(sources, e.TriggerSource)
			return nil
		},
		PostAuthentication: func(e *authtest.PostAuthenticationEvent) error {
			sources = append(sources, e.TriggerSource)
			return nil
		},
	}})
	f.surf().google().submit(asAnna).code()
	assert.Equal(t, []string{"PreSignUp_ExternalProvider google_1234", "PostConfirmation_ConfirmSignUp"}, sources)
	sources = nil
	f.surf().google().submit(asAnna).code()
	assert.Equal(t, []string{"PostAuthentication_Authentication"}, sources)
}

// Refusals of triggers, and of the mapping, are quoted to the app.
func TestRefusalsOfSocialSignIns(t *testing.T) {
	t.Parallel()
	var deny error
	f := startSocial(t, authtest.Config{Triggers: authtest.Triggers{
		PreSignUp:         func(*authtest.PreSignUpEvent) error { return deny },
		PreAuthentication: func(*authtest.PreAuthenticationEvent) error { return deny },
	}})
	deny = errors.New("members only")
	f.surf().google().submit(asAnna).refused("invalid_request", "PreSignUp failed with error members only.")
	deny = nil
	f.surf().google().submit(asAnna).code()
	deny = errors.New("closed until eight")
	f.surf().google().submit(asAnna).
		refused("invalid_request", "PreAuthentication failed with error closed until eight.")
	deny = nil
	f.admin("AddCustomAttributes", object{"CustomAttributes": []object{
		{"Name": "badge", "AttributeDataType": "String", "Mutable": false},
	}}).ok()
	f.admin("UpdateIdentityProvider", object{
		"ProviderName": "Google", "AttributeMapping": object{"custom:badge": "name"},
	}).ok()
	f.admin("UpdateUserPoolClient", object{
		"ClientId": f.ClientID, "WriteAttributes": []string{"custom:badge"}, "CallbackURLs": []string{callbackURL},
		"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"code"},
		"AllowedOAuthScopes": []string{"openid", "email"}, "SupportedIdentityProviders": []string{"Google"},
	}).ok()
	f.surf().google().submit(asAnna).
		refused("invalid_request", "user.custom:badge: Attribute cannot be updated. (changing an immutable attribute)")
}

// The API refreshes the tokens of a federated sign-in, with the claims that only they have.
func TestRefreshOfASocialSignInByTheAPI(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	body := f.exchange(f.surf().google().submit(asAnna).code()).ok()
	before := f.claims(tokensOf(body))
	r := f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": body["refresh_token"]})
	after := f.claims(r.ok()["AuthenticationResult"].(object))
	for _, name := range []string{"identities", "cognito:groups", "cognito:username", "email"} {
		require.NotEmpty(t, before.id[name], name)
		assert.Equal(t, before.id[name], after.id[name], name)
	}
	info := f.userInfo(body["access_token"].(string)).ok()
	assert.NotContains(t, info, "cognito:groups")
	assert.IsType(t, "", info["identities"])
}

func link(f *fixture, username, subject string) reply {
	return f.admin("AdminLinkProviderForUser", object{
		"DestinationUser": object{"ProviderName": "Cognito", "ProviderAttributeValue": username},
		"SourceUser": object{
			"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject,
		},
	})
}

// A person who was linked in time signs in as the user.
func TestLinkedUser(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{}, alice())
	link(f, "alice", "1234").ok()
	claims := f.claims(tokensOf(f.exchange(f.surf().google().submit(asAnna).code()).ok()))
	assert.Equal(t, "alice", claims.access["username"])
	assert.NotContains(t, claims.access, "cognito:groups")
	assert.Equal(t, "false", claims.id["identities"].([]any)[0].(object)["primary"])

	link(f, "alice", "1234").fails("InvalidParameterException", "SourceUser is already linked to DestinationUser")
	link(f, "nobody", "1").failsWith("UserNotFoundException")
	for _, subject := range []string{"1", "2", "3", "4"} {
		link(f, "alice", subject).ok()
	}
	link(f, "alice", "5").failsWith("LimitExceededException")
	f.admin("AdminLinkProviderForUser", object{
		"DestinationUser": object{"ProviderName": "Cognito", "ProviderAttributeValue": "alice"},
		"SourceUser":      object{"ProviderName": "Google", "ProviderAttributeName": "email", "ProviderAttributeValue": email},
	}).failsWith("InvalidParameterException")

	f.admin("AdminDisableProviderForUser", object{
		"User": object{"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1234"},
	}).ok()
	assert.NotContains(t, f.attributes("alice"), "identities")
	claims = f.claims(tokensOf(f.exchange(f.surf().google().submit(asAnna).code()).ok()))
	assert.Equal(t, "google_1234", claims.access["username"])
	link(f, "alice", "1234").fails("InvalidParameterException",
		"Merging is not currently supported, provide a SourceUser that does not exist")
}

// A link ends with the user: the person signs in as a user of its own, or can be linked again.
func TestLinksOfADeletedUser(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{}, alice())
	link(f, "alice", "1234").ok()
	link(f, "alice", "5678").ok()
	f.empty("AdminDeleteUser", object{"UserPoolId": f.UserPoolID, "Username": "alice"})
	claims := f.claims(tokensOf(f.exchange(f.surf().google().submit(asAnna).code()).ok()))
	assert.Equal(t, "google_1234", claims.access["username"])
	require.NoError(t, f.AddUser(alice()))
	link(f, "alice", "5678").ok()
}

// The sign-in during which a trigger links the person fails, and the next one succeeds.
func TestFirstSignInAfterLinkingFails(t *testing.T) {
	t.Parallel()
	var f *fixture
	f = startSocial(t, authtest.Config{Triggers: authtest.Triggers{
		PreSignUp: func(*authtest.PreSignUpEvent) error {
			link(f, "alice", "1234").ok()
			return nil
		},
	}}, alice())
	s := f.surf().google().submit(asAnna)
	s.refused("invalid_request", "Already found an entry for username Google_1234")
	claims := f.claims(tokensOf(f.exchange(s.google().submit(asAnna).code()).ok()))
	assert.Equal(t, "alice", claims.access["username"])
}
