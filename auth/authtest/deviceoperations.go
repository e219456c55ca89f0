package authtest

type ownDeviceInput struct {
	AccessToken string `wire:"AccessToken,Token"`
	DeviceKey   string `wire:"DeviceKey,DeviceKey,required"`
}

type updateDeviceStatusInput struct {
	AccessToken            string `wire:"AccessToken,Token,required"`
	DeviceKey              string `wire:"DeviceKey,DeviceKey,required"`
	DeviceRememberedStatus string `wire:"DeviceRememberedStatus,DeviceStatus"`
}

type listDevicesInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
	devicePage
}

// ownDevice finds a device of the owner of an access token.
func (p *Pool) ownDevice(accessToken, key string) (*user, *device, error) {
	if accessToken == "" {
		return nil, nil, missingParameter("AccessToken")
	}
	u, err := p.tokenUser(accessToken)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.trackedDevice(u, key)
	return u, d, err
}

func (p *Pool) getDevice(in ownDeviceInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, d, err := p.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return getDeviceOutput{Device: d.record()}, nil
}

func (p *Pool) updateDeviceStatus(in updateDeviceStatusInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, d, err := p.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	p.setRemembered(d, in.DeviceRememberedStatus)
	return struct{}{}, nil
}

func (p *Pool) forgetDevice(in ownDeviceInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, d, err := p.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	p.forget(u, d)
	return noOutput{}, nil
}

func (p *Pool) listDevices(in listDevicesInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return p.deviceList(u, in.devicePage, (*device).record)
}
