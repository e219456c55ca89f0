package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// Config describes one app client of one user pool, and how to reach it.
type Config struct {
	redacted

	// UserPoolID is the pool's id, such as "eu-west-1_Ab1Cd2Ef3". Required. The part before the "_"
	// is the AWS region.
	UserPoolID string
	// ClientID is the app client's id. Required.
	ClientID string
	// ClientSecret is the app client's secret, for a client that has one. Leave it empty for a
	// public client; a secret in a program that people download is no secret. Differs from Amplify:
	// it cannot use such clients at all.
	ClientSecret string

	// Endpoint is the URL that stands for Cognito's: a proxy, or an in-process pool. Default: the
	// region's own endpoint. Plain http is accepted for loopback addresses only.
	Endpoint string
	// Store keeps the sessions. Default: a MemoryStore of this Client.
	Store Store
	// HTTPClient carries the requests. Default: a client of its own with a timeout of 30 seconds.
	// Redirects are never followed, whatever it says: they would carry the request, secrets and
	// all, to another place.
	HTTPClient *http.Client
	// Logger gets one debug line per request: operation, status, request id and duration. Default:
	// silent. No secret is ever logged.
	Logger *slog.Logger

	// OnEvent is told what happens to sessions, in the middle of the verb, so it must be quick and
	// must not call back. It may be called by several goroutines at once. Its context has the
	// values of the verb's and is never done; after a refresh it is that of the call which began
	// it. Default: nobody is told. Amplify: Hub.
	OnEvent func(context.Context, Event)

	// AuthSessionValidity is the app client's setting of that name: how long a person has for each
	// step of a sign-in. The service does not tell, so the ExpiresAt of every step is computed from
	// this. From 3 to 15 minutes; default: 3 minutes, as Cognito's. The service alone decides when
	// a step is really over.
	AuthSessionValidity time.Duration

	// DeviceName is the name under which this device is registered in pools that track devices;
	// people see it in lists of their devices. Up to 1024 characters. Default: the host's name and
	// the operating system. SignInInput can give another, which a web back end will want: there the
	// device is the browser.
	DeviceName string
	// DeviceMaxAge forgets a device of the Store so long after it was registered, whatever the pool
	// says; the next sign-in registers it anew and has the pool forget the old one, which ends the
	// sessions that were signed in on it. Default: never.
	DeviceMaxAge time.Duration
}

const (
	minAuthSessionValidity = 3 * time.Minute
	maxAuthSessionValidity = 15 * time.Minute
	defaultTimeout         = 30 * time.Second
	maxDeviceName          = 1024
)

// check says what is wrong with the first bad field, or nothing.
func (c Config) check() error {
	_, _, isPool := poolid.Cut(c.UserPoolID)
	switch {
	case c.UserPoolID == "":
		return badField("UserPoolID", "is missing")
	case !isPool:
		return badField("UserPoolID", `does not look like "eu-west-1_Ab1Cd2Ef3"`)
	case c.ClientID == "":
		return badField("ClientID", "is missing")
	case !poolid.IsClientID(c.ClientID):
		return badField("ClientID", "does not look like an app client's id")
	case c.AuthSessionValidity != 0 &&
		(c.AuthSessionValidity < minAuthSessionValidity || c.AuthSessionValidity > maxAuthSessionValidity):
		return badField("AuthSessionValidity", "lies outside 3 to 15 minutes")
	case len(c.DeviceName) > maxDeviceName:
		return badField("DeviceName", "is longer than 1024 bytes")
	case c.DeviceMaxAge < 0:
		return badField("DeviceMaxAge", "is negative")
	}
	return c.checkEndpoint()
}

func (c Config) checkEndpoint() error {
	if c.Endpoint == "" {
		return nil
	}
	if why := transport.Unfit(c.Endpoint); why != "" {
		return badField("Endpoint", why)
	}
	return nil
}

func badField(name, why string) error {
	return fail(ErrInvalidConfig, fmt.Sprintf("field %s %s", name, why))
}

// maxOutputsSize is far above any real amplify_outputs.json.
const maxOutputsSize = 1 << 20

// ConfigFromOutputs reads the auth block of an amplify_outputs.json, the file that Amplify's
// backend tools write. It fills UserPoolID and ClientID; the other fields of Config have no place
// in that file. Unknown members and newer versions of the file are fine. Errors are
// [ErrInvalidConfig]. Amplify: Amplify.configure.
func ConfigFromOutputs(r io.Reader) (cfg Config, err error) {
	defer nameVerb("ConfigFromOutputs", &err)
	data, err := io.ReadAll(io.LimitReader(r, maxOutputsSize+1))
	if err != nil {
		return Config{}, err
	}
	if len(data) > maxOutputsSize {
		return Config{}, fail(ErrInvalidConfig, "the file is larger than 1 MiB")
	}
	var outputs struct {
		Auth *struct {
			UserPoolID       string `json:"user_pool_id"`
			UserPoolClientID string `json:"user_pool_client_id"`
		} `json:"auth"`
	}
	if err := json.Unmarshal(data, &outputs); err != nil {
		return Config{}, fail(ErrInvalidConfig, "the file is not JSON of the expected form: "+err.Error())
	}
	switch {
	case outputs.Auth == nil:
		return Config{}, fail(ErrInvalidConfig, "the file has no auth block")
	case outputs.Auth.UserPoolID == "":
		return Config{}, fail(ErrInvalidConfig, "auth.user_pool_id is missing")
	case outputs.Auth.UserPoolClientID == "":
		return Config{}, fail(ErrInvalidConfig, "auth.user_pool_client_id is missing")
	}
	return Config{UserPoolID: outputs.Auth.UserPoolID, ClientID: outputs.Auth.UserPoolClientID}, nil
}

// defaultDeviceName names this machine to its owner: "laptop (linux/amd64)".
func defaultDeviceName() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "Go"
	}
	return bounded(host, 255) + " (" + runtime.GOOS + "/" + runtime.GOARCH + ")"
}
