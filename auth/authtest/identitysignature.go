package authtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	signatureAlgorithm = "AWS4-HMAC-SHA256"
	signatureTime      = "20060102T150405Z"
	// signatureGrace is how far the time of a signature may be from the service's.
	signatureGrace = 5 * time.Minute
	// unsignedPayload stands in place of the hash of a body that the signature does not cover.
	unsignedPayload = "UNSIGNED-PAYLOAD"
)

// A Caller is whoever signed a request with credentials of an identity pool.
type Caller struct {
	IdentityID string // of the identity pool
	RoleARN    string // the role that the credentials are for
	// SessionARN is what AWS calls the caller:
	// arn:aws:sts::123456789012:assumed-role/ROLE/CognitoIdentityCredentials.
	SessionARN  string
	AccessKeyID string
}

// Authenticate verifies that a request was signed (AWS Signature Version 4, in the Authorization
// header) with credentials that an identity pool behind the pool's address issued and that are
// still valid by the pool's clock. It returns whose they are. So a test or an example can stand in
// for any service of AWS. It reads the body, and leaves it to be read again.
//
// A body that is signed may have 1 MiB. One that the signature does not cover (UNSIGNED-PAYLOAD, as
// S3 allows) may have any size. Signatures in the query and of single chunks (STREAMING-…) are
// refused.
func (p *Pool) Authenticate(r *http.Request) (Caller, error) {
	k, err := p.service.identities.signer(r)
	if err != nil {
		return Caller{}, fmt.Errorf("authtest: %w", err)
	}
	return Caller{
		IdentityID: k.identityID, RoleARN: k.role, SessionARN: k.sessionARN(), AccessKeyID: k.accessKey,
	}, nil
}

// sessionARN returns the ARN of the role session.
func (k *issuedKey) sessionARN() string {
	_, role, _ := strings.Cut(k.role, ":role/")
	name := role[strings.LastIndex(role, "/")+1:] // without its path
	return "arn:aws:sts::" + k.account() + ":assumed-role/" + name + "/" + k.sessionName
}

func (k *issuedKey) account() string {
	if parts := strings.Split(k.role, ":"); len(parts) > 4 {
		return parts[4]
	}
	return accountID
}

// signature is an Authorization header, taken apart.
type signature struct {
	accessKey, region, service string
	headers                    []string
	at                         time.Time
}

func parseSignature(r *http.Request) (signature, error) {
	algorithm, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if algorithm != signatureAlgorithm {
		return signature{}, errors.New("the request has no signature")
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	scope := strings.Split(parts["Credential"], "/")
	at, err := time.Parse(signatureTime, r.Header.Get("X-Amz-Date"))
	if len(scope) != 5 || err != nil {
		return signature{}, errors.New("the signature has the wrong form")
	}
	s := signature{
		accessKey: scope[0], region: scope[2], service: scope[3], at: at,
		headers: strings.Split(parts["SignedHeaders"], ";"),
	}
	for _, name := range []string{"host", "x-amz-date", "x-amz-security-token"} {
		if !slices.Contains(s.headers, name) {
			return signature{}, fmt.Errorf("the signature does not cover the header %s", name)
		}
	}
	return s, nil
}

// signer returns the credentials that the request was signed with.
func (f *identityService) signer(r *http.Request) (*issuedKey, error) {
	s, err := parseSignature(r)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	k := f.issued[s.accessKey]
	f.mu.Unlock()
	now := f.clock.now()
	switch {
	case k == nil || !sameSecret(k.token, r.Header.Get("X-Amz-Security-Token")):
		return nil, errors.New("the security token included in the request is invalid")
	case now.After(k.expires):
		return nil, errors.New("the security token included in the request is expired")
	case now.Sub(s.at).Abs() > signatureGrace:
		return nil, errors.New("the time of the signature is too far from the service's")
	}
	hash, err := payloadHash(r)
	if err != nil {
		return nil, err
	}
	again, err := s.again(r, k, hash)
	if err != nil {
		return nil, err
	}
	if !sameSecret(again.Header.Get("Authorization"), normalized(r.Header.Get("Authorization"))) {
		return nil, errors.New("the signature does not match")
	}
	return k, nil
}

// payloadHash returns what the signature says of the body, after comparing it with the body.
func payloadHash(r *http.Request) (string, error) {
	given := r.Header.Get("X-Amz-Content-Sha256")
	if given == unsignedPayload {
		return given, nil
	}
	body, err := readAgain(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if given != "" && given != hash {
		return "", errors.New("the body is not the one that was signed")
	}
	return hash, nil
}

// readAgain reads the body and leaves it to be read again.
func readAgain(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	if len(body) > maxBody {
		return nil, fmt.Errorf("the body is larger than %d bytes", maxBody)
	}
	return body, err
}

// again returns the request as its signer must have signed it.
func (s signature) again(r *http.Request, k *issuedKey, hash string) (*http.Request, error) {
	signed := r.Clone(r.Context())
	signed.URL.Host = r.Host
	signed.Header = http.Header{}
	for _, name := range s.headers {
		if values := r.Header.Values(name); len(values) > 0 {
			signed.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if !slices.Contains(s.headers, "content-length") {
		signed.ContentLength = 0
	}
	credentials := aws.Credentials{AccessKeyID: k.accessKey, SecretAccessKey: k.secret, SessionToken: k.token}
	err := v4.NewSigner().SignHTTP(r.Context(), credentials, signed, hash, s.service, s.region, s.at,
		func(o *v4.SignerOptions) { o.DisableURIPathEscaping = s.service == "s3" })
	return signed, err
}

// normalized returns an Authorization header with one space after each comma, as signers differ.
func normalized(header string) string {
	return strings.ReplaceAll(strings.ReplaceAll(header, ", ", ","), ",", ", ")
}
