package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// newAuthenticator returns a virtual browser on a page of the relying party.
func newAuthenticator() *authtest.Authenticator { return &authtest.Authenticator{Origin: origin} }

// register makes a passkey for somebody who is signed in. It returns the answers to both requests.
func (l *lab) register(ctx context.Context, access string, key *authtest.Authenticator) (started, completed answer) {
	started = l.withToken(ctx, "StartWebAuthnRegistration", access)
	if l.err != nil || started.code() != "" {
		return started, nothing()
	}
	options, err := json.Marshal(started.members["CredentialCreationOptions"])
	if err != nil {
		l.fail(err)
		return started, nothing()
	}
	credential, err := key.Create(options)
	if err != nil {
		l.fail(fmt.Errorf("the authenticator: %w", err))
		return started, nothing()
	}
	return started, l.withToken(ctx, "CompleteWebAuthnRegistration", access, body{"Credential": credential})
}

// withPasskey returns a user with a passkey.
func (l *lab) withPasskey(ctx context.Context) (*person, *authtest.Authenticator) {
	p, key := l.person(ctx), newAuthenticator()
	started, completed := l.register(ctx, l.access(ctx, p), key)
	for _, got := range []answer{started, completed} {
		if l.err == nil && got.code() != "" {
			l.fail(&refusal{answer: got})
		}
	}
	return p, key
}

// credential signs the options of a WEB_AUTHN challenge.
func (l *lab) credential(challenge answer, key *authtest.Authenticator) body {
	if l.err != nil {
		return nil
	}
	options := challenge.parameter("CREDENTIAL_REQUEST_OPTIONS")
	if options == "" {
		l.fail(&refusal{answer: challenge})
		return nil
	}
	signed, err := key.Get(json.RawMessage(options))
	if err != nil {
		l.fail(fmt.Errorf("the authenticator: %w", err))
	}
	return body{"CREDENTIAL": string(signed)}
}

func (l *lab) byPasskey(ctx context.Context, p *person) answer {
	return l.initiate(ctx, p, "USER_AUTH", body{"PREFERRED_CHALLENGE": "WEB_AUTHN"})
}

