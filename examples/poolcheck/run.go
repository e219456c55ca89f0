package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// verdict is what came of a check.
type verdict string

const (
	agrees  verdict = "agrees"
	differs verdict = "differs"
	notRun  verdict = "not run"
)

// finding is the result of one check. Its JSON is that of the report.
type finding struct {
	Check    string   `json:"check"`
	Source   string   `json:"source"`
	About    string   `json:"about"`
	Verdict  verdict  `json:"verdict"`
	Expected string   `json:"expected,omitempty"`
	Got      string   `json:"got,omitempty"`
	Details  []string `json:"details,omitempty"`
	Reason   string   `json:"reason,omitempty"` // why it was not run
}

// runner runs checks against a target.
type runner struct {
	target *target
	pools  *ownPools
	slow   bool
	// report is called after each check, one call at a time.
	report func(finding)

	mu sync.Mutex
	// mail is held by the check whose messages the person reads: only the newest can be asked for.
	mail sync.Mutex
}

// errStopped is the cause of a run that ended early.
var errStopped = errors.New("the run was stopped")

// run runs all checks and returns the findings in the order of the checks. The error says why some
// of them were not run that should have been.
func (r *runner) run(ctx context.Context, all []check) ([]finding, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	findings, next := make([]finding, len(all)), make(chan int)
	var workers sync.WaitGroup
	for range r.target.workers {
		workers.Go(func() {
			for i := range next {
				f, err := r.decide(ctx, all[i])
				if err != nil {
					stop(err)
				}
				findings[i] = f
				if all[i].unfit == "" {
					r.tell(f)
				}
			}
		})
	}
	for i := range inOrder(all) {
		next <- i
	}
	close(next)
	workers.Wait()
	return findings, context.Cause(ctx)
}

// inOrder yields the slow checks first: while they wait, others run.
func inOrder(all []check) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for _, slow := range []bool{true, false} {
			for i, c := range all {
				if c.slow == slow && !yield(i) {
					return
				}
			}
		}
	}
}

func (r *runner) tell(f finding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report(f)
}

// decide runs a check, unless there is a reason not to. A request that gets no answer spoils the
// measurement, so the check begins anew, once.
func (r *runner) decide(ctx context.Context, c check) (finding, error) {
	f := finding{Check: c.name, Source: c.source, About: c.about, Verdict: notRun}
	switch {
	case c.unfit != "":
		f.Reason = c.unfit
		return f, nil
	case c.slow && !r.slow:
		f.Reason = "needs -slow"
		return f, nil
	case c.mailbox && r.target.lastCode == nil:
		f.Reason = "needs -mailbox"
		return f, nil
	}
	var failure error
	for range 2 {
		if ctx.Err() != nil {
			f.Reason = errStopped.Error()
			return f, nil
		}
		done, err := r.measure(ctx, c, f)
		if err == nil {
			return done, nil
		}
		failure = err
	}
	f.Reason = scrub(failure.Error(), nil)
	return f, fmt.Errorf("%s: %w", c.name, failure)
}

// measure runs a check. The error says that there is no result.
func (r *runner) measure(ctx context.Context, c check, f finding) (finding, error) {
	if c.mailbox {
		r.mail.Lock()
		defer r.mail.Unlock()
	}
	defer r.target.settle()
	l := &lab{target: r.target, pools: r.pools, kind: c.pool, hidden: map[string]string{}}
	got := c.seen(ctx, l)
	var refused *refusal
	switch {
	case errors.As(l.err, &refused) && refused.answer.isDenial():
		return f, fmt.Errorf("AWS does not let these credentials do that: %w", refused)
	case errors.As(l.err, &refused):
		got = "while preparing: " + refused.Error()
	case l.err != nil:
		return f, l.err
	}
	f.Expected, f.Got, f.Details = c.expected, scrub(got, l.hidden), l.details
	f.Verdict = agrees
	if f.Got != f.Expected {
		f.Verdict = differs
	}
	return f, nil
}

// seen measures. A service that answers something else than Cognito must not end the program before
// the pools are deleted, so a panic is a failure of the check.
func (c check) seen(ctx context.Context, l *lab) (got string) {
	defer func() {
		if fault := recover(); fault != nil {
			l.fail(&refusal{reason: fmt.Sprintf("panic: %v", fault)})
		}
	}()
	return c.measure(ctx, l)
}

// progress prints a line for each finding.
type progress struct {
	print       func(format string, args ...any)
	total, done int
	began       time.Time
}

// firstEstimate is the number of findings from which on the time left can be estimated.
const firstEstimate = 5

func (p *progress) line(f finding) {
	p.done++
	left := ""
	if p.done >= firstEstimate && p.done < p.total {
		perCheck := time.Since(p.began) / time.Duration(p.done)
		left = fmt.Sprintf("  about %v left", (perCheck * time.Duration(p.total-p.done)).Round(time.Second))
	}
	p.print("%3d/%d  %-8s %s%s\n", p.done, p.total, f.Verdict, f.Check, left)
}
