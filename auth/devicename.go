package auth

import (
	"os"
	"runtime"
)

// defaultDeviceName names this machine to its owner: "laptop (linux/amd64)".
func defaultDeviceName() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "Go"
	}
	return bounded(host, 255) + " (" + runtime.GOOS + "/" + runtime.GOARCH + ")"
}
