package authtest

type adminDeviceInput struct {
	adminTarget
	DeviceKey string `wire:"DeviceKey,DeviceKey,required"`
}

type adminListDevicesInput struct {
	adminTarget
	devicePage
}

type adminUpdateDeviceStatusInput struct {
	adminDeviceInput
	DeviceRememberedStatus string `wire:"DeviceRememberedStatus,DeviceStatus"`
}

// adminDevice finds the device of an administrator's call.
func (p *Pool) adminDevice(in adminDeviceInput) (*user, *device, error) {
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.trackedDevice(u, in.DeviceKey)
	return u, d, err
}

// adminRecord is a device of the user with what only administrators see of it.
func (p *Pool) adminRecord(u *user) func(*device) deviceRecord {
	owner := u.username + "." + p.UserPoolID
	return func(d *device) deviceRecord {
		r := d.record()
		status := statusNotRemembered
		if d.remembered {
			status = statusRemembered
		}
		arn := "arn:aws:cognito-idp:" + p.cfg.Region + ":123456789012:owner/" + owner + "/device/" + d.key
		r.DeviceAttributes = append(r.DeviceAttributes,
			attribute{Name: "dev:device_arn", Value: arn},
			attribute{Name: "dev:device_owner", Value: owner},
			attribute{Name: "dev:device_remembered_status", Value: status},
			attribute{Name: "dev:device_sdk", Value: "aws-sdk"})
		return r
	}
}

func (p *Pool) adminListDevices(in adminListDevicesInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return p.deviceList(u, in.devicePage, p.adminRecord(u))
}

func (p *Pool) adminGetDevice(in adminDeviceInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, d, err := p.adminDevice(in)
	if err != nil {
		return nil, err
	}
	return getDeviceOutput{Device: p.adminRecord(u)(d)}, nil
}

func (p *Pool) adminForgetDevice(in adminDeviceInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, d, err := p.adminDevice(in)
	if err != nil {
		return nil, err
	}
	p.forget(u, d)
	return noOutput{}, nil
}

func (p *Pool) adminUpdateDeviceStatus(in adminUpdateDeviceStatusInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, d, err := p.adminDevice(in.adminDeviceInput)
	if err != nil {
		return nil, err
	}
	p.setRemembered(d, in.DeviceRememberedStatus)
	return struct{}{}, nil
}

type adminGroupInput struct {
	adminTarget
	GroupName string `wire:"GroupName,GroupName,required"`
}

type adminListGroupsInput struct {
	adminTarget
	groupPage
}

// memberAndGroup finds both of an administrator's call.
func (p *Pool) memberAndGroup(in adminGroupInput) (*user, *userGroup, error) {
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, nil, err
	}
	g, err := p.managedGroup(groupTarget{UserPoolID: in.UserPoolID, GroupName: in.GroupName})
	return u, g, err
}

// adminAddUserToGroup shows in the tokens of the next sign-in or refresh.
func (p *Pool) adminAddUserToGroup(in adminGroupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, g, err := p.memberAndGroup(in)
	if err != nil {
		return nil, err
	}
	u.join(g)
	return noOutput{}, nil
}

func (p *Pool) adminRemoveUserFromGroup(in adminGroupInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, g, err := p.memberAndGroup(in)
	if err != nil {
		return nil, err
	}
	u.leave(g)
	return noOutput{}, nil
}

func (p *Pool) adminListGroupsForUser(in adminListGroupsInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return p.groupList(u.groups, in.groupPage)
}
