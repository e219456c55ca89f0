package cookiestore

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

// KeySize is how long Config.Key must be, in bytes.
const KeySize = aead.KeySize

// Config describes the cookies of one app client.
type Config struct {
	redacted

	// Pool is the user pool, with the one app client whose cookies they are. Required. Its keys
	// verify what browsers send; see jwt.TrustedPool for in-process pools and proxies.
	Pool jwt.TrustedPool
	// Key seals what has no place in Amplify's cookies, such as a sign-in that is half done: 32
	// random bytes, the same in all processes of the service. Required.
	Key []byte

	// Domain lets the cookies reach other hosts, as in "example.com" for all below it. Amplify must
	// be given the same. Default: the one host that sets them.
	Domain string
	// SameSite is the attribute of that name. Default: http.SameSiteLaxMode, as Amplify's.
	SameSite http.SameSite
	// HTTPOnly hides all cookies from scripts, Amplify in the browser included: for a front end
	// that leaves everything to servers. Default: Amplify's cookies are readable, the sealed ones
	// never.
	HTTPOnly bool
}

// New makes a Store. Nothing is sent until the first token has to be verified. The error names the
// bad field.
func New(cfg Config) (*Store, error) {
	if len(cfg.Pool.ClientIDs) != 1 {
		return nil, fmt.Errorf("cookiestore: Config.Pool has %d ClientIDs, want one", len(cfg.Pool.ClientIDs))
	}
	// Expired tokens do here, so nothing is lost by being patient with clocks.
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{cfg.Pool}, Leeway: time.Minute})
	if err != nil {
		return nil, fmt.Errorf("cookiestore: Config.Pool: %w", err)
	}
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return nil, err
	}
	if cfg.SameSite == 0 || cfg.SameSite == http.SameSiteDefaultMode {
		cfg.SameSite = http.SameSiteLaxMode
	}
	clientID := cfg.Pool.ClientIDs[0]
	s := &Store{
		settings: settings{
			clientID: clientID, names: newNames(clientID, cfg.Domain),
			domain: cfg.Domain, sameSite: cfg.SameSite, httpOnly: cfg.HTTPOnly,
		},
		verifier: verifier, seal: seal,
	}
	if s.cookie(s.names.lastAuthUser(), "x").Valid() != nil {
		return nil, errors.New("cookiestore: Config.Domain is not the name of a domain")
	}
	return s, nil
}
