package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// device is a device that was confirmed.
type device struct {
	key, group, password string
	access, refresh      string // the tokens that are bound to it
}

// confirm confirms the device that a sign-in named.
func (l *lab) confirm(ctx context.Context, signedIn answer) (device, answer) {
	d := device{
		key: signedIn.device("DeviceKey"), group: signedIn.device("DeviceGroupKey"),
		access: signedIn.token("AccessToken"), refresh: signedIn.token("RefreshToken"),
	}
	if l.err != nil {
		return d, nothing()
	}
	l.hide(d.key, "device key")
	verifier, err := srp.NewDeviceVerifier(d.group, d.key)
	if err != nil {
		l.fail(&refusal{answer: signedIn})
		return d, nothing()
	}
	d.password = verifier.Password
	return d, l.withToken(ctx, "ConfirmDevice", d.access, body{
		"DeviceKey": d.key, "DeviceName": "poolcheck",
		"DeviceSecretVerifierConfig": body{"Salt": verifier.Salt, "PasswordVerifier": verifier.Verifier},
	})
}

// onDevice returns a user with a confirmed device.
func (l *lab) onDevice(ctx context.Context) (*person, device) {
	p := l.person(ctx)
	d, confirmed := l.confirm(ctx, l.bySRP(ctx, p))
	if l.err == nil && confirmed.code() != "" {
		l.fail(&refusal{answer: confirmed})
	}
	return p, d
}

func withKey(d device) body { return body{"DEVICE_KEY": d.key} }

