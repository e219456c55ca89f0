// Package keyringstore keeps sessions in encrypted files whose key is in the system's keyring. It
// is made for command-line tools and desktop programs.
//
//	dir := filepath.Join(stateHome, "mytool")
//	store, err := keyringstore.Open(ctx, keyringstore.Config{Dir: dir, Service: "mytool"})
//	client, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// The first [Open] creates a random key of 32 bytes and stores it in the keyring, in base64. That
// fits into every keyring; tokens often do not. For everything else see package filestore.
//
// # Without a keyring
//
// A machine without a desktop, a container or an SSH session often has no keyring, or a locked one.
// Open then returns a [*KeyringError] and writes no record. It never falls back to a weaker place
// for the key. The program or the user may decide on another place, and pass the key to
// [filestore.New].
//
// Open waits at most three seconds for the keyring, twice as long on first use, and never longer
// than its context allows. A keyring that asks for a password often takes longer: the next Open
// finds it unlocked. The library that talks to the keyring cannot be interrupted, so a call that
// hangs leaves a goroutine behind until it returns. If that call may still store a key, no other
// process that uses the directory stores one meanwhile.
//
// # A lost key
//
// If the directory holds records and the keyring has no key, Open returns [ErrKeyLost]: a new key
// would open none of them. If the keyring has another key, each record is an
// auth.ErrRecordUnreadable, which sign-in replaces and sign-out removes. After either, [Reset]
// removes all records that do not open, and the people sign in again. Neither Open nor Reset
// overwrites an entry of the keyring, even if it is not a key: that is [ErrNotAKey].
//
// # Several processes
//
// Any number of processes may open one directory, also on first use: all get the same key. Two
// directories need two accounts or two services: otherwise both may create a key at the same time,
// and one of them loses its key.
//
// # Systems
//
// The keyring is the Secret Service on Linux and the BSDs (GNOME Keyring, KWallet, KeePassXC), the
// Keychain on macOS and the Credential Manager on Windows. Package keyringstore is tested on Linux
// with GNOME Keyring. It compiles for the others.
package keyringstore
