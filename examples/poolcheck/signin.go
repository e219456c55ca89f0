package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

func unix(seconds int64) time.Time { return time.Unix(seconds, 0) }

// secretHash is the SECRET_HASH of a user name; empty for a client without a secret.
func (c appClient) secretHash(username string) string {
	if c.secret == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte(username + c.id))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// named adds USERNAME, and the SECRET_HASH of it, unless the values have them.
func (c appClient) named(username string, values body) body {
	in := body{"USERNAME": username}
	if hash := c.secretHash(username); hash != "" {
		in["SECRET_HASH"] = hash
	}
	maps.Copy(in, values)
	return in
}

// initiate sends InitiateAuth.
func (l *lab) initiate(ctx context.Context, p *person, flow string, parameters body) answer {
	return l.ask(ctx, "InitiateAuth", body{
		"ClientId": p.client.id, "AuthFlow": flow, "AuthParameters": p.client.named(p.username, parameters),
	})
}

// respond answers a challenge, with the session that came with it.
func (l *lab) respond(ctx context.Context, p *person, challenge answer, responses body) answer {
	in := body{"ClientId": p.client.id, "ChallengeName": challenge.members["ChallengeName"]}
	if session := challenge.session(); session != "" {
		in["Session"] = session
	}
	name := p.username
	if internal := challenge.parameter("USER_ID_FOR_SRP"); internal != "" {
		name = internal
	}
	in["ChallengeResponses"] = p.client.named(name, responses)
	return l.ask(ctx, "RespondToAuthChallenge", in)
}

// byPassword signs in with USER_PASSWORD_AUTH.
func (l *lab) byPassword(ctx context.Context, p *person, more ...body) answer {
	return l.initiate(ctx, p, "USER_PASSWORD_AUTH", joined(body{"PASSWORD": p.password}, more))
}

// withPassword signs in with another password.
func (l *lab) withPassword(ctx context.Context, p *person, password string) answer {
	return l.initiate(ctx, p, "USER_PASSWORD_AUTH", body{"PASSWORD": password})
}

// signIn signs in with the password alone, as part of the preparation.
func (l *lab) signIn(ctx context.Context, p *person) answer {
	got := l.byPassword(ctx, p)
	if l.err == nil && got.token("AccessToken") == "" {
		l.fail(&refusal{answer: got})
	}
	return got
}

// access signs in and returns the access token.
func (l *lab) access(ctx context.Context, p *person) string {
	return l.signIn(ctx, p).token("AccessToken")
}

// handshake begins a handshake.
func (l *lab) handshake() *srp.Handshake {
	h, err := srp.Begin()
	if err != nil {
		l.fail(err)
	}
	return h
}

// challenged begins USER_SRP_AUTH.
func (l *lab) challenged(ctx context.Context, p *person, h *srp.Handshake, more ...body) answer {
	if l.err != nil {
		return nothing()
	}
	return l.initiate(ctx, p, "USER_SRP_AUTH", joined(body{"SRP_A": h.A()}, more))
}

// proof returns the responses to PASSWORD_VERIFIER, made at a time by the service's clock.
func (l *lab) proof(ctx context.Context, p *person, h *srp.Handshake, challenge answer, at time.Time) body {
	_, name, _ := strings.Cut(l.poolID(ctx), "_")
	return l.sign(srp.Identity{Pool: name, User: challenge.parameter("USER_ID_FOR_SRP"), Password: p.password}, h,
		challenge, at)
}

func (l *lab) sign(id srp.Identity, h *srp.Handshake, challenge answer, at time.Time) body {
	if l.err == nil && challenge.parameter("SRP_B") == "" {
		l.fail(&refusal{answer: challenge})
	}
	if l.err != nil {
		return body{}
	}
	proof, err := h.Sign(id, challenge.parameters(), at)
	if err != nil {
		l.fail(&refusal{answer: challenge, reason: err.Error()})
		return body{}
	}
	return body{
		"PASSWORD_CLAIM_SECRET_BLOCK": proof.SecretBlock, "PASSWORD_CLAIM_SIGNATURE": proof.Signature,
		"TIMESTAMP": proof.Timestamp,
	}
}

// bySRP signs in with USER_SRP_AUTH. The parameters are for both requests, such as a DEVICE_KEY.
func (l *lab) bySRP(ctx context.Context, p *person, more ...body) answer {
	h := l.handshake()
	challenge := l.challenged(ctx, p, h, more...)
	return l.respond(ctx, p, challenge, joined(l.proof(ctx, p, h, challenge, l.target.now()), more))
}
