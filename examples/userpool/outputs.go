package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// writeOutputs writes an amplify_outputs.json with its auth block. The format has no member for an
// endpoint, so clients must be told it in another way.
func writeOutputs(name string, cfg authtest.Config, pool *authtest.Pool) error {
	region, _, _ := strings.Cut(pool.UserPoolID, "_")
	mode := string(cfg.MFA)
	if cfg.MFA == authtest.MFAOff {
		mode = "NONE"
	}
	data, err := json.MarshalIndent(map[string]any{
		"version": "1.4",
		"auth": map[string]any{
			"aws_region":              region,
			"user_pool_id":            pool.UserPoolID,
			"user_pool_client_id":     pool.ClientID,
			"mfa_configuration":       mode,
			"mfa_methods":             methods(cfg),
			"user_verification_types": []string{"email"},
		},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o600)
}

func methods(cfg authtest.Config) []string {
	names := []string{}
	for _, factor := range []struct {
		offered bool
		name    string
	}{{cfg.SMS, "SMS"}, {cfg.TOTP, "TOTP"}, {cfg.Email, "EMAIL"}} {
		if factor.offered {
			names = append(names, factor.name)
		}
	}
	return names
}
