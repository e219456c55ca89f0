// Package demo holds what the example programs have in common, so that each of them shows only its
// own topic: a main function, a user pool with one user, and a web server.
package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The user of the example programs. TOTPSecret is the secret in the user's authenticator app.
const (
	Username   = "alice"
	Password   = "Correct-Horse-7-Battery"
	TOTPSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" //nolint:gosec // the pool exists only while the program runs
)

// Main calls run with a context that is canceled by an interrupt. If run fails, Main prints the
// error and exits with status 1.
func Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// StartPool starts an in-process user pool with the user in it. If the pool offers TOTP, the user
// has set up an authenticator app. The caller must close the pool.
func StartPool(cfg authtest.Config) (*authtest.Pool, error) {
	pool, err := authtest.NewPool(cfg)
	if err != nil {
		return nil, err
	}
	user := authtest.User{Username: Username, Password: Password}
	if cfg.TOTP {
		user.TOTPSecret, user.MFA = TOTPSecret, []string{"SOFTWARE_TOKEN_MFA"}
	}
	if err := pool.AddUser(user); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// Serve starts a web server on the loopback interface and returns its URL. The caller must close
// the server.
func Serve(ctx context.Context, handler http.Handler) (*http.Server, string, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "server:", err)
		}
	}()
	return server, "http://" + listener.Addr().String(), nil
}
