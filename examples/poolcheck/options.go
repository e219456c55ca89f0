package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// options are the flags.
type options struct {
	region, endpoint, mailbox, json, only string
	isOffline, yes, slow, sweep, policy   bool
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("poolcheck", flag.ContinueOnError)
	flags.StringVar(&o.region, "region", "", "run on AWS in this `region`")
	flags.StringVar(&o.endpoint, "endpoint", "", "run against the service at this `URL`, with made-up credentials")
	flags.BoolVar(&o.isOffline, "offline", false, "run against the in-process pool; the default")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	flags.BoolVar(&o.slow, "slow", false, "run the checks that wait for minutes, too")
	flags.StringVar(&o.mailbox, "mailbox", "", "send messages to this `address` and ask for the codes in them")
	flags.StringVar(&o.json, "json", "", "write a report to this `file`")
	flags.StringVar(&o.only, "run", "", "run only the checks whose names match this `expression`")
	flags.BoolVar(&o.sweep, "sweep", false, "delete the pools that earlier runs left, and do nothing else")
	flags.BoolVar(&o.policy, "policy", false, "print the IAM policy that a run needs")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(flags.Args())
}

func (o options) check(rest []string) error {
	u, err := url.Parse(o.endpoint)
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unknown argument %q", rest[0])
	case o.isOffline && (o.region != "" || o.endpoint != ""):
		return errors.New("-offline cannot go together with -region or -endpoint")
	case o.endpoint != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https"):
		return errors.New("-endpoint is not the URL of a service")
	case o.endpoint == "" && o.region != "" && !regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`).MatchString(o.region):
		return fmt.Errorf("-region: %q is not a region", o.region)
	case o.sweep && o.offline():
		return errors.New("-sweep needs -region or -endpoint: nothing is left of an offline run")
	}
	return nil
}

// offline reports whether the run is against the in-process pool.
func (o options) offline() bool { return o.region == "" && o.endpoint == "" }

// asks reports whether the run is on somebody's account.
func (o options) asks() bool { return !o.offline() }

// target returns the service that the flags name.
func (o options) target(ctx context.Context, t *terminal) (*target, error) {
	if o.offline() {
		return offline()
	}
	var at *target
	if o.endpoint != "" {
		region := o.region
		if region == "" {
			region = offlineRegion
		}
		at = atEndpoint(o.endpoint, region)
	} else {
		var err error
		if at, err = onAWS(ctx, o.region); err != nil {
			return nil, err
		}
	}
	if o.mailbox != "" {
		at.mailbox, at.lastCode = o.mailbox, asking(t)
	}
	return at, nil
}

// asking returns a function that asks the person for a code.
func asking(t *terminal) func(ctx context.Context, poolID, username string) (string, error) {
	return func(ctx context.Context, _, _ string) (string, error) {
		return t.ask(ctx, "The code in the newest message: ")
	}
}

// choose returns the checks that -run names.
func (o options) choose(all []check) ([]check, error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	var chosen []check
	for _, c := range all {
		if only.MatchString(c.name) {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("-run matches no check")
	}
	return chosen, nil
}

// confirmed asks, unless -yes was given.
func (o options) confirmed(ctx context.Context, t *terminal) error {
	if o.yes {
		return nil
	}
	answer, err := t.ask(ctx, "Go on? [y/N] ")
	if err != nil || !strings.EqualFold(answer, "y") && !strings.EqualFold(answer, "yes") {
		return errors.Join(errors.New("nothing was done"), err)
	}
	return nil
}
