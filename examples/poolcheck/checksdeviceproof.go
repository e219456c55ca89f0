package main

import (
	"context"
	"maps"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// deviceProofChecks are about the proof of a device.
func deviceProofChecks() []check {
	return []check{
		{
			name: "device/proof", source: "open; D8", pool: devicesAlways(),
			about: "DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER, tokens: parameters and sessions",
			expected: then(
				deviceChallenge,
				"DEVICE_PASSWORD_VERIFIER{DEVICE_KEY SALT SECRET_BLOCK SRP_B USERNAME} Session",
				tokens,
			),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				first := l.bySRP(ctx, p, withKey(d))
				second, h := l.beginProof(ctx, p, d, first)
				return then(first, second, l.completeProof(ctx, p, d, h, second))
			},
		},
		{
			name: "device/proof instead of MFA", source: "open; D6", pool: devicesAlways(),
			about:    "a remembered device of a user with an app",
			expected: then(deviceChallenge, tokens),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				l.setUpApp(ctx, p, d.access)
				l.prefer(ctx, p)
				first := l.bySRP(ctx, p, withKey(d))
				second, h := l.beginProof(ctx, p, d, first)
				return then(first, l.completeProof(ctx, p, d, h, second))
			},
		},
		{
			name: "device/known, not remembered", source: "open", pool: devicesOptIn(),
			about:    "the key of a device that is confirmed and not remembered, of a user with an app",
			expected: then(appChallenge, tokens),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				l.setUpApp(ctx, p, d.access)
				l.prefer(ctx, p)
				challenge := l.bySRP(ctx, p, withKey(d))
				return then(challenge, l.answerCode(ctx, p, challenge, l.code(ctx, p)))
			},
		},
		{
			name: "device/proof without session", source: "D9", pool: devicesAlways(),
			about:    "DEVICE_SRP_AUTH answered without its session",
			expected: "DEVICE_PASSWORD_VERIFIER{DEVICE_KEY SALT SECRET_BLOCK SRP_B USERNAME} Session",
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				first := l.bySRP(ctx, p, withKey(d))
				delete(first.members, "Session")
				second, _ := l.beginProof(ctx, p, d, first)
				return second.String()
			},
		},
		{
			name: "device/wrong proof", source: "reading", pool: devicesAlways(),
			about:    "DEVICE_PASSWORD_VERIFIER answered with the proof of another device password",
			expected: wrongPassword,
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				second, h := l.beginProof(ctx, p, d, l.bySRP(ctx, p, withKey(d)))
				d.password = newPassword()
				return l.completeProof(ctx, p, d, h, second).String()
			},
		},
		{
			name: "device/unknown key", source: "D1, D2", pool: devicesAlways(),
			about:    "PASSWORD_VERIFIER answered with a key that was never issued, then the same proof without it",
			expected: then("ResourceNotFoundException: Device does not exist.", tokensOfNewDevice),
			measure: func(ctx context.Context, l *lab) string {
				p, h := l.person(ctx), l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				unknown := maps.Clone(proof)
				unknown["DEVICE_KEY"] = l.unknownKey()
				return then(l.respond(ctx, p, challenge, unknown), l.respond(ctx, p, challenge, proof))
			},
		},
		{
			name: "device/forgotten key", source: "D2", pool: devicesAlways(),
			about: "PASSWORD_VERIFIER answered with the key of a forgotten device, and a sign-in begun with it",
			expected: then(
				"ResourceNotFoundException: Device does not exist.",
				"ResourceNotFoundException: Device does not exist.",
			),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				l.need(ctx, "AdminForgetDevice", l.admin(ctx, p, body{"DeviceKey": d.key}))
				h := l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				proof["DEVICE_KEY"] = d.key
				return then(l.respond(ctx, p, challenge, proof), l.challenged(ctx, p, h, withKey(d)))
			},
		},
		{
			name: "device/key with a password", source: "D5", pool: devicesAlways(),
			about:    "USER_PASSWORD_AUTH with the key of a remembered device",
			expected: deviceChallenge,
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				return l.byPassword(ctx, p, withKey(d)).String()
			},
		},
	}
}

// beginProof answers DEVICE_SRP_AUTH.
func (l *lab) beginProof(ctx context.Context, p *person, d device, challenge answer) (answer, *srp.Handshake) {
	h := l.handshake()
	if l.err != nil {
		return nothing(), h
	}
	return l.respond(ctx, p, challenge, body{"DEVICE_KEY": d.key, "SRP_A": h.A()}), h
}

// completeProof answers DEVICE_PASSWORD_VERIFIER.
func (l *lab) completeProof(ctx context.Context, p *person, d device, h *srp.Handshake, challenge answer) answer {
	id := srp.Identity{Pool: d.group, User: d.key, Password: d.password}
	proof := l.sign(id, h, challenge, l.target.now())
	proof["DEVICE_KEY"] = d.key
	return l.respond(ctx, p, challenge, proof)
}
