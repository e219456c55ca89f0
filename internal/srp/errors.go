package srp

// ParameterError says which of the server's values was unusable, and why. It never carries the
// value.
type ParameterError struct {
	Name   string // SRP_B, SALT, SECRET_BLOCK, DeviceGroupKey, DeviceKey, or u for the parameter made of A and SRP_B
	Reason string
}

func (e *ParameterError) Error() string { return "srp: " + e.Name + ": " + e.Reason }
