package main

import (
	"os/exec"
	"syscall"
)

const detachedProcess = 0x00000008

// detach starts a command without a console.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: detachedProcess}
}
