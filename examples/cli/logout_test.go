package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestLogoutAlthoughTheDeviceCannotBeForgotten takes the service away from a remembered computer.
func TestLogoutAlthoughTheDeviceCannotBeForgotten(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{Devices: authtest.DevicesAlways})
	m.signIn(t)
	m.pool.Fail(authtest.Fault{Operation: "ForgetDevice", Code: string(auth.ErrInternal), Times: -1})
	_, stderr, code := m.acme("logout", "--forget-device")
	assert.Equal(t, 6, code)
	assert.Contains(t, stderr, "Signed out, but this computer was not forgotten. ")
	_, _, code = m.acme("token")
	assert.Equal(t, exitSignIn, code, "signed out all the same")
}
