package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// site serves a pool, a page about it, and the paths that control it.
type site struct {
	pool *authtest.Pool
	// hosts are the names by which clients may address it, beside localhost.
	hosts    []string
	importer importer
	mux      *http.ServeMux
}

// newSite returns the handler of everything at the pool's address. changed is called when the pool
// may have changed.
func newSite(pool *authtest.Pool, opts options, changed func()) http.Handler {
	s := &site{pool: pool, hosts: opts.hosts, importer: opts.importer(pool), mux: http.NewServeMux()}
	watched := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer changed()
		pool.ServeHTTP(w, r)
	})
	s.mux.Handle("/", watched)
	s.mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
	})
	s.mux.Handle("/_pool/", local(watched, http.NotFoundHandler()))
	s.mux.Handle("GET /{$}", local(http.HandlerFunc(s.servePage), pool))
	s.mux.Handle("GET /_pool/page.css", local(http.HandlerFunc(serveStyle), http.NotFoundHandler()))
	protection := http.NewCrossOriginProtection()
	for pattern, handle := range map[string]http.HandlerFunc{
		"POST /_pool/page/clock": s.serveClockForm,
		"GET /_pool/users":       s.serveUsers,
		"POST /_pool/users":      s.serveNewUsers,
	} {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer changed()
			handle(w, r)
		})
		s.mux.Handle(pattern, local(protection.Handler(handler), http.NotFoundHandler()))
	}
	return s
}

// ServeHTTP refuses requests by a name that is not the pool's. Such a request comes from a page
// whose name was made to resolve to this machine, and which could read all codes (DNS rebinding).
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.isKnown(r.Host) {
		http.Error(w, "this pool does not go by that name; -hosts gives it more", http.StatusMisdirectedRequest)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// isKnown reports whether clients may address the pool so. Nobody can make an IP address resolve to
// something else.
func (s *site) isKnown(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	name = strings.ToLower(name)
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || slices.ContainsFunc(s.hosts,
		func(own string) bool { return strings.EqualFold(own, name) })
}

// local serves requests of this machine by handler, and those of other machines by otherwise.
func local(handler, otherwise http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r) {
			otherwise.ServeHTTP(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// isLocal reports whether a request is of this machine. One that a proxy passed on may be of any
// machine.
func isLocal(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	proxied := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != ""
	return err == nil && from.Addr().Unmap().IsLoopback() && !proxied
}

// serveUsers answers with the users in the shape of ListUsers.
func (s *site) serveUsers(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = s.pool.WriteUsers(w) // an error means that the client has gone
}

// serveNewUsers adds users in the shape of ListUsers.
func (s *site) serveNewUsers(w http.ResponseWriter, r *http.Request) {
	outcome, err := s.importer.add(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(outcome) // an error means that the client has gone
}
