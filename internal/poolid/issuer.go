package poolid

import "strings"

// partitions maps the prefixes of regions to the domains of their AWS partitions. All other regions
// are in amazonaws.com: those of the partition "aws" and of GovCloud.
var partitions = []struct{ prefix, domain string }{
	{"cn-", "amazonaws.com.cn"},
	{"eusc-", "amazonaws.eu"},
	{"us-iso-", "c2s.ic.gov"},
	{"us-isob-", "sc2s.sgov.gov"},
	{"us-isof-", "csp.hci.ic.gov"},
	{"eu-isoe-", "cloud.adc-e.uk"},
}

func domainOf(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.domain
		}
	}
	return "amazonaws.com"
}

// Issuers returns the iss claims of a pool's tokens in one region, of which the pool's
// IssuerConfiguration selects one: ORIGINAL or UPDATED. The id is the pool's whole one.
func Issuers(region, id string) (original, updated string) {
	host := region + "." + domainOf(region) + "/" + id
	return "https://cognito-idp." + host, "https://issuer-cognito-idp." + host
}
