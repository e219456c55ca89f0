// Package filestore keeps sessions in encrypted files. It is made for command-line tools, desktop
// programs and small services on one machine.
//
//	key, err := keyFromKeyring() // 32 bytes; created with filestore.NewKey on first use
//	store, err := filestore.New(filepath.Join(stateHome, "mytool"), key)
//	client, err := auth.NewClient(auth.Config{UserPoolID: …, ClientID: …, Store: store})
//
// # The key
//
// Keep the key where the system keeps secrets: in its keyring, a secret manager or a systemd
// credential. 32 bytes fit into every keyring; tokens often do not. Without a keyring, fail with a
// clear message. Do not write the key beside the files, which would then be as good as plain text.
// If the key is lost, delete the records, and the person signs in again: a record that does not
// open is an error ([SealError]), not an absent record.
//
// # Threats
//
// Without the key, a copy of the directory (a backup, a discarded disk, another user's access)
// shows how many records there are, how long they are, when they changed and when they expire. It
// also allows to check whether a guessed session key exists. A file that was changed, truncated, or
// moved to the name of another record does not open.
//
// Encryption does not protect against programs that run as the same user: they can read the keyring
// or this process's memory. Anyone who can write to the directory can delete records and restore
// older versions of them. Deleted records are not wiped from the disk.
//
// # Several processes
//
// Any number of processes may share a directory. [Store.Save] compares and replaces atomically,
// under a lock on a file beside the record. [Store.Load] and [Store.Unchanged] need no lock and
// wait for nobody. [Store.Lease] works across processes. The system frees the locks of a process
// that dies. The directory must be on a local disk: locks on network file systems are not reliable.
//
// A record whose Save has returned survives the death of the process, and a power cut if the disk
// honors flushes. If Save fails, the record is the old one or the new one, never a mixture.
//
// # Systems
//
// Package filestore is tested on Linux, and by hand on Wine. It compiles for macOS, the BSDs and
// Windows. On Windows it does not check who can access the directory: choose one in the user's
// profile, on NTFS; on other file systems a Save waits until no reader has the file open, and fails
// after two seconds. On other systems every lock fails with [errors.ErrUnsupported].
//
// # Format
//
// The record under a key is a file. Its name is the SHA-256 of the key in lower-case hexadecimal,
// with the suffix ".sealed":
//
//	1 byte    format, 2
//	41 bytes  version: 26 random characters, and the end in 15 digits of Unix milliseconds
//	12 bytes  random nonce
//	rest      AES-256-GCM of the data, with its 16-byte tag
//
// The digits are all zeros if the record has no end. The additional data is the format, the
// version, and the name of the file without its suffix. All records share an AES key: HKDF-SHA256
// of the key given to [New], without salt, with the info "amplify-auth-go filestore 1".
//
// An expired record counts as absent. [Store.Load] removes its file, and so does [New], which looks
// at up to 256 records, from a random one on. [Store.RemoveUnreadable] removes the files that do
// not open.
//
// Files with the suffixes ".lock" and ".lease" are empty, and are removed when the lock is freed.
// Files with the suffix ".tmp" are records that are being written. A process that dies may leave
// these files behind. They do no harm: other processes take the locks, and [New] removes those that
// are older than an hour.
package filestore
