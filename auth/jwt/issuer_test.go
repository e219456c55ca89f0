package jwt_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

const (
	updatedIssuer = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + poolID
	replicaIssuer = "https://cognito-idp.eu-central-1.amazonaws.com/" + poolID
)

func TestBothIssuersOfAPoolAreAccepted(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	for _, iss := range []string{issuer, updatedIssuer} {
		access, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{"iss": iss}))
		require.NoError(t, err)
		assert.Equal(t, iss, access.Issuer)
		assert.Equal(t, poolID, access.UserPoolID)
		_, err = v.VerifyIDToken(t.Context(), pool.idToken(t, claims{"iss": iss}))
		require.NoError(t, err)
	}
}

func TestFurtherIssuersMustBeConfigured(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	token := pool.accessToken(t, claims{"iss": replicaIssuer})
	require.ErrorIs(t, verifyAccess(pool.verifier(t), token), jwt.ErrWrongIssuer)

	v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].Issuers = []string{replicaIssuer} })
	for _, iss := range []string{issuer, updatedIssuer, replicaIssuer} {
		require.NoError(t, verifyAccess(v, pool.accessToken(t, claims{"iss": iss})))
	}
	for _, iss := range []string{
		replicaIssuer + "/", "https://issuer-cognito-idp.eu-central-1.amazonaws.com/" + poolID, "https://cognito-idp-fips.eu-west-1.amazonaws.com/" + poolID,
		"https://evil-cognito-idp.eu-west-1.amazonaws.com/" + poolID, "http" + strings.TrimPrefix(issuer, "https"), issuer + ".evil.example",
		"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other",
	} {
		require.ErrorIs(t, verifyAccess(v, pool.accessToken(t, claims{"iss": iss})), jwt.ErrWrongIssuer, iss)
	}
}

// The iss is compared byte by byte: whatever resembles an issuer is another.
func TestWhatResemblesAnIssuerIsRefused(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].Issuers = []string{replicaIssuer} })
	refused := func(iss any) {
		t.Helper()
		for _, token := range []string{pool.accessToken(t, claims{"iss": iss}), pool.idToken(t, claims{"iss": iss})} {
			err := verifyAccess(v, token)
			require.Error(t, err, iss)
			if _, isString := iss.(string); isString {
				require.ErrorIs(t, err, jwt.ErrWrongIssuer, iss)
			}
		}
	}
	for _, good := range []string{issuer, updatedIssuer, replicaIssuer} {
		host, path, _ := strings.Cut(strings.TrimPrefix(good, "https://"), "/")
		for _, iss := range []string{
			good + "/", good + "//", "/" + good, good + " ", " " + good, good + "\n", good + "\x00", good + "?", good + "#", good + "/x",
			good + "/.well-known/jwks.json", good + "x", good[:len(good)-1], strings.ToUpper(good), strings.ToLower(good),
			"HTTPS" + strings.TrimPrefix(good, "https"), "http" + strings.TrimPrefix(good, "https"), strings.TrimPrefix(good, "https://"),
			"https://" + strings.ToUpper(host) + "/" + path, "https://" + host + "//" + path, "https://" + host + "/./" + path, "https://" + host + "/%65" + path[1:],
			"https://" + host + ":443/" + path, "https://" + host + "./" + path, "https://user@" + host + "/" + path, "https://" + host + "@evil.example/" + path,
			"https://" + host + ".evil.example/" + path, "https://evil.example/" + host + "/" + path, "https://evil." + host + "/" + path,
			"https://x" + host + "/" + path, "https://" + host + ".cn/" + path, "https://" + host + "/" + strings.Replace(path, "eu-west-1", "eu-west-2", 1),
			"https://" + strings.Replace(host, "eu-", "us-", 1) + "/" + path, "https://" + host + "/", "https://" + host,
			"https://" + strings.Replace(host, "cognito-idp", "cognito-identity", 1) + "/" + path,
			"https://" + strings.Replace(host, "cognito-idp", "cognito-idp-fips", 1) + "/" + path,
			"https://" + strings.Replace(host, "o", "\u043e", 1) + "/" + path, "https://issuer-issuer-" + host + "/" + path, good + good,
		} {
			if iss == good || iss == issuer || iss == updatedIssuer || iss == replicaIssuer {
				t.Fatalf("%q is an issuer", iss)
			}
			refused(iss)
		}
	}
	for _, iss := range []any{nil, "", 7, true, []string{issuer}, claims{"iss": issuer}} {
		refused(iss)
	}
}

