package poolid_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
)

func TestCutRefusesMalformedIDs(t *testing.T) {
	t.Parallel()
	region, name, ok := poolid.Cut("eu-west-1_Ab1Cd2Ef3")
	assert.True(t, ok)
	assert.Equal(t, []string{"eu-west-1", "Ab1Cd2Ef3"}, []string{region, name})

	for _, bad := range []string{
		"", "_", "eu-west-1", "eu-west-1_", "_Ab1Cd2Ef3", "eu_west_Ab1Cd2Ef3", "eu-west-1_Ab-1", "eu-west-1_Ab1\n", "evil.example/_x",
		"eu-west-1_" + strings.Repeat("a", 50), strings.Repeat("a", 46) + "_x", "EU-west-1_x", "eu-west-1_x_y",
		"-_A", "-eu-west-1_A", "eu-west-1-_A",
	} {
		region, name, ok := poolid.Cut(bad)
		assert.False(t, ok, bad)
		assert.Empty(t, region+name, bad)
	}
}

func TestIsClientID(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"1example23456789", "a", "Z_+9", strings.Repeat("x", 128)} {
		assert.True(t, poolid.IsClientID(good), good)
	}
	for _, bad := range []string{"", "client id", "client-id", "client\n", "clïent", strings.Repeat("x", 129)} {
		assert.False(t, poolid.IsClientID(bad), bad)
	}
}

func TestIssuers(t *testing.T) {
	t.Parallel()
	for region, domain := range map[string]string{
		"eu-west-1": "amazonaws.com", "us-gov-east-1": "amazonaws.com", "cn-northwest-1": "amazonaws.com.cn", "eusc-de-east-1": "amazonaws.eu",
		"us-iso-west-1": "c2s.ic.gov", "us-isob-east-1": "sc2s.sgov.gov", "us-isof-east-1": "csp.hci.ic.gov", "eu-isoe-west-1": "cloud.adc-e.uk",
		"us-isolated-1": "amazonaws.com", "cn": "amazonaws.com",
	} {
		original, updated := poolid.Issuers(region, region+"_Ab1Cd2Ef3")
		assert.Equal(t, "https://cognito-idp."+region+"."+domain+"/"+region+"_Ab1Cd2Ef3", original)
		assert.Equal(t, "https://issuer-cognito-idp."+region+"."+domain+"/"+region+"_Ab1Cd2Ef3", updated)
	}
	replica, _ := poolid.Issuers("cn-north-1", "eu-west-1_Ab1Cd2Ef3")
	assert.Equal(t, "https://cognito-idp.cn-north-1.amazonaws.com.cn/eu-west-1_Ab1Cd2Ef3", replica)
}
