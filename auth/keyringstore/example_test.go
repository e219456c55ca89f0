package keyringstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/zalando/go-keyring"

	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
)

// Where there is no keyring, the program stops and says what can be done.
func ExampleOpen() {
	keyring.MockInitWithError(errors.New("no Secret Service on this machine")) // in place of a server's
	dir := filepath.Join(os.TempDir(), "mytool")
	_, err := keyringstore.Open(context.Background(), keyringstore.Config{Dir: dir, Service: "mytool"})
	if keyringErr := new(keyringstore.KeyringError); errors.As(err, &keyringErr) {
		fmt.Println("cannot", keyringErr.Op+":", keyringErr.Err)
		fmt.Println("Unlock the keyring, or run mytool with -key-file.")
	}
	// Output:
	// cannot read the key: no Secret Service on this machine
	// Unlock the keyring, or run mytool with -key-file.
}
