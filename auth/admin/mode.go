package admin

import (
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A Mode says whether sign-in asks for a second factor, in the words of Amplify's defineAuth.
type Mode string

// The modes.
const (
	Off      Mode = "OFF"      // nobody is asked
	Optional Mode = "OPTIONAL" // those are asked who have enabled a factor
	Required Mode = "REQUIRED" // everybody is asked, and those who have no factor must set one up to sign in
)

// ParseMode reads a mode by any of its names: OFF and OPTIONAL, REQUIRED as Amplify says or ON as
// Cognito does, and NONE, which is how amplify_outputs.json says OFF. It reports whether the text
// is a mode.
func ParseMode(text string) (Mode, bool) {
	mode, known := map[string]Mode{
		"OFF": Off, "NONE": Off, "OPTIONAL": Optional, "REQUIRED": Required, "ON": Required,
	}[text]
	return mode, known
}

// wire is Cognito's MfaConfiguration.
func (m Mode) wire() types.UserPoolMfaType {
	if m == Required {
		return types.UserPoolMfaTypeOn
	}
	return types.UserPoolMfaType(m)
}

// Tracking says whether the pool tracks the devices that people sign in on.
type Tracking string

// The values of Tracking.
const (
	TrackingOff    Tracking = "OFF"    // no device is remembered
	TrackingAlways Tracking = "ALWAYS" // every device is remembered at its first sign-in
	TrackingOptIn  Tracking = "OPT_IN" // a device is remembered when the person says so: device.RememberDevice
)

// A Switch turns something on or off. The zero value leaves it as it is.
type Switch string

// The values of Switch.
const (
	SwitchOn  Switch = "ON"
	SwitchOff Switch = "OFF"
)

func (s Switch) known() bool { return s == "" || s == SwitchOn || s == SwitchOff }

// applied returns what becomes of a setting.
func (s Switch) applied(current bool) bool {
	if s == "" {
		return current
	}
	return s == SwitchOn
}
