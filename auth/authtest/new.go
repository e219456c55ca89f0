package authtest

// TB is the part of testing.TB that [New] uses. Fatalf does not return.
type TB interface {
	Helper()
	Cleanup(cleanup func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// New starts a pool for a test and closes it when the test ends. A cfg for which [NewPool] returns
// an error ends the test. A violation fails it, unless cfg.OnViolation is set.
func New(t TB, cfg Config) *Pool {
	t.Helper()
	if cfg.OnViolation == nil {
		cfg.OnViolation = func(err error) { t.Errorf("%v", err) }
	}
	p, err := NewPool(cfg)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	t.Cleanup(p.Close)
	return p
}
