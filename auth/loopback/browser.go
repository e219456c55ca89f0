package loopback

import (
	"context"
	"os/exec"
	"runtime"
)

// openBrowser starts the browser that the operating system chooses, and does not wait for it. The
// browser outlives ctx.
func openBrowser(_ context.Context, page string) error {
	name, args := "xdg-open", []string{page}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", page}
	}
	browser := exec.Command(name, args...) //nolint:gosec,noctx // one of three programs, with a page of managed login
	if err := browser.Start(); err != nil {
		return err
	}
	go func() { _ = browser.Wait() }() // whether it has shown the page cannot be known
	return nil
}