// deviceChecks are about the registration of devices and the tokens that are bound to them.
func deviceChecks() []check {
	return []check{
		{
			name: "device/new by password", source: "open", pool: devicesAlways(),
			about:    "NewDeviceMetadata after USER_PASSWORD_AUTH",
			expected: tokensOfNewDevice,
			measure:  func(ctx context.Context, l *lab) string { return l.byPassword(ctx, l.person(ctx)).String() },
		},
		{
			name: "device/new by SRP", source: "documented", pool: devicesAlways(),
			about:    "NewDeviceMetadata after USER_SRP_AUTH",
			expected: tokensOfNewDevice,
			measure:  func(ctx context.Context, l *lab) string { return l.bySRP(ctx, l.person(ctx)).String() },
		},
		{
			name: "device/new by choice", source: "open", pool: devicesAlways(),
			about:    "NewDeviceMetadata after USER_AUTH",
			expected: tokensOfNewDevice,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.byChoice(ctx, p).String()
			},
		},
		{
			name: "device/new by administrator", source: "R10", pool: devicesAlways(),
			about:    "NewDeviceMetadata after ADMIN_USER_PASSWORD_AUTH",
			expected: tokensOfNewDevice,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.ask(ctx, "AdminInitiateAuth", body{
					"UserPoolId": l.poolID(ctx), "ClientId": p.client.id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
					"AuthParameters": body{"USERNAME": p.username, "PASSWORD": p.password},
				}).String()
			},
		},
		{
			name: "device/keys", source: "recorded", pool: devicesAlways(),
			about:    "length of the keys",
			expected: "the region and 36, 9 characters",
			measure: func(ctx context.Context, l *lab) string {
				got := l.bySRP(ctx, l.person(ctx))
				key := strings.TrimPrefix(got.device("DeviceKey"), l.pools.api.region+"_")
				return fmt.Sprintf("the region and %d, %d characters", len(key), len(got.device("DeviceGroupKey")))
			},
		},
		{
			name: "device/confirm", source: "documented", pool: devicesAlways(),
			about:    "UserConfirmationNecessary where devices are always remembered",
			expected: "{UserConfirmationNecessary} false",
			measure:  confirmation,
		},
		{
			name: "device/confirm on prompt", source: "documented", pool: devicesOptIn(),
			about:    "UserConfirmationNecessary where the user is asked",
			expected: "{UserConfirmationNecessary} true",
			measure:  confirmation,
		},
		{
			name: "device/confirm of another sign-in", source: "R2", pool: devicesAlways(),
			about:    "ConfirmDevice with the access token of another sign-in",
			expected: "{UserConfirmationNecessary}",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				first, second := l.bySRP(ctx, p), l.bySRP(ctx, p)
				if result := second.object("AuthenticationResult"); result != nil {
					result["AccessToken"] = first.token("AccessToken")
				}
				_, got := l.confirm(ctx, second)
				return got.String()
			},
		},
		{
			name: "device/confirm of an unbound sign-in", source: "R6", pool: devicesAlways(),
			about:    "ConfirmDevice after answers under another spelling of the name",
			expected: "InvalidParameterException: Invalid device key given.",
			measure: func(ctx context.Context, l *lab) string {
				p, h := l.person(ctx), l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				proof["USERNAME"] = "U" + p.username[1:]
				_, got := l.confirm(ctx, l.respond(ctx, p, challenge, proof))
				return got.String()
			},
		},
		{
			name: "device/list", source: "R3", pool: devicesOptIn(),
			about:    "ListDevices before and after the device is remembered",
			expected: then("0 listed", done, "1 listed"),
			measure: func(ctx context.Context, l *lab) string {
				_, d := l.onDevice(ctx)
				count := func() string {
					list, _ := l.withToken(ctx, "ListDevices", d.access, body{"Limit": 10}).members["Devices"].([]any)
					return fmt.Sprintf("%d listed", len(list))
				}
				before := count()
				remembered := l.withToken(ctx, "UpdateDeviceStatus", d.access, body{
					"DeviceKey": d.key, "DeviceRememberedStatus": "remembered",
				})
				return then(before, remembered, count())
			},
		},
		{
			name: "device/attributes", source: "R36", pool: devicesAlways(),
			about: "members of a device and its attributes",
			expected: "{DeviceAttributes DeviceCreateDate DeviceKey DeviceLastAuthenticatedDate " +
				"DeviceLastModifiedDate} {device_name device_status last_ip_used}",
			measure: func(ctx context.Context, l *lab) string {
				_, d := l.onDevice(ctx)
				got := l.withToken(ctx, "GetDevice", d.access, body{"DeviceKey": d.key})
				shown := got.object("Device")
				list, _ := shown["DeviceAttributes"].([]any)
				attributes := map[string]any{}
				for _, item := range list {
					one, _ := item.(map[string]any)
					attributes[text(one["Name"])] = nil
				}
				return fmt.Sprintf("{%s} {%s}", names(shown), names(attributes))
			},
		},
		{
			name: "device/forget", source: "R25, D12", pool: devicesAlways(),
			about:    "ForgetDevice, then the access token, then a refresh with the forgotten key",
			expected: then(done, "{Devices}", "NotAuthorizedException: Refresh Token has been revoked"),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				forgotten := l.withToken(ctx, "ForgetDevice", d.access, body{"DeviceKey": d.key})
				return then(forgotten, l.withToken(ctx, "ListDevices", d.access, body{"Limit": 10}),
					l.refresh(ctx, p, d.refresh, withKey(d)))
			},
		},
		{
			name: "device/refresh", source: "R32", pool: devicesAlways(),
			about:    "REFRESH_TOKEN_AUTH with the key of the device, without one, and with another",
			expected: then(refreshed, invalidRefresh, invalidRefresh),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				return then(l.refresh(ctx, p, d.refresh, withKey(d)), l.refresh(ctx, p, d.refresh),
					l.refresh(ctx, p, d.refresh, body{"DEVICE_KEY": l.unknownKey()}))
			},
		},
		{
			name: "device/refresh by tokens", source: "D11; open", pool: devicesAlways(),
			about:    "GetTokensFromRefreshToken with the key of the device, and without",
			expected: then(renewed, invalidRefresh),
			measure: func(ctx context.Context, l *lab) string {
				p, d := l.onDevice(ctx)
				return then(l.renew(ctx, p, d.refresh, body{"DeviceKey": d.key}), l.renew(ctx, p, d.refresh))
			},
		},
		{
			name: "device/refresh before confirmation", source: "R32", pool: devicesAlways(),
			about:    "REFRESH_TOKEN_AUTH while nobody has confirmed the device",
			expected: then(invalidRefresh, invalidRefresh),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				signedIn := l.bySRP(ctx, p)
				return then(l.refresh(ctx, p, signedIn.token("RefreshToken")),
					l.refresh(ctx, p, signedIn.token("RefreshToken"), body{"DEVICE_KEY": signedIn.device("DeviceKey")}))
			},
		},
		{
			name: "device/no tracking", source: "reported", pool: optionalMFA(),
			about: "ListDevices of a pool that tracks none",
			expected: "InvalidUserPoolConfigurationException: Device tracking not currently enabled " +
				"for this pool.",
			measure: func(ctx context.Context, l *lab) string {
				access := l.access(ctx, l.person(ctx))
				return l.withToken(ctx, "ListDevices", access, body{"Limit": 10}).String()
			},
		},
	}
}

func confirmation(ctx context.Context, l *lab) string {
	_, got := l.confirm(ctx, l.bySRP(ctx, l.person(ctx)))
	return fmt.Sprintf("%s %v", got, got.members["UserConfirmationNecessary"])
}

// unknownKey returns a device key that was never issued.
func (l *lab) unknownKey() string {
	return l.pools.api.region + "_01234567-89ab-4cde-8f01-23456789abcd"
}
