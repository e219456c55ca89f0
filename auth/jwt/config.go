package jwt

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
)

// Config holds the tokens that a [Verifier] accepts.
type Config struct {
	// Pools lists the user pools whose tokens are accepted. Required.
	Pools []TrustedPool
	// Leeway is the difference allowed between Cognito's clock and this machine's when exp, iat and
	// nbf are checked. Default: 10 seconds. At most a minute; a negative value allows no
	// difference.
	Leeway time.Duration
	// CacheSize is how many verified tokens are cached, about 2 kB each. Verifying a cached token
	// costs a hash instead of a signature. Default: 4096. A negative value turns the cache off.
	CacheSize int
	// HTTPClient fetches the keys. Default: a client of the Verifier's own. Redirects are never
	// followed, whatever it says.
	HTTPClient *http.Client
}

// TrustedPool is one user pool and those of its app clients whose tokens are accepted.
type TrustedPool struct {
	// UserPoolID is the pool's id, such as "eu-west-1_Ab1Cd2Ef3". Required.
	UserPoolID string
	// ClientIDs lists the app clients. Required: a token for another application proves nothing to
	// this one.
	ClientIDs []string

	// Issuers lists further iss claims to accept, compared byte by byte: those of the pool's
	// replicas in other regions, or of an in-process pool. Both of Cognito's own are always
	// accepted, so that switching the pool from one to the other signs nobody out:
	//
	//	https://cognito-idp.{region}.amazonaws.com/{UserPoolID}
	//	https://issuer-cognito-idp.{region}.amazonaws.com/{UserPoolID}
	//
	// {region} is that of UserPoolID; outside the AWS partition "aws" the domain is that of the
	// region's partition, such as amazonaws.com.cn.
	Issuers []string
	// JWKSURL is the address of the pool's keys, for all issuers. Default: each issuer's own,
	// {issuer}/.well-known/jwks.json. Set it for a proxy or an in-process pool. Plain http is
	// accepted for loopback addresses only: whoever can change the keys can make tokens.
	JWKSURL string
	// JWKS is the pool's key set, from a file or embedded in the program, for starts without a
	// network. It is used for all issuers until their keys are fetched, in the background of the
	// first token; fetched keys replace it. While they cannot be fetched, a key that the pool has
	// withdrawn since remains trusted. Default: none.
	JWKS []byte
}

const (
	defaultLeeway    = 10 * time.Second
	maxLeeway        = time.Minute
	defaultCacheSize = 4096
)

// withDefaults returns a copy with every field set, or an error that names the first invalid field.
func (c Config) withDefaults() (Config, error) {
	if c.Leeway > maxLeeway {
		return c, badField("Leeway", "is longer than a minute")
	}
	if len(c.Pools) == 0 {
		return c, badField("Pools", "is missing")
	}
	c.Leeway = max(0, orDefault(c.Leeway, defaultLeeway))
	c.CacheSize = max(0, orDefault(c.CacheSize, defaultCacheSize))
	c.Pools = slices.Clone(c.Pools)
	issuers := map[string]bool{}
	for i := range c.Pools {
		p, where := &c.Pools[i], fmt.Sprintf("Pools[%d]", i)
		if err := p.fill(where); err != nil {
			return c, err
		}
		for _, issuer := range p.Issuers {
			if issuers[issuer] {
				return c, badField(where, "has an issuer of an earlier pool")
			}
		}
		for _, issuer := range p.Issuers {
			issuers[issuer] = true
		}
	}
	return c, nil
}

// fill checks the pool, whose path in the Config is where, and sets its defaults.
func (p *TrustedPool) fill(where string) error {
	region, _, isPool := poolid.Cut(p.UserPoolID)
	switch {
	case p.UserPoolID == "":
		return badField(where+".UserPoolID", "is missing")
	case !isPool:
		return badField(where+".UserPoolID", `does not look like "eu-west-1_Ab1Cd2Ef3"`)
	case len(p.ClientIDs) == 0:
		return badField(where+".ClientIDs", "is missing")
	}
	p.ClientIDs = slices.Clone(p.ClientIDs)
	for _, id := range p.ClientIDs {
		if !poolid.IsClientID(id) {
			return badField(where+".ClientIDs", "holds what does not look like an app client's id")
		}
	}
	for i, issuer := range p.Issuers {
		if err := checkURL(fmt.Sprintf("%s.Issuers[%d]", where, i), issuer); err != nil {
			return err
		}
	}
	original, updated := poolid.Issuers(region, p.UserPoolID)
	p.Issuers = append([]string{original, updated}, p.Issuers...)
	if p.JWKSURL == "" {
		return nil
	}
	return checkURL(where+".JWKSURL", p.JWKSURL)
}

// keysURL returns the address of the keys that sign an issuer's tokens.
func (p *TrustedPool) keysURL(issuer string) string {
	return orDefault(p.JWKSURL, strings.TrimSuffix(issuer, "/")+"/.well-known/jwks.json")
}

func checkURL(field, address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return badField(field, "is not a plain URL")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	default:
		return badField(field, "is neither https nor http on a loopback address")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

func badField(name, why string) error {
	return refuse(ErrInvalidConfig, "field "+name+" "+why)
}
