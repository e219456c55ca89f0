package authtest

// SetDevices changes whether the pool tracks devices, as an administrator may at any time. With DevicesOff the devices stay, but
// nobody asks for them. It is safe for concurrent use.
func (p *Pool) SetDevices(d Devices) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cfg.Devices = d
}
