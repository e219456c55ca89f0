package authtest

import "sync"

// holds are the gates that requests of an operation wait at.
type holds struct {
	mu    sync.Mutex
	gates map[string][]chan struct{}
}

func (h *holds) add(operation string) (release func()) {
	gate := make(chan struct{})
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gates == nil {
		h.gates = map[string][]chan struct{}{}
	}
	h.gates[operation] = append(h.gates[operation], gate)
	return sync.OnceFunc(func() { close(gate) })
}

// wait returns true once every gate of the operation is open, false if the pool is closed first. A client that hangs up
// does not withdraw its request: the service already has it.
func (h *holds) wait(operation string, closing <-chan struct{}) bool {
	h.mu.Lock()
	gates := h.gates[operation]
	h.mu.Unlock()
	for _, gate := range gates {
		select {
		case <-gate:
		case <-closing:
			return false
		}
	}
	return true
}

// Hold makes requests of an operation to any pool behind the address wait, before they are carried out, until release is called. Pool.Requests shows
// them from their arrival on, with Status 0. Calling release again does nothing. Close lets go of what is held without
// carrying it out. It is safe for concurrent use.
func (p *Pool) Hold(operation string) (release func()) {
	return p.service.holds.add(operation)
}
