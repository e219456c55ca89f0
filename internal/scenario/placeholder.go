package scenario

import (
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
	pool   *authtest.Pool
	names  *names
	secret string // the TOTP secret issued last
	given  string // the last value of "$totp"
}

// fill returns input with its placeholders replaced.
func (p *placeholders) fill(input json.RawMessage) (json.RawMessage, error) {
	if len(input) == 0 {
		return nil, nil
	}
	var v any
	if err := json.Unmarshal(input, &v); err != nil {
		return nil, err
	}
	filled, err := p.fillValue(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(filled)
}

func (p *placeholders) fillValue(v any) (any, error) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "$") {
			return p.value(v)
		}
	case map[string]any:
		for key, member := range v {
			filled, err := p.fillValue(member)
			if err != nil {
				return nil, err
			}
			v[key] = filled
		}
	}
	return v, nil
}

// value returns the current value of a placeholder.
func (p *placeholders) value(placeholder string) (string, error) {
	kind, username, _ := strings.Cut(placeholder, ":")
	makers := map[string]func(username string) (string, error){
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
	value, err := maker(username)
	if err != nil {
		return "", fmt.Errorf("%s: %w", placeholder, err)
	}
	p.names.code(placeholder, value)
	return value, nil
}

func (p *placeholders) totp(string) (string, error) {
	if p.secret == "" {
		return "", fmt.Errorf("no TOTP secret was issued yet")
	}
	code, err := authtest.TOTPCode(p.secret, p.pool.Now())
	p.given = code
	return code, err
}

// sameTOTP returns the last value of "$totp" again, even if the authenticator shows another by now.
func (p *placeholders) sameTOTP(string) (string, error) {
	if p.given == "" {
		return "", fmt.Errorf("$totp was not used yet")
	}
	return p.given, nil
}

// wrongTOTP returns a code that is not valid at any time near the pool's.
func (p *placeholders) wrongTOTP(string) (string, error) {
	near := map[string]bool{}
	for steps := time.Duration(-2); steps <= 2; steps++ {
		code, err := authtest.TOTPCode(p.secret, p.pool.Now().Add(steps*totpStep))
		if err != nil {
			return "", err
		}
		near[code] = true
	}
	return codeBeside(near), nil
}

func (p *placeholders) code(username string) (string, error) {
	code := p.pool.LastCode(username)
	if code == "" {
		return "", fmt.Errorf("the pool has sent no code to %q", username)
	}
	return code, nil
}

func (p *placeholders) wrongCode(username string) (string, error) {
	code, err := p.code(username)
	if err != nil {
		return "", err
	}
	return codeBeside(map[string]bool{code: true}), nil
}

func (p *placeholders) device(username string) (string, error) {
	devices, err := p.devices(username)
	if err != nil {
		return "", err
	}
	return devices[len(devices)-1].Key, nil
}

func (p *placeholders) firstDevice(username string) (string, error) {
	devices, err := p.devices(username)
	if err != nil {
		return "", err
	}
	return devices[0].Key, nil
}

// devices returns the devices of a user, or an error if there are none.
func (p *placeholders) devices(username string) ([]authtest.Device, error) {
	devices := p.pool.Devices(username)
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
