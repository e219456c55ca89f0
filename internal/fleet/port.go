package fleet

import (
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// ports counts the ports that this process has tried. Processes count from different ones, unless
// their ids are 10,000 apart, and have 31 ports each until they get to those of another.
var ports atomic.Int32

// FreePort returns a port that nobody listens on at either loopback address, for a server that has
// to be told its port. It is below the ports that systems give to connections and to listeners
// which ask for any, so that no other test takes it meanwhile.
func FreePort(tb testing.TB) (port string) {
	tb.Helper()
	for range 100 {
		port = strconv.Itoa(20_000 + (31*os.Getpid()+int(ports.Add(1)))%10_000)
		if isFree(tb, "127.0.0.1", port) && isFree(tb, "::1", port) {
			return port
		}
	}
	require.FailNow(tb, "no port is free")
	return ""
}

func isFree(tb testing.TB, host, port string) bool {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return false
	}
	require.NoError(tb, listener.Close())
	return true
}
