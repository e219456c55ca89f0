package main

import (
	"bufio"
	"context"
	"flag"
	"log/slog"
	"os/user"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// target is the pool that a command is about.
type target struct {
	pool, profile, region string
	yes                   bool
}

func (t *target) register(flags *flag.FlagSet) {
	flags.StringVar(&t.pool, "pool", "", "the user pool's `id`; without it, an in-process pool with some users")
	flags.StringVar(&t.profile, "profile", "", "the `profile` of the shared AWS configuration")
	flags.StringVar(&t.region, "region", "", "the `region` to get credentials in; the pool's own is in its id")
	flags.BoolVar(&t.yes, "yes", false, "change without asking")
}

// connect returns a client for the pool, and what to call at the end.
func (t *target) connect(ctx context.Context) (*admin.Client, func(), error) {
	if t.pool == "" {
		return t.offline(ctx)
	}
	settings, err := config.LoadDefaultConfig(ctx,
		config.WithSharedConfigProfile(t.profile), config.WithRegion(t.region))
	if err != nil {
		return nil, nil, err
	}
	client, err := admin.NewClient(ctx, admin.Config{UserPoolID: t.pool, AWS: &settings})
	return client, func() {}, err
}

// offline starts a pool with four users.
func (t *target) offline(ctx context.Context) (*admin.Client, func(), error) {
	pool, err := newPool()
	if err != nil {
		return nil, nil, err
	}
	for _, u := range []authtest.User{
		{Username: "alice", TOTPSecret: demo.TOTPSecret, MFA: []string{"SOFTWARE_TOKEN_MFA"}},
		{Username: "bob"},
		{Username: "carol", Attributes: map[string]string{"phone_number": "+15557654321"}},
		{Username: "dave", Disabled: true},
	} {
		u.Password = demo.Password
		if err := pool.AddUser(u); err != nil {
			pool.Close()
			return nil, nil, err
		}
	}
	t.pool = pool.UserPoolID
	client, err := clientOf(ctx, pool)
	return client, pool.Close, err
}

// confirm asks whether to make the change. Once ctx is done, the tool must not ask again: it still
// waits for the line.
func (t tool) confirm(ctx context.Context, on target) error {
	if on.yes {
		return nil
	}
	t.printf("Type yes to make the change: ")
	typed := make(chan string, 1)
	go func() {
		answer, _ := bufio.NewReader(t.in).ReadString('\n') // the end of the input is no yes
		typed <- strings.TrimSpace(answer)
	}()
	select {
	case answer := <-typed:
		if answer == "yes" {
			return nil
		}
	case <-ctx.Done():
	}
	t.printf("\n")
	return errUnconfirmed
}

// audit leaves a line about a change. Addresses in details are masked by package admin, and names
// that are addresses here.
func (t tool) audit(on target, action, username string, details []string, err error) {
	outcome := "done"
	if err != nil {
		outcome = "failed: " + asFlags.Replace(err.Error())
	}
	who := "unknown"
	if operator, err := user.Current(); err == nil {
		who = operator.Username
	}
	slog.New(slog.NewJSONHandler(t.log, nil)).Info("audit", "operator", who, "profile", on.profile, "pool", on.pool,
		"action", action, "user", maskedName(username), "details", details, "outcome", outcome)
}

// maskedName hides a name that is an e-mail address or a phone number.
func maskedName(name string) string {
	if _, domain, isAddress := strings.Cut(name, "@"); isAddress {
		return "***@" + domain
	}
	if strings.HasPrefix(name, "+") && len(name) > 4 {
		return "+***" + name[len(name)-4:]
	}
	return name
}
