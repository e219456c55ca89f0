package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// totpStep is the period of a TOTP code, and codeDigits the length of every code.
const (
	totpStep   = 30 * time.Second
	codeDigits = 6
)

// placeholders replaces the placeholders in a scenario's inputs.
type placeholders struct {
	target Target
	names  *names
	secret string // the TOTP secret issued last
	given  string // the last value of "$totp"
}

// fill returns input with its placeholders replaced.
func (p *placeholders) fill(ctx context.Context, input json.RawMessage) (json.RawMessage, error) {
	if len(input) == 0 {
		return nil, nil
	}
	var v any
	if err := json.Unmarshal(input, &v); err != nil {
		return nil, err
	}
	filled, err := p.fillValue(ctx, v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(filled)
}

func (p *placeholders) fillValue(ctx context.Context, v any) (any, error) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "$") {
			return p.value(ctx, v)
		}
	case map[string]any:
		for key, member := range v {
			filled, err := p.fillValue(ctx, member)
			if err != nil {
				return nil, err
			}
			v[key] = filled
		}
	}
	return v, nil
}

// value returns the current value of a placeholder.
func (p *placeholders) value(ctx context.Context, placeholder string) (string, error) {
	kind, username, _ := strings.Cut(placeholder, ":")
	makers := map[string]func(ctx context.Context, username string) (string, error){
		"$totp":         p.totp,
		"$same-totp":    p.sameTOTP,
		"$wrong-totp":   p.wrongTOTP,
		"$code":         p.code,
		"$wrong-code":   p.wrongCode,
		"$device":       p.device,
		"$first-device": p.firstDevice,
	}
	maker := makers[kind]
	if maker == nil {
		return "", fmt.Errorf("unknown placeholder %s", placeholder)
	}
	value, err := maker(ctx, username)
	if err != nil {
		return "", fmt.Errorf("%s: %w", placeholder, err)
	}
	p.names.code(placeholder, value)
	return value, nil
}

func (p *placeholders) totp(context.Context, string) (string, error) {
	if p.secret == "" {
		return "", fmt.Errorf("no TOTP secret was issued yet")
	}
	code, err := authtest.TOTPCode(p.secret, p.target.Now())
	p.given = code
	return code, err
}

// sameTOTP returns the last value of "$totp" again, even if the authenticator shows another by now.
func (p *placeholders) sameTOTP(context.Context, string) (string, error) {
	if p.given == "" {
		return "", fmt.Errorf("$totp was not used yet")
	}
	return p.given, nil
}

// wrongTOTP returns a code that is not valid at any time near the pool's.
func (p *placeholders) wrongTOTP(context.Context, string) (string, error) {
	near := map[string]bool{}
	for steps := time.Duration(-2); steps <= 2; steps++ {
		code, err := authtest.TOTPCode(p.secret, p.target.Now().Add(steps*totpStep))
		if err != nil {
			return "", err
		}
		near[code] = true
	}
	return codeBeside(near), nil
}

func (p *placeholders) code(ctx context.Context, username string) (string, error) {
	code, err := p.target.LastCode(ctx, username)
	if err != nil {
		return "", err
	}
	if code == "" {
		return "", fmt.Errorf("the pool has sent no code to %q", username)
	}
	return code, nil
}

func (p *placeholders) wrongCode(ctx context.Context, username string) (string, error) {
	code, err := p.code(ctx, username)
	if err != nil {
		return "", err
	}
	return codeBeside(map[string]bool{code: true}), nil
}

func (p *placeholders) device(ctx context.Context, username string) (string, error) {
	devices, err := p.devices(ctx, username)
	if err != nil {
		return "", err
	}
	return devices[len(devices)-1], nil
}

func (p *placeholders) firstDevice(ctx context.Context, username string) (string, error) {
	devices, err := p.devices(ctx, username)
	if err != nil {
		return "", err
	}
	return devices[0], nil
}

// devices returns the keys of the devices of a user, or an error if there are none.
func (p *placeholders) devices(ctx context.Context, username string) ([]string, error) {
	devices, err := p.target.Devices(ctx, username)
	if err != nil {
		return nil, err
	}
	if len(devices) == 0 {
		return nil, fmt.Errorf("the pool knows no device of %q", username)
	}
	return devices, nil
}

// codeBeside returns the lowest code that is not in right.
func codeBeside(right map[string]bool) string {
	number := 0
	for right[fmt.Sprintf("%0*d", codeDigits, number)] {
		number++
	}
	return fmt.Sprintf("%0*d", codeDigits, number)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
