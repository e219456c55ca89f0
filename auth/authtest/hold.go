package authtest

import (
	"slices"
	"sync"
)

// holds are the closed gates at which requests wait.
type holds struct {
	mu    sync.Mutex
	gates []*gate
}

type gate struct {
	aim
	opened chan struct{}
}

func (h *holds) add(a aim) (release func()) {
	g := &gate{aim: a, opened: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gates = append(h.gates, g)
	return sync.OnceFunc(func() {
		close(g.opened)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.gates = slices.DeleteFunc(h.gates, func(other *gate) bool { return other == g })
	})
}

// wait returns true once every gate that is aimed at the request is open, and false if the pool is
// closed first. The request of a client that disconnects is still carried out: the service already
// has it.
func (h *holds) wait(about subject, closing <-chan struct{}) bool {
	h.mu.Lock()
	gates := slices.Clone(h.gates)
	h.mu.Unlock()
	gates = slices.DeleteFunc(gates, func(g *gate) bool { return !about.hitBy(g.aim) })
	for _, g := range gates {
		select {
		case <-g.opened:
		case <-closing:
			return false
		}
	}
	return true
}

// Hold makes requests of an operation to any pool behind the address wait, before they are carried
// out, until release is called. An empty operation means any. [Pool.Requests] lists the requests
// from their arrival on, with Status 0. Further calls of release do nothing. Close drops held
// requests without carrying them out.
func (p *Pool) Hold(operation string) (release func()) {
	return p.service.holds.add(aim{operation: operation})
}

// HoldUser is like [Pool.Hold] for the requests that name the user, as [Fault].Username does.
func (p *Pool) HoldUser(operation, username string) (release func()) {
	return p.service.holds.add(aim{operation: operation, username: username})
}

// HoldClient is like [Pool.Hold] for the requests that name the app client, as [Fault].ClientID
// does.
func (p *Pool) HoldClient(operation, clientID string) (release func()) {
	return p.service.holds.add(aim{operation: operation, clientID: clientID})
}
