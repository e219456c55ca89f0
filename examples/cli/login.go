package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// loginFlags are the flags of login. No password and no code is among them: everybody on the
// machine can read a command line.
type loginFlags struct {
	userPoolID, clientID, endpoint, outputs string
	storage, keyFile                        string
	username, mfa, remember                 string
	passwordFile, totpCommand               string
	passwordFD                              int
	passwordStdin, email, signUp, reset     bool
	browserFlags
}

func login(ctx context.Context, t *tool, args []string) error {
	var in loginFlags
	set := t.flags("login")
	set.StringVar(&in.userPoolID, "user-pool-id", "", "the user pool's `id`; the profile keeps it, and the next five")
	set.StringVar(&in.clientID, "client-id", "", "the app client's `id`")
	set.StringVar(&in.endpoint, "endpoint", "", "the `URL` of another service, such as examples/userpool")
	set.StringVar(&in.outputs, "outputs", "", "take both ids from this amplify_outputs.json `file`")
	set.StringVar(&in.storage, "storage", "", "where the key is: keyring, file or none")
	set.StringVar(&in.keyFile, "key-file", "", "the `file` of the key, for --storage file; created on first use")
	set.StringVar(&in.username, "username", "", "the `name` to sign in with")
	set.StringVar(&in.passwordFile, "password-file", "", "read the password from a `file`")
	set.IntVar(&in.passwordFD, "password-fd", -1, "read the password from a `descriptor`")
	set.BoolVar(&in.passwordStdin, "password-stdin", false, "read the password from the standard input")
	set.StringVar(&in.totpCommand, "totp-command", "", "take codes of the authenticator app from this shell `command`")
	set.StringVar(&in.mfa, "mfa", "", "the second factor to use: totp, sms or email")
	set.StringVar(&in.remember, "remember", "ask", "remember this computer: yes, no or ask")
	set.BoolVar(&in.email, "email", false, "people sign in with their email address")
	set.BoolVar(&in.signUp, "sign-up", false, "offer to create an account")
	set.BoolVar(&in.reset, "reset", false, "remove a session whose key is lost")
	in.addTo(set)
	if err := t.parse(set, args, 0); err != nil {
		return err
	}
	cfg, err := t.load()
	if err != nil {
		return err
	}
	if err := in.apply(&cfg); err != nil {
		return err
	}
	opts, err := in.options(t, cfg)
	if err != nil {
		return err
	}
	if err := t.createKeyFile(cfg, in.reset); err != nil {
		return err
	}
	store, err := t.store(ctx, cfg, in.reset)
	if err != nil {
		return err
	}
	release, err := alone(ctx, store)
	if err != nil {
		return err
	}
	defer release()
	signIn := func(ctx context.Context, session *auth.Session) (auth.User, error) {
		return terminal.SignIn(ctx, session, opts)
	}
	if in.browser || in.noBrowser {
		signIn = in.withBrowser(t, cfg, in.username)
	}
	return t.signIn(ctx, cfg, store, signIn)
}

// signInFunc takes the session to signed in.
type signInFunc = func(context.Context, *auth.Session) (auth.User, error)

func (t *tool) signIn(ctx context.Context, cfg profileConfig, store auth.Store, signIn signInFunc) error {
	session, err := t.connect(cfg, store)
	if err != nil {
		return err
	}
	// First the profile: the next login goes on with a sign-in that was interrupted.
	if err := t.save(cfg); err != nil {
		return err
	}
	user, err := signIn(ctx, session)
	if err != nil {
		return err
	}
	cfg.Username = nameOf(user)
	if err := t.save(cfg); err != nil {
		return err
	}
	return t.print("Signed in as "+cfg.Username+".", map[string]any{"code": "signed_in", "user": user})
}

// apply puts what the flags say over the profile.
func (in loginFlags) apply(cfg *profileConfig) error {
	if in.outputs != "" {
		file, err := os.Open(in.outputs)
		if err != nil {
			return &exitError{exitConfig, "configuration", err.Error(), err}
		}
		defer func() { _ = file.Close() }()
		from, err := auth.ConfigFromOutputs(file)
		if err != nil {
			return &exitError{exitConfig, "configuration", err.Error(), err}
		}
		cfg.UserPoolID, cfg.ClientID, cfg.Domain = from.UserPoolID, from.ClientID, from.Domain
		cfg.CallbackURLs, cfg.SignOutURLs = from.RedirectSignIn, from.RedirectSignOut
	}
	if in.keyFile != "" { // other commands run in other directories
		absolute, err := filepath.Abs(in.keyFile)
		if err != nil {
			return &exitError{exitConfig, "configuration", err.Error(), err}
		}
		in.keyFile = absolute
	}
	for _, flag := range []struct {
		value string
		field *string
	}{
		{in.userPoolID, &cfg.UserPoolID},
		{in.clientID, &cfg.ClientID},
		{in.endpoint, &cfg.Endpoint},
		{in.storage, &cfg.Storage},
		{in.keyFile, &cfg.KeyFile},
	} {
		if flag.value != "" {
			*flag.field = flag.value
		}
	}
	if cfg.UserPoolID == "" || cfg.ClientID == "" {
		text := "The first login needs --user-pool-id and --client-id, or --outputs."
		return &exitError{exitConfig, "configuration", text, nil}
	}
	in.applyURLs(cfg)
	return nil
}

// options turns the flags into those of the conversation.
func (in loginFlags) options(t *tool, cfg profileConfig) (terminal.Options, error) {
	factor, known := factors[in.mfa]
	if !known {
		return terminal.Options{}, &exitError{exitUsage, "usage", "--mfa is totp, sms or email", nil}
	}
	remember, known := map[string]terminal.Remember{
		"ask": terminal.RememberAsk, "yes": terminal.RememberYes, "no": terminal.RememberNo,
	}[in.remember]
	if !known {
		return terminal.Options{}, &exitError{exitUsage, "usage", "--remember is yes, no or ask", nil}
	}
	opts := terminal.Options{
		AppName: appName, Username: in.username, LastUsername: cfg.Username, MFAType: factor, Remember: remember,
		OfferSignUp: in.signUp, SignUpAttributes: []string{"email"}, Prompter: t.prompter,
	}
	if in.email {
		opts.UsernameLabel = texts.FieldEmail
	}
	switch {
	case in.passwordFile != "":
		opts.Password = terminal.FromFile(in.passwordFile)
	case in.passwordStdin:
		opts.Password = terminal.FromReader(t.stdin)
	case in.passwordFD >= 0:
		opts.Password = terminal.FromReader(os.NewFile(uintptr(in.passwordFD), "password"))
	}
	if in.totpCommand != "" {
		opts.TOTPCode = terminal.FromCommand("sh", "-c", in.totpCommand)
	}
	return opts, nil
}

var factors = map[string]auth.MFAType{
	"": "", "totp": auth.MFATypeTOTP, "sms": auth.MFATypeSMS, "email": auth.MFATypeEmail,
}

// patience is how long login waits for another one of the same profile.
const patience = time.Second

// alone lets one sign-in at a time ask the person, of all processes that use the profile.
func alone(ctx context.Context, store auth.Store) (release func(), err error) {
	files, shared := store.(*filestore.Store)
	if !shared {
		return func() {}, nil
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err = files.Lease(waiting, "login")
	switch {
	case err == nil:
		return release, nil
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return nil, &exitError{exitSignIn, "sign_in_under_way", "Another sign-in of this profile is under way.", err}
	}
	return nil, fmt.Errorf("login: %w", err)
}
