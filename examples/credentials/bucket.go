package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// bucket stands in for Amazon S3. It verifies the signature of each request, and lets everybody use
// only the files under their own identity id, as a policy with
// ${cognito-identity.amazonaws.com:sub} does.
type bucket struct {
	users *authtest.Pool
	mu    sync.Mutex
	files map[string][]byte
}

func newBucket(users *authtest.Pool) http.Handler {
	return &bucket{users: users, files: map[string][]byte{}}
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	caller, err := b.users.Authenticate(r)
	if err != nil || !strings.HasPrefix(r.URL.Path, "/private/"+caller.IdentityID+"/") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method == http.MethodPut {
		if b.files[r.URL.Path], err = io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
		return
	}
	_, _ = w.Write(b.files[r.URL.Path]) // fails only if the caller has gone
}

// bucketClient is a client of the bucket. A real program has
// github.com/aws/aws-sdk-go-v2/service/s3 do this, with the same aws.Config.
type bucketClient struct {
	url string
	cfg aws.Config
}

func (c bucketClient) do(ctx context.Context, method, name, text string) (status, answer string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+"/"+name, strings.NewReader(text))
	if err != nil {
		return "", "", err
	}
	credentials, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256([]byte(text))
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "s3", c.cfg.Region, time.Now(),
		func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err != nil {
		return "", "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = response.Body.Close() }() // the body was read to its end
	body, err := io.ReadAll(response.Body)
	return response.Status, string(body), err
}
