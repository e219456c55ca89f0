package jwt_test

import (
	"context"
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
