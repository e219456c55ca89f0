package authtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

const identityTargetPrefix = "AWSCognitoIdentityService."

// identityService is Amazon Cognito Federated Identities and the part of STS that goes with it. It
// shares the listener, the clock, the log and the faults with the user pools, whose tokens it
// verifies.
type identityService struct {
	region     string
	clock      *clock
	userPools  func() []*Pool
	operations map[string]identityOperation

	mu    sync.Mutex
	pools map[string]*identityPool
	// issued are the credentials that the identity service and STS issued, by access key.
	issued map[string]*issuedKey
	size   int // at which the credentials are swept next
}

func newIdentityService(s *service) *identityService {
	return &identityService{
		region: s.region, clock: &s.clock, userPools: s.all, operations: identityOperations(),
		pools: map[string]*identityPool{}, issued: map[string]*issuedKey{},
	}
}

// identityOperation is an operation of the identity service.
type identityOperation struct {
	// signed operations belong to the administrator. The others are for everybody: the real service
	// lets anonymous callers use them.
	signed bool
	run    func(f *identityService, d *decoder, body map[string]any) (any, error)
}

// federated is an operation of the identity service that runs with its lock held.
func federated[In any](handle func(*identityService, In) (any, error)) identityOperation {
	return identityOperation{run: func(f *identityService, d *decoder, body map[string]any) (any, error) {
		var in In
		if err := d.decode(body, &in); err != nil {
			return nil, err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		return handle(f, in)
	}}
}

// administered is [federated] for an operation that belongs to the administrator.
func administered[In any](handle func(*identityService, In) (any, error)) identityOperation {
	op := federated(handle)
	op.signed = true
	return op
}

func identityOperations() map[string]identityOperation {
	return map[string]identityOperation{
		"GetId":                     federated((*identityService).getID),
		"GetCredentialsForIdentity": federated((*identityService).getCredentialsForIdentity),
		"GetOpenIdToken":            federated((*identityService).getOpenIDToken),

		"CreateIdentityPool":   administered((*identityService).createIdentityPool),
		"DescribeIdentityPool": administered((*identityService).describeIdentityPool),
		"DeleteIdentityPool":   administered((*identityService).deleteIdentityPool),
		"SetIdentityPoolRoles": administered((*identityService).setIdentityPoolRoles),
		"GetIdentityPoolRoles": administered((*identityService).getIdentityPoolRoles),
		"DescribeIdentity":     administered((*identityService).describeIdentity),
	}
}

// carryOut checks the envelope of a request to the identity service and runs its operation.
func (f *identityService) carryOut(c call, violation func(error)) (any, error) {
	op, served := f.operations[c.operation]
	switch {
	case !served:
		return nil, malformed(codeUnknownOperation, "The identity service here does not serve the operation.")
	case mediaType(c.header) != jsonContentType:
		return nil, malformed(codeUnknownOperation, "The content type is not %s.", jsonContentType)
	case op.signed && !strings.HasPrefix(c.header.Get("Authorization"), signatureAlgorithm+" "):
		return nil, malformed(codeMissingAuthentication, "Missing Authentication Token")
	case c.broken != nil:
		return nil, c.broken
	}
	if !op.signed && c.header.Get("Authorization") != "" {
		violation(fmt.Errorf("authtest: %s: signed, although the operation needs no credentials", c.operation))
	}
	var d decoder
	out, err := op.run(f, &d, c.body)
	slices.Sort(d.unknown)
	for _, name := range d.unknown {
		violation(fmt.Errorf("authtest: %s: unknown member %q", c.operation, name))
	}
	return out, err
}

// dated sets the time of an answer to that of the pool's clock, as a server's is its own. AWS's
// clients learn from it how far their own clock is off.
func (f *identityService) dated(w http.ResponseWriter) {
	w.Header().Set("Date", f.clock.now().UTC().Format(http.TimeFormat))
}
