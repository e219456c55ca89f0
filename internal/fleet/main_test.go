package fleet

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// readOnlyVariable has the process see to it before its work that it cannot write: to any file
// under its root or, where the machine permits no mount namespace, more than nothing to any file.
const readOnlyVariable = "AMPLIFY_AUTH_TEST_READ_ONLY"

// The values of readOnlyVariable.
const (
	readOnlyRoot  = "root"
	readOnlyFiles = "files"
)

func TestMain(m *testing.M) {
	if kind := os.Getenv(readOnlyVariable); kind != "" {
		if err := refuseWrites(kind); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	Main(m, open)
}

// open opens the files of a folder; without one, a Store in memory.
func open(given json.RawMessage) (auth.Store, error) {
	var dir string
	if err := json.Unmarshal(given, &dir); err != nil {
		return nil, err
	}
	if dir == "" {
		return &auth.MemoryStore{}, nil
	}
	return filestore.New(dir, make([]byte, filestore.KeySize))
}
