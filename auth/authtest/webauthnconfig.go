package authtest

import (
	"net/url"
	"slices"
	"strings"
)

const (
	verificationPreferred = "preferred"
	verificationRequired  = "required"

	singleFactor = "SINGLE_FACTOR"
	multiFactor  = "MULTI_FACTOR_WITH_USER_VERIFICATION"

	defaultRelyingParty = "localhost"
)

// webAuthnConfiguration is the pool as a relying party: the domain whose pages may use its
// passkeys, and its requirements.
type webAuthnConfiguration struct {
	RelyingPartyID      string `wire:"RelyingPartyId,RelyingPartyId" json:"RelyingPartyId,omitempty"`
	UserVerification    string `wire:"UserVerification,UserVerification" json:",omitempty"`
	FactorConfiguration string `wire:"FactorConfiguration,FactorConfiguration" json:",omitempty"`
}

func newWebAuthnConfiguration(cfg Config) *webAuthnConfiguration {
	if cfg.RelyingPartyID == "" {
		return nil
	}
	return &webAuthnConfiguration{RelyingPartyID: cfg.RelyingPartyID, UserVerification: cfg.UserVerification}
}

func webAuthnShapes() map[string]shape {
	return map[string]shape{
		"PasskeyPageSize":     {max: maxPasskeys},
		"RelyingPartyId":      {min: 1, max: 127},
		"UserVerification":    {values: []string{verificationRequired, verificationPreferred}},
		"FactorConfiguration": {values: []string{singleFactor, multiFactor}},
	}
}

// isMultiFactor reports whether a passkey can stand for two factors.
func (c webAuthnConfiguration) isMultiFactor() bool { return c.FactorConfiguration == multiFactor }

// verifies reports whether a passkey must have verified its user, by a PIN or a fingerprint say.
func (c webAuthnConfiguration) verifies() bool {
	return c.UserVerification == verificationRequired || c.isMultiFactor()
}

// verification is the userVerification of the options that a browser gets.
func (c webAuthnConfiguration) verification() string {
	if c.verifies() {
		return verificationRequired
	}
	return verificationPreferred
}

// allowsOrigin reports whether pages of the origin may use the relying party's passkeys: those of
// its domain and below over HTTPS, and on localhost also without.
func (c webAuthnConfiguration) allowsOrigin(origin string) bool {
	page, err := url.Parse(origin)
	if err != nil || origin != page.Scheme+"://"+page.Host {
		return false
	}
	host := page.Hostname()
	if host != c.RelyingPartyID && !strings.HasSuffix(host, "."+c.RelyingPartyID) {
		return false
	}
	return page.Scheme == "https" || page.Scheme == "http" && c.RelyingPartyID == defaultRelyingParty
}

// isDomain reports whether a relying party could go by this name.
func isDomain(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if !onlyRunes(label, func(r rune) bool { return r == '-' || isDigit(r) || 'a' <= r && r <= 'z' }) {
			return false
		}
	}
	return true
}

// check refuses what the service would.
func (c *webAuthnConfiguration) check() error {
	if c != nil && c.RelyingPartyID != "" && !isDomain(c.RelyingPartyID) {
		return refuse(codeInvalidParameter, "[RelyingPartyId] is not a domain.")
	}
	return nil
}

func (c Config) checkWebAuthn() error {
	verifications := []string{verificationPreferred, verificationRequired}
	switch {
	case c.RelyingPartyID != "" && !isDomain(c.RelyingPartyID):
		return badField("RelyingPartyID", "%q is not a domain in lower case", c.RelyingPartyID)
	case !slices.Contains(verifications, c.UserVerification):
		return badField("UserVerification", "%q is not one of preferred and required", c.UserVerification)
	}
	return nil
}
