package loopback

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
)

// ErrNoRedirectURI means that none of [Options].RedirectURIs can be listened on: their ports are
// used by other programs, or they are no loopback addresses. The error that wraps it names them.
var ErrNoRedirectURI = errors.New("loopback: none of the redirect URIs can be listened on")

// place is a redirect URI that is listened on.
type place struct {
	uri       string
	at        *url.URL
	listeners []net.Listener
}

// listen listens on the first of the redirect URIs that can be listened on.
func listen(ctx context.Context, uris []string) (place, error) {
	failures := make([]error, 0, len(uris))
	for _, uri := range uris {
		at, err := parse(uri)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		listeners, err := listenAt(ctx, at)
		if err == nil {
			return place{uri, at, listeners}, nil
		}
		failures = append(failures, fmt.Errorf("%s: %w", uri, err))
	}
	if ctx.Err() != nil {
		return place{}, context.Cause(ctx)
	}
	return place{}, fmt.Errorf("%w: %w", ErrNoRedirectURI, errors.Join(failures...))
}

// firstLoopback returns the first of the redirect URIs that is a loopback address.
func firstLoopback(uris []string) (string, error) {
	i := slices.IndexFunc(uris, func(uri string) bool {
		_, err := parse(uri)
		return err == nil
	})
	if i < 0 {
		return "", fmt.Errorf("%w: there is no loopback address among %q", ErrNoRedirectURI, uris)
	}
	return uris[i], nil
}

// parse accepts the loopback addresses that a browser and this package understand in the same way.
func parse(uri string) (*url.URL, error) {
	at, err := url.Parse(uri)
	switch {
	case err != nil:
		return nil, err
	case at.Scheme != "http" || !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, at.Hostname()):
		return nil, fmt.Errorf("%q is no loopback address", uri)
	case at.Port() == "" || at.Port() == "0":
		return nil, fmt.Errorf("%q has no port", uri)
	case at.Path == "" || at.User != nil || at.ForceQuery || at.RawQuery != "" || at.Fragment != "":
		return nil, fmt.Errorf("%q is more or less than an address and a path", uri)
	}
	return at, nil
}

// listenAt listens on all addresses that the host stands for. It fails if one of them is used: the
// browser might go there.
func listenAt(ctx context.Context, at *url.URL) (listeners []net.Listener, err error) {
	addresses := []string{at.Hostname()}
	if at.Hostname() == "localhost" {
		addresses = slices.DeleteFunc([]string{"127.0.0.1", "::1"}, func(address string) bool {
			return !hasAddress(ctx, address)
		})
	}
	for _, address := range addresses {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(address, at.Port()))
		if err != nil {
			closeAll(listeners)
			return nil, err
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}

// hasAddress reports whether the computer has the address: some have no IPv6.
func hasAddress(ctx context.Context, address string) bool {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return false
	}
	_ = listener.Close() // nobody has connected
	return true
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close() // nobody has connected
	}
}
