package authtest

import (
	"slices"
	"time"
)

// savedDevice is a device in a [State], confirmed or not.
type savedDevice struct {
	Key           string         `json:"key"`
	GroupKey      string         `json:"groupKey"`
	Name          string         `json:"name,omitempty"`
	Confirmed     bool           `json:"confirmed,omitempty"`
	Remembered    bool           `json:"remembered,omitempty"`
	Verifier      *savedVerifier `json:"verifier,omitempty"`
	Serial        int            `json:"serial"`
	Created       time.Time      `json:"created,omitzero"`
	Modified      time.Time      `json:"modified,omitzero"`
	Authenticated time.Time      `json:"authenticated,omitzero"`
}

func (d *device) save() savedDevice {
	return savedDevice{
		Key: d.key, GroupKey: d.groupKey, Name: d.name, Confirmed: d.confirmed, Remembered: d.remembered,
		Verifier: d.verifier.save(), Serial: d.serial,
		Created: d.created, Modified: d.modified, Authenticated: d.authenticated,
	}
}

func (s savedDevice) restore() *device {
	return &device{
		key: s.Key, groupKey: s.GroupKey, name: s.Name, confirmed: s.Confirmed, remembered: s.Remembered,
		verifier: s.Verifier.restore(), serial: s.Serial,
		created: s.Created, modified: s.Modified, authenticated: s.Authenticated,
	}
}

// savedPasskeys are a user's passkeys in a [State]. A registration under way is not saved.
type savedPasskeys struct {
	List        []savedPasskey `json:"list,omitempty"`
	Issued      int            `json:"issued,omitempty"`
	MultiFactor bool           `json:"multiFactor,omitempty"`
}

// IsZero reports whether there never was a passkey.
func (s savedPasskeys) IsZero() bool { return s.Issued == 0 && !s.MultiFactor }

type savedPasskey struct {
	ID             []byte    `json:"id"`
	PublicKey      []byte    `json:"publicKey"`
	SignCount      uint32    `json:"signCount,omitempty"`
	BackupEligible bool      `json:"backupEligible,omitempty"`
	RelyingParty   string    `json:"relyingParty"`
	Attachment     string    `json:"attachment,omitempty"`
	Transports     []string  `json:"transports,omitempty"`
	Created        time.Time `json:"created"`
	Serial         int       `json:"serial"`
}

func (all *passkeys) save() savedPasskeys {
	saved := savedPasskeys{Issued: all.issued, MultiFactor: all.multiFactor}
	for _, k := range all.list {
		saved.List = append(saved.List, savedPasskey{
			ID: k.id, PublicKey: k.publicKey, SignCount: k.signCount, BackupEligible: k.backupEligible,
			RelyingParty: k.relyingParty, Attachment: k.attachment, Transports: k.transports,
			Created: k.created, Serial: k.serial,
		})
	}
	return saved
}

func (s savedPasskeys) restore() passkeys {
	all := passkeys{issued: s.Issued, multiFactor: s.MultiFactor}
	for _, k := range s.List {
		all.list = append(all.list, &passkey{
			id: slices.Clone(k.ID), publicKey: slices.Clone(k.PublicKey), signCount: k.SignCount,
			backupEligible: k.BackupEligible, relyingParty: k.RelyingParty, attachment: k.Attachment,
			transports: slices.Clone(k.Transports), created: k.Created, serial: k.Serial,
		})
	}
	return all
}
