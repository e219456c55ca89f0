package authtest

import (
	"net/http"
	"slices"
	"sync"
)

// A Fault makes calls of an operation fail. The JSON names are those of POST /_pool/faults.
type Fault struct {
	// Operation is the operation that fails; "" is any.
	Operation string `json:"operation"`
	// Code is the error's name. The default is InternalErrorException.
	Code string `json:"code"`
	// Message is the error's text.
	Message string `json:"message"`
	// Status is the HTTP status. The default is 500 for InternalErrorException, 403 for ForbiddenException (a web
	// firewall's answer), and 400 for the rest, as the real service has it. What is not between 400 and 599 is the default.
	Status int `json:"status"`
	// Times is how many calls fail. The default is 1; a negative number is every call.
	Times int `json:"times"`
	// LoseReply carries the request out and then cuts the connection without an answer. Code, Message and Status then
	// mean nothing.
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

// faults are the ones still to happen, oldest first.
type faults struct {
	mu      sync.Mutex
	pending []Fault
}

func (fs *faults) add(f Fault) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.pending = append(fs.pending, f.withDefaults())
}

// take uses up one turn of the oldest fault of the operation.
func (fs *faults) take(operation string) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	i := slices.IndexFunc(fs.pending, func(f Fault) bool { return f.Operation == "" || f.Operation == operation })
	if i < 0 {
		return Fault{}, false
	}
	f := fs.pending[i]
	if fs.pending[i].Times--; fs.pending[i].Times == 0 {
		fs.pending = slices.Delete(fs.pending, i, i+1)
	}
	return f, true
}

// Fail makes the next calls of an operation fail, whichever of the pools behind the address they are for. Faults of the same operation happen one after the other. It is safe for
// concurrent use.
func (p *Pool) Fail(f Fault) {
	p.service.faults.add(f)
}
