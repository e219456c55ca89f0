package conformance_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// maxAnswer is the size limit of an answer of the driver, far above any real one.
const maxAnswer = 1 << 20

// amplify is the published aws-amplify package in a Node process of its own.
type amplify struct {
	node   func() *exec.Cmd
	config map[string]string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
	log    bytes.Buffer
}

// startAmplify starts Node and configures Amplify for the endpoint. It runs until stop is called or
// ctx ends.
func startAmplify(ctx context.Context, endpoint, userPoolID, clientID string) (*amplify, error) {
	a := &amplify{
		node:   func() *exec.Cmd { return exec.CommandContext(ctx, "node", "driver.mjs") },
		config: map[string]string{"endpoint": endpoint, "userPoolId": userPoolID, "clientId": clientID},
	}
	return a, a.start()
}

func (a *amplify) start() error {
	a.cmd = a.node()
	a.cmd.Stderr = &a.log
	in, err := a.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := a.cmd.Start(); err != nil {
		return err
	}
	a.in, a.out = in, bufio.NewScanner(out)
	a.out.Buffer(nil, maxAnswer)
	config, err := json.Marshal(a.config)
	if err != nil {
		return err
	}
	_, err = a.exchange("configure", config)
	return err
}

func (a *amplify) stop() error {
	if err := a.in.Close(); err != nil {
		return err
	}
	return a.cmd.Wait()
}

// call is a scenario.Caller.
func (a *amplify) call(_ context.Context, call string, input json.RawMessage) (scenario.Result, error) {
	if call != scenario.Restart {
		return a.exchange(call, input)
	}
	if err := a.stop(); err != nil {
		return scenario.Result{}, err
	}
	return scenario.Result{}, a.start()
}

func (a *amplify) exchange(call string, input json.RawMessage) (scenario.Result, error) {
	line, err := json.Marshal(struct {
		Call  string          `json:"call"`
		Input json.RawMessage `json:"input,omitempty"`
	}{call, input})
	if err != nil {
		return scenario.Result{}, err
	}
	if _, err := a.in.Write(append(line, '\n')); err != nil {
		return scenario.Result{}, err
	}
	if !a.out.Scan() {
		return scenario.Result{}, fmt.Errorf("no answer from the driver to %s: %w: %s",
			call, a.out.Err(), a.log.String())
	}
	var answer struct {
		Output json.RawMessage `json:"output"`
		Error  struct {
			Name string `json:"name"`
		} `json:"error"`
		Events []string `json:"events"`
	}
	if err := json.Unmarshal(a.out.Bytes(), &answer); err != nil {
		return scenario.Result{}, fmt.Errorf("the driver's answer to %s is not JSON: %w", call, err)
	}
	return scenario.Result{Output: answer.Output, Error: answer.Error.Name, Events: answer.Events}, nil
}
