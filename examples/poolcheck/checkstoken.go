package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// claims are the claims of a token.
func claims(token string) map[string]any {
	_, rest, _ := strings.Cut(token, ".")
	part, _, _ := strings.Cut(rest, ".")
	return decodePart(part)
}

func decodePart(part string) map[string]any {
	var all map[string]any
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil || json.Unmarshal(data, &all) != nil {
		return nil
	}
	return all
}

// tokenChecks are about what is in the tokens.
func tokenChecks() []check {
	return []check{
		{
			name: "token/header", source: "R31", pool: optionalMFA(),
			about:    "the members of both headers in their order, and whether slashes are escaped",
			expected: then(`{"kid":"<kid>","alg":"RS256"}`, `{"kid":"<kid>","alg":"RS256"}`),
			measure: func(ctx context.Context, l *lab) string {
				signedIn := l.signIn(ctx, l.person(ctx))
				return then(header(signedIn.token("AccessToken")), header(signedIn.token("IdToken")))
			},
		},
		{
			name: "token/access claims", source: "documented", pool: optionalMFA(),
			about: "names of the claims of an access token, with those that are the same for everybody",
			expected: "{auth_time client_id event_id exp iat iss jti origin_jti scope sub token_use " +
				"username} access aws.cognito.signin.user.admin",
			measure: func(ctx context.Context, l *lab) string {
				all := claims(l.access(ctx, l.person(ctx)))
				return fmt.Sprintf("{%s} %v %v", names(all), all["token_use"], all["scope"])
			},
		},
		{
			name: "token/id claims", source: "documented", pool: optionalMFA(),
			about: "names of the claims of an ID token, and the type of email_verified",
			expected: "{aud auth_time cognito:username email email_verified event_id exp iat iss jti " +
				"origin_jti sub token_use} id email_verified bool",
			measure: func(ctx context.Context, l *lab) string {
				p := l.stranger(ctx, public())
				address := p.username + "@example.com"
				all := claims(l.signIn(ctx, l.person(ctx, contact(address)...)).token("IdToken"))
				return fmt.Sprintf("{%s} %v email_verified %T", names(all), all["token_use"], all["email_verified"])
			},
		},
		{
			name: "token/device claim", source: "documented", pool: devicesAlways(),
			about:    "device_key in the access token of a new device",
			expected: "<device key>",
			measure: func(ctx context.Context, l *lab) string {
				signedIn := l.bySRP(ctx, l.person(ctx))
				l.hide(signedIn.device("DeviceKey"), "device key")
				return fmt.Sprint(claims(signedIn.token("AccessToken"))["device_key"])
			},
		},
		{
			name: "token/times", source: "documented", pool: optionalMFA(),
			about: "exp - iat, and what a refresh keeps",
			expected: "3600 seconds, kept [auth_time client_id iss origin_jti scope sub token_use " +
				"username]",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				signedIn := l.signIn(ctx, p)
				l.wait(ctx, 2)
				before := claims(signedIn.token("AccessToken"))
				after := claims(l.refresh(ctx, p, signedIn.token("RefreshToken")).token("AccessToken"))
				kept := []any{}
				for name, value := range before {
					if after[name] == value {
						kept = append(kept, name)
					}
				}
				exp, _ := before["exp"].(float64)
				iat, _ := before["iat"].(float64)
				return fmt.Sprintf("%v seconds, kept %v", exp-iat, sorted(kept))
			},
		},
		{
			name: "token/issuer", source: "documented", pool: optionalMFA(),
			about: "iss of both tokens, and the keys of the pool",
			expected: "https://cognito-idp.<region>.amazonaws.com/<pool id>, " +
				"https://cognito-idp.<region>.amazonaws.com/<pool id>, 2 keys, one for each: true",
			measure: issuers,
		},
		{
			name: "token/new issuer", source: "U12", pool: newIssuer(),
			about: "iss of both tokens where the issuer's type is UPDATED, and the keys of the pool",
			expected: "https://issuer-cognito-idp.<region>.amazonaws.com/<pool id>, " +
				"https://issuer-cognito-idp.<region>.amazonaws.com/<pool id>, 2 keys, one for each: true",
			measure: issuers,
		},
		{
			name: "token/sizes", source: "open", pool: optionalMFA(),
			about:    "none is longer than 2,048 characters; the lengths are in the report",
			expected: "true",
			measure: func(ctx context.Context, l *lab) string {
				signedIn, longest := l.signIn(ctx, l.person(ctx)), 0
				for _, name := range []string{"AccessToken", "IdToken", "RefreshToken"} {
					l.detail("%s %d characters", name, len(signedIn.token(name)))
					longest = max(longest, len(signedIn.token(name)))
				}
				return fmt.Sprint(longest > 0 && longest <= 2048)
			},
		},
		{
			name: "token/garbage", source: "reported", pool: optionalMFA(),
			about: "GetUser with a text that is no token, and with an ID token",
			expected: then(
				"NotAuthorizedException: Could not verify signature for Access Token",
				"NotAuthorizedException: Invalid Access Token",
			),
			measure: func(ctx context.Context, l *lab) string {
				signedIn := l.signIn(ctx, l.person(ctx))
				return then(l.withToken(ctx, "GetUser", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"),
					l.withToken(ctx, "GetUser", signedIn.token("IdToken")))
			},
		},
	}
}

// header shows the order of the members, which decoding would lose.
func header(token string) string {
	part, _, _ := strings.Cut(token, ".")
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return "not base64"
	}
	shown := string(data)
	if kid := text(decodePart(part)["kid"]); kid != "" {
		// The escaped form first: it contains the other one if only the first character is a slash.
		shown = strings.ReplaceAll(shown, strings.ReplaceAll(kid, "/", `\/`), "<kid>")
		shown = strings.ReplaceAll(shown, kid, "<kid>")
	}
	return shown
}

func issuers(ctx context.Context, l *lab) string {
	signedIn := l.signIn(ctx, l.person(ctx))
	id, access := claims(signedIn.token("IdToken")), claims(signedIn.token("AccessToken"))
	if l.err != nil {
		return ""
	}
	keys, err := l.pools.api.get(ctx, l.poolID(ctx)+"/.well-known/jwks.json")
	if err != nil {
		l.fail(err)
	}
	list, _ := keys.members["keys"].([]any)
	kid := func(name string) string {
		part, _, _ := strings.Cut(signedIn.token(name), ".")
		return text(decodePart(part)["kid"])
	}
	issuer := func(all map[string]any) string {
		return strings.Replace(text(all["iss"]), l.pools.api.region+".", "<region>.", 1)
	}
	return fmt.Sprintf("%s, %s, %d keys, one for each: %t", issuer(access), issuer(id), len(list),
		kid("IdToken") != kid("AccessToken"))
}
