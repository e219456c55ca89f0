package authtest

import (
	"net/http"
	"slices"
	"sync"
)

// A Fault makes calls of an operation fail. The JSON names are those of POST /_pool/faults.
//
// Username and ClientID aim it, so that tests that run in parallel can share a pool: it happens
// only to requests that name this user and this app client.
type Fault struct {
	// Operation is the operation that fails, such as "InitiateAuth", or the path of the pool's
	// domain, such as "oauth2/token". Empty means any.
	Operation string `json:"operation"`
	// Username is the user whose requests fail: any name that the user can sign in with, or the
	// sub. A request names its user by the user name, a token, a session or a code, and a browser
	// also by its own session. Empty means any user.
	Username string `json:"username"`
	// ClientID is the app client whose requests fail. A request names it by its id, an access token
	// or a session. Empty means any app client.
	ClientID string `json:"clientId"`
	// Code is the name of the error. The default is InternalErrorException; at the pool's domain
	// that is server_error.
	Code string `json:"code"`
	// Message is the text of the error.
	Message string `json:"message"`
	// Status is the HTTP status, 400 to 599; other values mean the default. As with the real
	// service, that is 500 for InternalErrorException, 403 for ForbiddenException (the answer of a
	// web application firewall), and 400 for the rest. A browser is redirected to the app with the
	// error instead, if the app is known.
	Status int `json:"status"`
	// Times is how many calls fail. The default is 1; a negative number means every call.
	Times int `json:"times"`
	// LoseReply carries the request out and then closes the connection without an answer. Code,
	// Message and Status are then ignored.
	LoseReply bool `json:"loseReply"`
}

func (f Fault) withDefaults() Fault {
	fill(&f.Code, codeInternalError)
	fill(&f.Times, 1)
	fill(&f.Message, "Injected fault.")
	if f.Status < 400 || f.Status > 599 {
		f.Status = 0
	}
	fill(&f.Status, map[string]int{
		codeInternalError:    http.StatusInternalServerError,
		"ForbiddenException": http.StatusForbidden,
	}[f.Code])
	fill(&f.Status, http.StatusBadRequest)
	return f
}

func (f Fault) aim() aim {
	return aim{operation: f.Operation, username: f.Username, clientID: f.ClientID}
}

// faults are the faults that are still to happen, oldest first.
type faults struct {
	mu      sync.Mutex
	pending []*Fault
}

// add returns a function that removes the fault.
func (fs *faults) add(f Fault) (undo func()) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f = f.withDefaults()
	fs.pending = append(fs.pending, &f)
	return func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.pending = slices.DeleteFunc(fs.pending, func(other *Fault) bool { return other == &f })
	}
}

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.pending = nil
}

// next returns the oldest fault that is aimed at the request and uses up one of its times.
func (fs *faults) next(about subject) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	i := slices.IndexFunc(fs.pending, func(f *Fault) bool { return about.hitBy(f.aim()) })
	if i < 0 {
		return Fault{}, false
	}
	f := fs.pending[i]
	if f.Times--; f.Times == 0 {
		fs.pending = slices.Delete(fs.pending, i, i+1)
	}
	return *f, true
}

// Fail makes the next calls of an operation to any pool behind the address fail, or only those of
// one user or app client. Faults of the same operation happen one after the other. undo takes back
// what has not happened yet; further calls of it do nothing.
func (p *Pool) Fail(f Fault) (undo func()) {
	return p.service.faults.add(f)
}

// ClearFaults takes back all faults that have not happened yet, of all pools behind the address.
func (p *Pool) ClearFaults() {
	p.service.faults.clear()
}
