// Package filestore keeps sessions in encrypted files: for command-line tools, desktop programs and
// small services on one machine.
//
//	key, err := keyFromKeyring() // 32 bytes; made by filestore.NewKey on first use
//	store, err := filestore.New(filepath.Join(stateHome, "mytool"), key)
//	client, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// # Where the key goes
//
// Put the key where the system keeps secrets: its keyring, a secret manager, a systemd credential.
// 32 bytes fit into every keyring, which the tokens themselves often do not. If there is no
// keyring, say so and stop; do not write the key beside the files, for then they are as good as
// plain. Whoever loses the key has to sign in again, and to delete the records first: a record that
// does not open is an error, not an absent one.
//
// # What this protects against, and what not
//
// Without the key, a copy of the directory (a backup, a disk that was thrown away, another user's
// look) shows how many records there are, how long they are and when they changed, and lets one
// check whether a key that one guesses exists. A file that was changed, cut, or put under another's
// name does not open.
//
// It does not protect against programs that run as the same user: they can ask the keyring, too, or
// read this process's memory. Whoever can write to the directory can delete records and put back
// older versions of them. Deleted records are not wiped from the disk.
//
// # Several processes
//
// Any number of processes may share a directory. Save is atomic, and compares and replaces under a
// lock on a file beside the record; Store is an auth.Leaser, too. The system frees what a process
// held that died. The directory must be on a local disk: locks on network file systems do not
// deserve trust.
//
// A record whose Save has returned survives the death of the process at any moment, and a power cut
// if the disk keeps its word. If Save fails, the record is the old one or the new one, never a
// mixture.
//
// # Systems
//
// Package filestore was run on Linux. It compiles for macOS, the BSDs and Windows. On Windows
// nothing checks who may access the directory: choose one in the user's profile. On other systems
// every lock fails with errors.ErrUnsupported.
//
// # Format
//
// The record under a key is the file whose name is the SHA-256 of the key in lower-case
// hexadecimal, with the suffix ".sealed":
//
//	1 byte    format, 1
//	12 bytes  random nonce
//	rest      AES-256-GCM: 26 bytes of version, then the data; its 16-byte tag
//
// The additional data is the format byte and the record's key. The AES key is HKDF-SHA256 of the
// key given to New, without salt, with the info "amplify-auth-go filestore 1".
//
// Beside it come and go files with the suffixes ".lock" and ".lease", which are empty, and ".tmp",
// which are records being written. A process that dies may leave them behind. They do no harm:
// locks are taken over, and New removes what has the last suffix and is older than an hour.
package filestore
