package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	targetPrefix = "AWSCognitoIdentityProviderService."
	contentType  = "application/x-amz-json-1.1"
	mostAnswer   = 1 << 20
	// mostTries is how often a throttled request is sent. The service has not carried it out.
	mostTries = 6
)

// body is the JSON object of a request.
type body map[string]any

// api sends requests to Cognito as they are written in a check, with nothing added by a client.
type api struct {
	endpoint    string // with a trailing slash
	region      string
	client      *http.Client
	credentials aws.CredentialsProvider
	pace        *pace

	mu     sync.Mutex
	called map[string]bool // the signed operations so far
}

// call waits for its turn, sends a request and returns the answer of the service, which may be a
// refusal. The error says that there was no answer.
func (a *api) call(ctx context.Context, operation string, in body) (answer, error) {
	if err := a.pace.wait(ctx); err != nil {
		return answer{}, err
	}
	return a.callAtOnce(ctx, operation, in)
}

// callAtOnce is call without the waiting, for what happens within a second.
func (a *api) callAtOnce(ctx context.Context, operation string, in body) (answer, error) {
	payload, err := json.Marshal(in)
	if err != nil {
		return answer{}, err
	}
	for try := 1; ; try++ {
		got, err := a.send(ctx, operation, payload)
		if err != nil {
			return answer{}, fmt.Errorf("%s: %w", operation, err)
		}
		if got.code() != "TooManyRequestsException" || try == mostTries {
			return got, nil
		}
		if err := sleep(ctx, time.Second<<try); err != nil {
			return answer{}, err
		}
	}
}

func (a *api) send(ctx context.Context, operation string, payload []byte) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.endpoint, bytes.NewReader(payload))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Amz-Target", targetPrefix+operation)
	if isSigned(operation) {
		if err := a.sign(ctx, operation, request, payload); err != nil {
			return answer{}, err
		}
	}
	response, err := a.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	return readAnswer(operation, response)
}

func (a *api) sign(ctx context.Context, operation string, request *http.Request, payload []byte) error {
	a.mu.Lock()
	a.called[operation] = true
	a.mu.Unlock()
	credentials, err := a.credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(payload)
	return v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "cognito-idp", a.region,
		time.Now())
}

func readAnswer(operation string, response *http.Response) (answer, error) {
	data, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return answer{}, err
	}
	got := answer{operation: operation, status: response.StatusCode, header: response.Header, members: map[string]any{}}
	if len(data) == 0 {
		return got, nil
	}
	if err := json.Unmarshal(data, &got.members); err != nil || got.members == nil {
		return answer{}, fmt.Errorf("status %d, and no JSON object", response.StatusCode)
	}
	return got, nil
}

// get returns the members of a JSON document below the endpoint, such as a pool's JWKS.
func (a *api) get(ctx context.Context, path string) (answer, error) {
	if err := a.pace.wait(ctx); err != nil {
		return answer{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.endpoint+path, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	response, err := a.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	return readAnswer("GET", response)
}

// pace spreads requests out, so that the program stays below the account's quotas.
type pace struct {
	interval time.Duration

	mu   sync.Mutex
	next time.Time
}

func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	delay := p.next.Sub(now)
	p.next = p.next.Add(p.interval)
	p.mu.Unlock()
	return sleep(ctx, delay)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
