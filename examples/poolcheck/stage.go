package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// playScenario prepares the pool and its users, plays the scenario with the SDK, and returns how
// the outcomes differ from the recorded ones.
func (l *lab) playScenario(ctx context.Context, s scenario.Scenario, config authtest.Config) string {
	client := l.client(ctx, scenarioClient(config))
	secret := l.addUsers(ctx, s)
	if l.err != nil {
		return ""
	}
	calls := &forwarder{api: l.pools.api}
	stage := scenario.NewStageOn(l.scenarioTarget(client, calls, secret), s)
	server, url, err := demo.Serve(ctx, stage)
	if err != nil {
		l.fail(err)
		return ""
	}
	defer func() { _ = server.Close() }()
	sdk, err := scenario.NewSDK(auth.Config{UserPoolID: client.poolID, ClientID: client.id, Endpoint: url})
	if err != nil {
		l.fail(&refusal{reason: err.Error()})
		return ""
	}
	outcomes, err := stage.Play(ctx, sdk.Call)
	if lost := calls.lost(); lost != nil {
		l.fail(lost)
		return ""
	}
	if err != nil {
		return strings.TrimPrefix(err.Error(), "scenario: "+s.Name+": ")
	}
	return differences(s, outcomes)
}

func differences(s scenario.Scenario, outcomes []scenario.Outcome) string {
	mismatches, err := scenario.Compare(s, outcomes)
	if err != nil {
		return err.Error()
	}
	undeclared, _ := scenario.Judge(mismatches, scenario.Differences())
	if len(undeclared) == 0 {
		return asRecorded
	}
	lines := make([]string, 0, len(undeclared))
	for _, m := range undeclared {
		lines = append(lines, strings.TrimPrefix(m.String(), s.Name+": "))
	}
	return strings.Join(lines, "; ")
}

// scenarioTarget returns the pool of the scenario for its stage.
func (l *lab) scenarioTarget(client appClient, api http.Handler, secret string) scenario.Target {
	return scenario.Target{
		UserPoolID: client.poolID, ClientID: client.id, API: api, TOTPSecret: secret,
		Now: l.target.now,
		Advance: func(ctx context.Context, d time.Duration) error {
			return l.target.wait(ctx, int64(d/time.Second))
		},
		Administer: func(ctx context.Context, operation string, members map[string]any) error {
			_, err := l.pools.api.must(ctx, operation, members)
			return err
		},
		LastCode: func(context.Context, string) (string, error) { return "", nil },
		Devices:  l.deviceKeys,
	}
}

// deviceKeys returns the keys of a user's devices, the oldest first.
func (l *lab) deviceKeys(ctx context.Context, username string) ([]string, error) {
	listed, err := l.pools.api.must(ctx, "AdminListDevices", body{"UserPoolId": l.poolID(ctx), "Username": username})
	if err != nil {
		return nil, err
	}
	type listedDevice struct {
		key     string
		created float64
	}
	var devices []listedDevice
	list, _ := listed.members["Devices"].([]any)
	for _, item := range list {
		shown, _ := item.(map[string]any)
		created, _ := shown["DeviceCreateDate"].(float64)
		devices = append(devices, listedDevice{text(shown["DeviceKey"]), created})
	}
	slices.SortStableFunc(devices, func(a, b listedDevice) int { return int(a.created*1000 - b.created*1000) })
	keys := make([]string, 0, len(devices))
	for _, d := range devices {
		keys = append(keys, d.key)
	}
	return keys, nil
}

// addUsers adds the users of a scenario and returns the secret of the one who has an authenticator
// app. The code that set the app up is spent, so it waits for the next one.
func (l *lab) addUsers(ctx context.Context, s scenario.Scenario) (secret string) {
	for _, data := range s.Users {
		var user authtest.User
		if err := json.Unmarshal(data, &user); err != nil {
			l.fail(err)
			return ""
		}
		p := l.addUser(ctx, user)
		if user.TOTPSecret == "" || l.err != nil {
			continue
		}
		l.enrol(ctx, p)
		l.need(ctx, "AdminSetUserMFAPreference", l.admin(ctx, p, body{"SoftwareTokenMfaSettings": body{
			"Enabled": slices.Contains(user.MFA, "SOFTWARE_TOKEN_MFA"), "PreferredMfa": user.PreferredMFA != "",
		}}))
		l.code(ctx, p)
		secret = p.secret
	}
	return secret
}

func (l *lab) addUser(ctx context.Context, user authtest.User) *person {
	p := &person{client: l.client(ctx, public()), username: user.Username, password: user.Password}
	attributes := []body{}
	for _, name := range slices.Sorted(maps.Keys(user.Attributes)) {
		attributes = append(attributes, attribute(name, user.Attributes[name]))
	}
	l.need(ctx, "AdminCreateUser", l.admin(ctx, p, body{
		"TemporaryPassword": p.password, "MessageAction": "SUPPRESS", "UserAttributes": attributes,
	}))
	if !user.TemporaryPassword {
		l.need(ctx, "AdminSetUserPassword", l.admin(ctx, p, body{"Password": p.password, "Permanent": true}))
	}
	if user.Disabled {
		l.need(ctx, "AdminDisableUser", l.admin(ctx, p, nil))
	}
	return p
}

// enrol sets up the authenticator app: by an access token, or during the sign-in where MFA is
// required.
func (l *lab) enrol(ctx context.Context, p *person) {
	signedIn := l.byPassword(ctx, p)
	if access := signedIn.token("AccessToken"); access != "" {
		l.setUpApp(ctx, p, access)
		return
	}
	l.setUpAppInSession(ctx, p, signedIn)
}

// forwarder sends the requests of the SDK on to the service.
type forwarder struct {
	api *api

	mu      sync.Mutex
	failure error
}

func (f *forwarder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := f.forward(w, r); err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.failure = err
		http.Error(w, "{}", http.StatusBadGateway)
	}
}

// lost returns the error of a request that got no answer.
func (f *forwarder) lost() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failure
}

func (f *forwarder) forward(w http.ResponseWriter, r *http.Request) error {
	data, err := io.ReadAll(io.LimitReader(r.Body, mostAnswer))
	if err != nil {
		return err
	}
	if err := f.api.pace.wait(r.Context()); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, f.api.endpoint, bytes.NewReader(data))
	if err != nil {
		return err
	}
	for _, name := range []string{"Content-Type", "X-Amz-Target"} {
		request.Header.Set(name, r.Header.Get(name))
	}
	response, err := f.api.client.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", strings.TrimPrefix(r.Header.Get("X-Amz-Target"), targetPrefix), err)
	}
	defer func() { _ = response.Body.Close() }()
	answered, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return err
	}
	for name, values := range response.Header {
		if strings.HasPrefix(name, "X-Amzn-") || name == "Content-Type" || name == "Date" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(response.StatusCode)
	_, err = w.Write(answered)
	return err
}