// A switch of the pool's issuer invalidates no token, whichever was there first, and a verifier
// accepts the ID token of one beside the access token of the other.
func TestBothIssuersAreOnePool(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	for _, order := range [][2]string{{issuer, updatedIssuer}, {updatedIssuer, issuer}} {
		before, after := pool.accessToken(t, claims{"iss": order[0]}), pool.accessToken(t, claims{"iss": order[1]})
		for _, token := range []string{before, after, before} {
			require.NoError(t, verifyAccess(v, token))
		}
		id := pool.idToken(t, claims{"iss": order[0], "nonce": "n", "at_hash": atHash(after)})
		_, err := v.VerifyLogin(t.Context(), jwt.LoginTokens{IDToken: id, AccessToken: after, Nonce: "n"})
		require.NoError(t, err)
	}
}

// A pool's issuer is no other pool's, also if both have further ones.
func TestIssuersArePerPool(t *testing.T) {
	t.Parallel()
	const otherPool, otherClient = "us-east-1_Other9999", "2example23456789"
	other := "https://issuer-cognito-idp.us-east-1.amazonaws.com/" + otherPool
	pool := newStubPool(t)
	v := pool.verifier(t, func(c *jwt.Config) {
		c.Pools[0].Issuers = []string{replicaIssuer}
		c.Pools = append(c.Pools, jwt.TrustedPool{UserPoolID: otherPool, ClientIDs: []string{otherClient}})
	})
	for _, iss := range []string{issuer, updatedIssuer, replicaIssuer} {
		got, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{"iss": iss}))
		require.NoError(t, err)
		assert.Equal(t, poolID, got.UserPoolID)
		require.ErrorIs(t, verifyAccess(v, pool.accessToken(t, claims{"iss": iss, "client_id": otherClient})), jwt.ErrWrongClient)
	}
	got, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{"iss": other, "client_id": otherClient}))
	require.NoError(t, err)
	assert.Equal(t, otherPool, got.UserPoolID)
	require.ErrorIs(t, verifyAccess(v, pool.accessToken(t, claims{"iss": other})), jwt.ErrWrongClient)

	_, err = jwt.NewVerifier(pool.config(func(c *jwt.Config) {
		c.Pools = append(c.Pools, jwt.TrustedPool{UserPoolID: otherPool, ClientIDs: []string{otherClient}, Issuers: []string{updatedIssuer}})
	}))
	require.ErrorIs(t, err, jwt.ErrInvalidConfig)
	require.ErrorContains(t, err, "Pools[1]")
}

// Naming an issuer that is accepted anyway changes nothing.
func TestDefaultIssuersMayBeConfigured(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].Issuers = []string{updatedIssuer, issuer, updatedIssuer} })
	for _, iss := range []string{issuer, updatedIssuer} {
		require.NoError(t, verifyAccess(v, pool.accessToken(t, claims{"iss": iss})))
	}
	require.ErrorIs(t, verifyAccess(v, pool.accessToken(t, claims{"iss": replicaIssuer})), jwt.ErrWrongIssuer)
}

// Keys that one issuer publishes do not sign the tokens of the other, and while one's cannot be
// fetched, the other's tokens are verified.
func TestIssuersDoNotShareKeys(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	pool.serve(func(r *http.Request) reply {
		if strings.HasPrefix(r.URL.Host, "issuer-") {
			return reply{err: errors.New("down")}
		}
		return respond(http.StatusOK, keySet(webKey(keyID, &pool.key.PublicKey)))(r)
	})
	v := pool.verifier(t)
	require.NoError(t, v.Warm(t.Context()))
	require.NoError(t, verifyAccess(v, pool.accessToken(t, nil)))
	require.ErrorIs(t, verifyAccess(v, pool.accessToken(t, claims{"iss": updatedIssuer})), jwt.ErrKeysUnavailable)
	require.NoError(t, verifyAccess(v, pool.accessToken(t, nil)))
}

