// Command poolcheck compares a Cognito user pool with the in-process pool of package authtest.
//
//	go run ./examples/poolcheck                    # the in-process pool, offline
//	go run ./examples/poolcheck -region eu-west-1  # AWS, with the usual credentials
//	go run ./examples/poolcheck -endpoint http://127.0.0.1:9229
//
// It creates user pools and app clients of its own, sends requests to them, compares the answers
// with those of the pool of package authtest, and deletes the pools: at the end, after a failure,
// and after an interrupt. On AWS it first prints what it will do and what that costs, and asks.
// README.md says how to run it, which rights it needs, and what to send back.
//
// It exits with status 0 only if nothing differs.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second interrupt ends the program at once, without the clean-up.
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], newTerminal(os.Stdin, os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "poolcheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, t *terminal) error {
	opts, err := parse(args)
	if err != nil {
		return err
	}
	if opts.policy {
		t.printf("%s", policy)
		return nil
	}
	at, err := opts.target(ctx, t)
	if err != nil {
		return err
	}
	defer at.close()
	if opts.sweep {
		return sweep(ctx, at, opts, t)
	}
	return measure(ctx, at, opts, t)
}

// measure runs the checks and cleans up.
func measure(ctx context.Context, at *target, opts options, t *terminal) error {
	scenarios, err := scenarioChecks()
	if err != nil {
		return err
	}
	all, err := opts.choose(append(checks(), scenarios...))
	if err != nil {
		return err
	}
	e := newOwnPools(at.api)
	if opts.asks() {
		opts.plan(all, e.run, t)
		if err := opts.confirmed(ctx, t); err != nil {
			return err
		}
	}
	shown := &progress{print: t.printf, began: time.Now()}
	for _, c := range all {
		if c.unfit == "" {
			shown.total++
		}
	}
	r := &runner{target: at, pools: e, slow: opts.slow || opts.offline(), report: shown.line}
	findings, failure := r.run(ctx, all)
	t.printf("\ndeleting the pools of the run\n")
	left := e.leave(ctx)
	if left != nil {
		left = fmt.Errorf("pools may be left, run poolcheck with -sweep: %w", left)
	}
	found := report{Service: at.name, Date: time.Now().UTC().Format(time.DateOnly), Findings: findings}
	found.summary(t.out)
	var unwritten error
	if opts.json != "" {
		unwritten = found.write(opts.json)
	}
	return errors.Join(found.err(), failure, left, unwritten)
}

// err is the error of a run that found a difference.
func (r report) err() error {
	if n := r.count(differs); n > 0 {
		return fmt.Errorf("%d of %d checks differ", n, len(r.Findings))
	}
	return nil
}

// sweep deletes what earlier runs left.
func sweep(ctx context.Context, at *target, opts options, t *terminal) error {
	left, err := leftovers(ctx, at.api, "")
	if err != nil {
		return err
	}
	for _, l := range left {
		t.printf("%s, %s, created %s ago\n", l.name, l.id, time.Since(l.created).Round(time.Second))
	}
	if len(left) == 0 {
		t.printf("no pool has the tag %s\n", tagKey)
		return nil
	}
	t.printf("These %d pools have the tag %s and will be deleted, also those of a run that still goes on.\n",
		len(left), tagKey)
	if err := opts.confirmed(ctx, t); err != nil {
		return err
	}
	var failed []error
	for _, l := range left {
		failed = append(failed, remove(ctx, at.api, l.id))
	}
	return errors.Join(failed...)
}
