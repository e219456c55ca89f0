package main

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// options are what the command line and the file of -config set.
type options struct {
	pool    authtest.Config
	outputs string
	// state is the file in which the pool outlives the program, seed the one with users to add.
	state, seed, seedPassword string
	// hosts are the names by which clients may address the pool.
	hosts       []string
	socialUsers []authtest.SocialUser

	config        string
	devices       string
	passwordRules []string
}

// parse returns the options. With -help the error is flag.ErrHelp and the topic is the one that was
// asked for, or empty.
func parse(args []string) (opts options, topic string, err error) {
	flags := flag.NewFlagSet("userpool", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error says it all
	for _, topic := range topics() {
		topic.define(&opts, flags)
	}
	if err := flags.Parse(args); err != nil {
		return options{}, flags.Arg(0), err
	}
	if flags.NArg() > 0 {
		return options{}, "", fmt.Errorf("%q is not a flag; -help lists them", flags.Arg(0))
	}
	if err := readConfig(opts.config, flags); err != nil {
		return options{}, "", err
	}
	return opts, "", opts.complete()
}

// complete derives the settings of the pool that are not a flag each.
func (opts *options) complete() error {
	tracking, known := map[string]authtest.Devices{
		"off": authtest.DevicesOff, "always": authtest.DevicesAlways, "opt-in": authtest.DevicesOptIn,
	}[opts.devices]
	if !known {
		return fmt.Errorf("-devices must be off, always or opt-in, not %q", opts.devices)
	}
	opts.pool.Devices = tracking
	if u, err := url.Parse(opts.pool.URL); err == nil && opts.pool.URL != "" {
		opts.hosts = append(opts.hosts, u.Hostname())
	}
	return opts.applyPasswordRules()
}

// applyPasswordRules sets the policy if -password-length or -password-rules is given. One that is
// not given is then that of the default policy.
func (opts *options) applyPasswordRules() error {
	policy := &opts.pool.PasswordPolicy
	if policy.MinimumLength == 0 && opts.passwordRules == nil {
		return nil
	}
	if policy.MinimumLength == 0 {
		policy.MinimumLength = 8
	}
	rules := map[string]*bool{
		"uppercase": &policy.RequireUppercase, "lowercase": &policy.RequireLowercase,
		"numbers": &policy.RequireNumbers, "symbols": &policy.RequireSymbols,
	}
	for name, rule := range rules {
		*rule = opts.passwordRules == nil || slices.Contains(opts.passwordRules, name)
	}
	for _, name := range opts.passwordRules {
		if rules[name] == nil && name != "none" {
			return fmt.Errorf("-password-rules must be of uppercase,lowercase,numbers,symbols or none, not %q", name)
		}
	}
	return nil
}

// list is a flag with values that are separated by commas. It may be repeated.
type list struct{ values *[]string }

func (l list) Set(value string) error {
	*l.values = append(*l.values, strings.Split(value, ",")...)
	return nil
}

func (l list) String() string {
	if l.values == nil {
		return ""
	}
	return strings.Join(*l.values, ",")
}
