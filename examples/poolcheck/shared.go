package main

import "sync"

// shared holds values by name, each created at the first call for it. The zero value is empty. It
// is safe for concurrent use.
type shared[T any] struct {
	mu        sync.Mutex
	creations map[string]*creation[T]
}

// creation creates a value once.
type creation[T any] struct {
	value func() (T, error)
}

// get returns the value of that name, which create makes unless another call does or has done so.
// After a failure the next call creates it anew.
func (s *shared[T]) get(name string, create func() (T, error)) (T, error) {
	return s.wait(name, s.creation(name, create))
}

func (s *shared[T]) creation(name string, create func() (T, error)) *creation[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.creations[name]
	if c == nil {
		c = &creation[T]{sync.OnceValues(create)}
		if s.creations == nil {
			s.creations = map[string]*creation[T]{}
		}
		s.creations[name] = c
	}
	return c
}

func (s *shared[T]) wait(name string, c *creation[T]) (T, error) {
	value, err := c.value()
	if err != nil {
		s.forget(name, c)
	}
	return value, err
}

// forget removes the creation, unless another one has taken its place.
func (s *shared[T]) forget(name string, failed *creation[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.creations[name] == failed {
		delete(s.creations, name)
	}
}
