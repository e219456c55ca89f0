// Package keyringstore keeps sessions in encrypted files whose key is in the system's keyring: for
// command-line tools and desktop programs.
//
//	store, err := keyringstore.Open(ctx, keyringstore.Config{Dir: filepath.Join(stateHome, "mytool"), Service: "mytool"})
//	client, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// The first Open makes a random key of 32 bytes and puts it into the keyring, in base64. It fits
// into every keyring; tokens often do not. Everything else is as package filestore describes it.
//
// # Without a keyring
//
// A machine without a desktop, a container and a session over SSH often have no keyring, or one
// that is locked. Open returns a *KeyringError then and writes no record. It never falls back to
// something weaker: whether the key may be somewhere else is for the program or the person to
// decide, who pass it to filestore.New.
//
// Open waits no longer than three seconds for the keyring, twice as long at first use, and no
// longer than its context allows. A keyring that asks the person for its password often takes
// longer: the next Open finds it unlocked. The library that talks to the keyring cannot be
// interrupted, so a call that hangs leaves a goroutine behind until it returns. While it is one
// that may still store a key, no other process that uses the directory stores one.
//
// # When the key is gone
//
// If the directory holds records and the keyring has no key, a new key would open none of them.
// Open returns [ErrKeyLost]; the person deletes the directory and signs in again. What the keyring
// holds is never overwritten, even if it is no key: that is [ErrNotAKey].
//
// # Several processes
//
// Any number of processes may open one directory, at first use as well: all get the same key. Two
// directories need two accounts, or two services: otherwise both may make a key at the same moment,
// and one of them loses its own.
//
// # Systems
//
// The keyring is the Secret Service of Linux and the BSDs (GNOME Keyring, KWallet, KeePassXC), the
// Keychain of macOS or the Credential Manager of Windows. Package keyringstore was run on Linux,
// with GNOME Keyring. It compiles for the others.
package keyringstore
