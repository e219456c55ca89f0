//go:build !windows

package main

import (
	"os/exec"
	"syscall"
)

// detach starts a command in a session of its own, which has no terminal.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}
