package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Restart is the name of the call that makes a client forget everything.
const Restart = "restart"

// A Caller makes one call, with the name and the input that it has in JavaScript. It returns an
// error only if the call could not be made; an error that Amplify would throw is a [Result].
type Caller func(ctx context.Context, call string, input json.RawMessage) (Result, error)

// Result is the output of a call as JSON (null for none) or the name of its error, and the names of
// the events that the client reported meanwhile.
type Result struct {
	Output json.RawMessage
	Error  string
	Events []string
}

// Stage is a pool prepared for one scenario. As an [http.Handler] it forwards requests to the pool
// and records them. Serve it, and give the client its URL.
type Stage struct {
	// Pool is the in-process pool of [NewStage]. [NewStageOn] leaves it nil.
	Pool *authtest.Pool

	target   Target
	scenario Scenario
	wire     *wire
	names    *names
	inputs   *placeholders

	mu         sync.Mutex
	violations []error
}

// NewStage starts the pool and adds the users. The caller must call [Stage.Close].
func NewStage(s Scenario) (*Stage, error) {
	st := &Stage{}
	var config authtest.Config
	if err := decodeStrict(s.Pool, &config); err != nil {
		return nil, fmt.Errorf("scenario: %s: pool: %w", s.Name, err)
	}
	var err error
	if config.Triggers, err = triggersNamed(s.Triggers); err != nil {
		return nil, fmt.Errorf("scenario: %s: %w", s.Name, err)
	}
	config.OnViolation = st.violated
	pool, err := authtest.NewPool(config)
	if err != nil {
		return nil, fmt.Errorf("scenario: %s: %w", s.Name, err)
	}
	st.Pool = pool
	st.begin(s, targetOf(pool))
	if err := st.addUsers(); err != nil {
		pool.Close()
		return nil, fmt.Errorf("scenario: %s: %w", s.Name, err)
	}
	return st, nil
}

// NewStageOn returns a stage on a target that was prepared for the scenario: its pool has the
// settings and the users that the scenario names.
func NewStageOn(target Target, s Scenario) *Stage {
	st := &Stage{}
	st.begin(s, target)
	st.learnSecret(target.TOTPSecret)
	return st
}

func (st *Stage) begin(s Scenario, target Target) {
	st.scenario, st.target, st.names = s, target, newNames()
	st.wire = &wire{pool: target.API}
	st.inputs = &placeholders{target: target, names: st.names}
	st.names.fix("client id", target.ClientID)
	st.names.fix("user pool id", target.UserPoolID)
}

func (st *Stage) addUsers() error {
	for _, data := range st.scenario.Users {
		var user authtest.User
		if err := decodeStrict(data, &user); err != nil {
			return fmt.Errorf("user: %w", err)
		}
		if err := st.Pool.AddUser(user); err != nil {
			return err
		}
		if user.TOTPSecret != "" {
			st.learnSecret(user.TOTPSecret)
		}
	}
	return nil
}

// learnSecret sets the secret that codes are computed from.
func (st *Stage) learnSecret(secret string) { st.inputs.secret = secret }

func (st *Stage) violated(err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.violations = append(st.violations, err)
}

// checkForm returns the violations that the pool reported during the step, unless the step permits
// them.
func (st *Stage) checkForm(step Step) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	violations := st.violations
	st.violations = nil
	if step.Malformed {
		return nil
	}
	return errors.Join(violations...)
}

// Close stops the pool of [NewStage].
func (st *Stage) Close() {
	if st.Pool != nil {
		st.Pool.Close()
	}
}

// ServeHTTP forwards a request to the pool and records it.
func (st *Stage) ServeHTTP(w http.ResponseWriter, r *http.Request) { st.wire.ServeHTTP(w, r) }

// Play makes every call of the scenario and returns the outcomes.
func (st *Stage) Play(ctx context.Context, caller Caller) ([]Outcome, error) {
	outcomes := make([]Outcome, 0, len(st.scenario.Steps))
	for i, step := range st.scenario.Steps {
		outcome, err := st.play(ctx, step, caller)
		if err != nil {
			return nil, fmt.Errorf("scenario: %s: step %d (%s): %w", st.scenario.Name, i+1, step.Call, err)
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

func (st *Stage) play(ctx context.Context, step Step, caller Caller) (Outcome, error) {
	st.names.nextStep()
	if err := st.prepare(ctx, step); err != nil {
		return Outcome{}, err
	}
	input, err := st.inputs.fill(ctx, step.Input)
	if err != nil {
		return Outcome{}, fmt.Errorf("input: %w", err)
	}
	began := st.target.Now()
	result, err := caller(ctx, step.Call, input)
	if err != nil {
		return Outcome{}, err
	}
	if st.Pool != nil {
		st.Pool.Advance(began.Sub(st.Pool.Now())) // on a slow machine, too, a used code is a used one
	}
	exchanges, malformed := st.wire.take()
	if err := errors.Join(append(malformed, st.checkForm(step))...); err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Error: result.Error, Events: result.Events}
	for _, e := range exchanges {
		outcome.Requests = append(outcome.Requests, st.request(e))
	}
	outcome.Output, err = st.output(result.Output)
	return outcome, err
}

// prepare brings the pool into the state that the step asks for.
func (st *Stage) prepare(ctx context.Context, step Step) error {
	if step.Advance != "" {
		by, err := time.ParseDuration(step.Advance)
		if err != nil {
			return fmt.Errorf("advance: %w", err)
		}
		if err := st.target.Advance(ctx, by); err != nil {
			return fmt.Errorf("advance: %w", err)
		}
	}
	if step.Fail != nil {
		var fault authtest.Fault
		if err := decodeStrict(step.Fail, &fault); err != nil {
			return fmt.Errorf("fail: %w", err)
		}
		if st.target.Fail == nil {
			return errors.New("fail: the pool injects no faults")
		}
		st.target.Fail(fault)
	}
	if step.Admin != nil {
		if err := st.administer(ctx, *step.Admin); err != nil {
			return fmt.Errorf("admin: %w", err)
		}
	}
	return nil
}

// request returns the request of an exchange in its recorded form, and learns the names in the
// answer.
func (st *Stage) request(e exchange) Request {
	request := Request{Operation: e.operation, Body: st.names.inMembers(e.request), Answer: e.kind()}
	st.names.learnResponse(e.response)
	if secret, ok := e.response["SecretCode"].(string); ok {
		st.learnSecret(secret)
	}
	return request
}

func (st *Stage) output(output json.RawMessage) (any, error) {
	if len(output) == 0 {
		return nil, nil
	}
	var v any
	if err := json.Unmarshal(output, &v); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	return st.names.in(v), nil
}
