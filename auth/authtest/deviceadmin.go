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

// deviceAdmin are the administrator's operations on the devices of users.
type deviceAdmin struct {
	*core
}

// adminDevice returns the device of an administrator's call.
func (o *deviceAdmin) adminDevice(in adminDeviceInput) (*user, *device, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, nil, err
	}
	d, err := o.devices.find(u, in.DeviceKey)
	return u, d, err
}

// adminRecord returns a function that describes devices of the user, with what only administrators
// see.
func (t *deviceTracker) adminRecord(u *user) func(*device) deviceRecord {
	owner := u.username + "." + t.identity.id
	return func(d *device) deviceRecord {
		r := d.record()
		status := statusNotRemembered
		if d.remembered {
			status = statusRemembered
		}
		arn := "arn:aws:cognito-idp:" + t.identity.region + ":" + accountID + ":owner/" + owner + "/device/" + d.key
		r.DeviceAttributes = append(r.DeviceAttributes,
			attribute{Name: "dev:device_arn", Value: arn},
			attribute{Name: "dev:device_owner", Value: owner},
			attribute{Name: "dev:device_remembered_status", Value: status},
			attribute{Name: "dev:device_sdk", Value: "aws-sdk"})
		return r
	}
}

func (o *deviceAdmin) adminListDevices(in adminListDevicesInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return o.devices.list(u, in.devicePage, (*device).isConfirmed, o.devices.adminRecord(u))
}

func (o *deviceAdmin) adminGetDevice(in adminDeviceInput) (any, error) {
	u, d, err := o.adminDevice(in)
	if err != nil {
		return nil, err
	}
	return getDeviceOutput{Device: o.devices.adminRecord(u)(d)}, nil
}

func (o *deviceAdmin) adminForgetDevice(in adminDeviceInput) (any, error) {
	u, d, err := o.adminDevice(in)
	if err != nil {
		return nil, err
	}
	o.devices.forget(u, d)
	return noOutput{}, nil
}

func (o *deviceAdmin) adminUpdateDeviceStatus(in adminUpdateDeviceStatusInput) (any, error) {
	_, d, err := o.adminDevice(in.adminDeviceInput)
	if err != nil {
		return nil, err
	}
	o.devices.setRemembered(d, in.DeviceRememberedStatus)
	return struct{}{}, nil
}