// passkeyChecks are about passkeys, by a virtual authenticator.
func passkeyChecks() []check {
	return []check{
		{
			name: "passkey/registration", source: "R12", pool: choice(),
			about: "members of CredentialCreationOptions and the timeout, and the end of the registration",
			expected: then(
				"{CredentialCreationOptions} "+
					"{authenticatorSelection challenge excludeCredentials pubKeyCredParams rp timeout user} "+
					"timeout 60000 {requireResidentKey residentKey userVerification}",
				done,
			),
			measure: func(ctx context.Context, l *lab) string {
				started, completed := l.register(ctx, l.access(ctx, l.person(ctx)), newAuthenticator())
				options := started.object("CredentialCreationOptions")
				selection, _ := options["authenticatorSelection"].(map[string]any)
				shown := fmt.Sprintf("%s {%s} timeout %v {%s}", started, names(options), options["timeout"],
					names(selection))
				return then(shown, completed)
			},
		},
		{
			name: "passkey/sign-in", source: "R12", pool: choice(),
			about: "WEB_AUTHN, the members of its options, and the tokens",
			expected: then(
				"WEB_AUTHN{CREDENTIAL_REQUEST_OPTIONS} Session [PASSWORD PASSWORD_SRP WEB_AUTHN] "+
					"{allowCredentials challenge rpId timeout userVerification} timeout 180000",
				tokens,
			),
			measure: func(ctx context.Context, l *lab) string {
				p, key := l.withPasskey(ctx)
				challenge := l.byPasskey(ctx, p)
				var options map[string]any
				_ = json.Unmarshal([]byte(challenge.parameter("CREDENTIAL_REQUEST_OPTIONS")), &options)
				return then(fmt.Sprintf("%s {%s} timeout %v", challenge, names(options), options["timeout"]),
					l.respond(ctx, p, challenge, l.credential(challenge, key)))
			},
		},
		{
			name: "passkey/answered twice", source: "P1", pool: choice(),
			about: "the same signature sent twice",
			expected: then(
				tokens,
				"NotAuthorizedException: Invalid session for the user, session can only be used once.",
			),
			measure: func(ctx context.Context, l *lab) string {
				p, key := l.withPasskey(ctx)
				challenge := l.byPasskey(ctx, p)
				signed := l.credential(challenge, key)
				return then(l.respond(ctx, p, challenge, signed), l.respond(ctx, p, challenge, signed))
			},
		},
		{
			name: "passkey/wrong key", source: "P5", pool: choice(),
			about: "the answer of another user's passkey, then the password with the same session",
			expected: then(
				"NotAuthorizedException: The passkey was not accepted: the user has no such passkey.",
				tokens,
			),
			measure: func(ctx context.Context, l *lab) string {
				p, _ := l.withPasskey(ctx)
				other, key := l.withPasskey(ctx)
				challenge, theirs := l.byPasskey(ctx, p), l.byPasskey(ctx, other)
				refused := l.respond(ctx, p, challenge, l.credential(theirs, key))
				again := challenge.as("SELECT_CHALLENGE")
				return then(refused, l.respond(ctx, p, again, body{"ANSWER": "PASSWORD", "PASSWORD": p.password}))
			},
		},
		{
			name: "passkey/offer", source: "R11", pool: choice(),
			about:    "SELECT_CHALLENGE for a user with a passkey",
			expected: "SELECT_CHALLENGE{} Session [PASSWORD PASSWORD_SRP WEB_AUTHN]",
			measure: func(ctx context.Context, l *lab) string {
				p, _ := l.withPasskey(ctx)
				return l.initiate(ctx, p, "USER_AUTH", nil).String()
			},
		},
		{
			name: "passkey/list", source: "recorded", pool: choice(),
			about: "members of a listed passkey, and the deletion of one that does not exist",
			expected: then(
				"1 {AuthenticatorAttachment AuthenticatorTransports CreatedAt CredentialId "+
					"FriendlyCredentialName RelyingPartyId}",
				"ResourceNotFoundException: The credential does not exist.",
			),
			measure: func(ctx context.Context, l *lab) string {
				p, _ := l.withPasskey(ctx)
				access := l.access(ctx, p)
				listed := l.withToken(ctx, "ListWebAuthnCredentials", access)
				list, _ := listed.members["Credentials"].([]any)
				first := map[string]any{}
				if len(list) > 0 {
					first, _ = list[0].(map[string]any)
				}
				unknown := body{"CredentialId": "bm9ib2R5cy1wYXNza2V5"} //nolint:gosec // nobody has that passkey
				return then(fmt.Sprintf("%d {%s}", len(list), names(first)),
					l.withToken(ctx, "DeleteWebAuthnCredential", access, unknown))
			},
		},
		{
			name: "passkey/wrong origin", source: "documented", pool: choice(),
			about: "a registration on a page of another domain",
			expected: "WebAuthnOriginNotAllowedException: The origin is not allowed by the relying " +
				"party id.",
			measure: func(ctx context.Context, l *lab) string {
				access := l.access(ctx, l.person(ctx))
				started := l.need(ctx, "StartWebAuthnRegistration", body{"AccessToken": access})
				options := started.object("CredentialCreationOptions")
				if party, ok := options["rp"].(map[string]any); ok {
					party["id"] = "other.example.org"
				}
				changed, err := json.Marshal(options)
				if err != nil || l.err != nil {
					return ""
				}
				key := &authtest.Authenticator{Origin: "https://other.example.org"}
				credential, err := key.Create(changed)
				if err != nil {
					l.fail(fmt.Errorf("the authenticator: %w", err))
					return ""
				}
				return l.withToken(ctx, "CompleteWebAuthnRegistration", access, body{"Credential": credential}).String()
			},
		},
	}
}
