package authtest

import (
	"cmp"
	"strings"
	"sync"
	"time"
)

// poolDomain is a domain of a pool as the API describes it.
type poolDomain struct {
	UserPoolID             string `json:"UserPoolId"`
	AWSAccountID           string `json:"AWSAccountId"`
	Domain                 string
	S3Bucket               string
	CloudFrontDistribution string
	Version                string
	Status                 string
	CustomDomainConfig     *customDomainConfig
	ManagedLoginVersion    int
	Routing                any `json:",omitempty"`
}

type customDomainConfig struct {
	CertificateArn string `wire:"CertificateArn,Arn,required" json:",omitempty"`
	SecurityPolicy string `wire:"SecurityPolicy,String" json:",omitempty"`
}

type domainTarget struct {
	Domain     string `wire:"Domain,Domain,required"`
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
}

type domainInput struct {
	domainTarget
	CustomDomainConfig  *customDomainConfig `wire:"CustomDomainConfig"`
	ManagedLoginVersion int                 `wire:"ManagedLoginVersion,ManagedLoginVersion"`
	Routing             any                 `wire:"Routing"`
}

type deleteDomainInput struct {
	domainTarget
}

type describeDomainInput struct {
	Domain string `wire:"Domain,Domain,required"`
}

type domainOutput struct {
	CloudFrontDomain    string `json:",omitempty"`
	ManagedLoginVersion int
	Routing             any `json:",omitempty"`
}

type describeDomainOutput struct {
	DomainDescription any
}

func (h *hosted) hasDomain() bool { return h.domain != nil || h.custom != nil }

// isClassic reports whether the pages are all of the older generation.
func (h *hosted) isClassic() bool {
	for _, d := range []*poolDomain{h.domain, h.custom} {
		if d != nil && d.ManagedLoginVersion > 1 {
			return false
		}
	}
	return true
}

// domainNames returns the domains as DescribeUserPool shows them.
func (h *hosted) domainNames() (domain, custom string) {
	if h.domain != nil {
		domain = h.domain.Domain
	}
	if h.custom != nil {
		custom = h.custom.Domain
	}
	return domain, custom
}

// slot returns where the pool keeps a domain of the kind.
func (h *hosted) slot(custom bool) **poolDomain {
	if custom {
		return &h.custom
	}
	return &h.domain
}

// find returns where the pool keeps the domain, or nil.
func (h *hosted) find(domain string) **poolDomain {
	for _, slot := range []**poolDomain{&h.domain, &h.custom} {
		if *slot != nil && (*slot).Domain == domain {
			return slot
		}
	}
	return nil
}

func (o *hostedAdmin) createUserPoolDomain(in domainInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	slot := o.hosted.slot(in.CustomDomainConfig != nil)
	switch {
	case in.CustomDomainConfig == nil && !isDomainPrefix(in.Domain):
		return nil, refuse(codeInvalidParameter, "The domain prefix is invalid.")
	case *slot != nil:
		return nil, refuse(codeInvalidParameter, "User pool already has a domain configured.")
	case !o.hosted.names.claim(in.Domain, in.UserPoolID):
		return nil, refuse(codeInvalidParameter, "Domain already associated with another user pool.")
	}
	*slot = newPoolDomain(o.identity, in.Domain, o.clock.now())
	return (*slot).configure(in), nil
}

func newPoolDomain(pool identity, domain string, now time.Time) *poolDomain {
	return &poolDomain{
		UserPoolID: pool.id, AWSAccountID: accountID, Domain: domain,
		S3Bucket:               "aws-cognito-prod-" + pool.region + "-assets",
		CloudFrontDistribution: "d" + randomText(13, lowerAlphanumeric) + ".cloudfront.net",
		Version:                now.UTC().Format("20060102150405"), Status: "ACTIVE",
	}
}

// updateUserPoolDomain replaces the certificate and the version of the pages.
func (o *hostedAdmin) updateUserPoolDomain(in domainInput) (any, error) {
	slot, err := o.managedDomain(in.domainTarget)
	if err != nil {
		return nil, err
	}
	return (*slot).configure(in), nil
}

func (o *hostedAdmin) deleteUserPoolDomain(in deleteDomainInput) (any, error) {
	slot, err := o.managedDomain(in.domainTarget)
	if err != nil {
		return nil, err
	}
	o.hosted.names.release(in.Domain)
	*slot = nil
	return struct{}{}, nil
}

// describeUserPoolDomain describes an unknown domain with an empty description, as the real
// operation does.
func (o *hostedAdmin) describeUserPoolDomain(in describeDomainInput) (any, error) {
	if slot := o.hosted.find(in.Domain); slot != nil {
		return describeDomainOutput{**slot}, nil
	}
	return describeDomainOutput{struct{}{}}, nil
}

// managedDomain returns where the pool keeps the domain of an administrator's call.
func (o *hostedAdmin) managedDomain(target domainTarget) (**poolDomain, error) {
	if err := o.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if slot := o.hosted.find(target.Domain); slot != nil {
		return slot, nil
	}
	return nil, refuse(codeInvalidParameter, "No such domain or user pool exists.")
}

// configure applies a call to the domain and returns its answer.
func (d *poolDomain) configure(in domainInput) domainOutput {
	d.CustomDomainConfig = cmp.Or(in.CustomDomainConfig, &customDomainConfig{})
	d.ManagedLoginVersion, d.Routing = max(in.ManagedLoginVersion, 1), in.Routing
	out := domainOutput{ManagedLoginVersion: d.ManagedLoginVersion, Routing: d.Routing}
	if in.CustomDomainConfig != nil {
		out.CloudFrontDomain = d.CloudFrontDistribution
	}
	return out
}

// isDomainPrefix reports whether the text can be the first label of a domain under the service's
// own, which may not contain the names of the service.
func isDomainPrefix(text string) bool {
	for _, reserved := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(text, reserved) {
			return false
		}
	}
	return len(text) <= 63 && onlyRunes(text, isRegionRune) && text == strings.Trim(text, "-")
}

func isUserPoolDomain(text string) bool {
	return onlyRunes(text, func(r rune) bool { return isRegionRune(r) || r == '.' }) && text == strings.Trim(text, "-.")
}

// domainNames are the domains of all pools behind an address, with the ids of their pools. They
// have a lock of their own, because DescribeUserPoolDomain names no pool.
type domainNames struct {
	mu    sync.Mutex
	pools map[string]string
}

// claim reports whether the domain was free, and gives it to the pool.
func (all *domainNames) claim(domain, pool string) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.pools[domain] != "" {
		return false
	}
	all.pools[domain] = pool
	return true
}

func (all *domainNames) release(domain string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.pools, domain)
}

func (all *domainNames) owner(domain string) string {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.pools[domain]
}