// Each issuer's tokens are verified by the keys at its own address.
func TestKeysComeFromTheIssuersAddress(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	var addresses []string
	pool.serve(func(r *http.Request) reply {
		addresses = append(addresses, r.URL.String())
		key := pool.key
		if strings.HasPrefix(r.URL.Host, "issuer-") {
			key = pool.other
		}
		return respond(http.StatusOK, keySet(webKey(keyID, &key.PublicKey)))(r)
	})
	v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].Issuers = []string{replicaIssuer} })
	require.NoError(t, verifyAccess(v, pool.accessToken(t, nil)))
	require.ErrorIs(t, verifyAccess(v, pool.accessToken(t, claims{"iss": updatedIssuer})), jwt.ErrBadSignature)
	require.NoError(t, verifyAccess(v, pool.accessToken(t, claims{"iss": replicaIssuer})))
	assert.Equal(t, []string{
		issuer + "/.well-known/jwks.json", updatedIssuer + "/.well-known/jwks.json", replicaIssuer + "/.well-known/jwks.json",
	}, addresses)
}

func TestJWKSURLServesAllIssuers(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].JWKSURL = "https://keys.example/jwks.json" })
	for _, iss := range []string{issuer, updatedIssuer} {
		require.NoError(t, verifyAccess(v, pool.accessToken(t, claims{"iss": iss})))
	}
	assert.EqualValues(t, 1, pool.fetches.Load())
}

// The verifier knows the same hosts as the client, which has them from the AWS SDK.
func TestIssuersOfAllPartitions(t *testing.T) {
	t.Parallel()
	resolver := cognitoidentityprovider.NewDefaultEndpointResolverV2()
	for _, region := range []string{
		"us-east-1", "eu-west-1", "ap-southeast-7", "il-central-1", "mx-central-1", "me-south-1", "us-gov-west-1", "us-gov-east-1",
		"cn-north-1", "cn-northwest-1", "eusc-de-east-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			endpoint, err := resolver.ResolveEndpoint(t.Context(), cognitoidentityprovider.EndpointParameters{Region: aws.String(region)})
			require.NoError(t, err)
			pool, id := newStubPool(t), region+"_Ab1Cd2Ef3"
			v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].UserPoolID = id })
			for _, iss := range []string{endpoint.URI.String() + "/" + id, "https://issuer-" + endpoint.URI.Host + "/" + id} {
				_, err := v.VerifyAccessToken(context.Background(), pool.accessToken(t, claims{"iss": iss}))
				require.NoError(t, err, iss)
			}
		})
	}
}

// A domain is that of its partition only.
func TestDomainsOfOtherPartitionsAreRefused(t *testing.T) {
	t.Parallel()
	domains := []string{"amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "sc2s.sgov.gov", "csp.hci.ic.gov", "cloud.adc-e.uk"}
	for region, own := range map[string]string{
		"eu-west-1": "amazonaws.com", "us-gov-west-1": "amazonaws.com", "cn-north-1": "amazonaws.com.cn", "eusc-de-east-1": "amazonaws.eu",
		"us-iso-east-1": "c2s.ic.gov", "us-isob-east-1": "sc2s.sgov.gov", "us-isof-south-1": "csp.hci.ic.gov", "eu-isoe-west-1": "cloud.adc-e.uk",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			pool, id := newStubPool(t), region+"_Ab1Cd2Ef3"
			v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].UserPoolID = id })
			for _, domain := range domains {
				for _, service := range []string{"cognito-idp", "issuer-cognito-idp"} {
					err := verifyAccess(v, pool.accessToken(t, claims{"iss": "https://" + service + "." + region + "." + domain + "/" + id}))
					if domain == own {
						require.NoError(t, err, domain)
					} else {
						require.ErrorIs(t, err, jwt.ErrWrongIssuer, domain)
					}
				}
			}
		})
	}
}
