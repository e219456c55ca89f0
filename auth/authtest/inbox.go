package authtest

import (
	"slices"
	"sync"
	"time"
)

// A Message is a message that the real service would have sent to a user.
type Message struct {
	// Medium is EMAIL or SMS.
	Medium string `json:"medium"`
	// Destination is the full address or number, not masked.
	Destination string `json:"destination"`
	// Code is the code in the message; in an invitation it is the temporary password.
	Code string `json:"code"`
	// Kind is the purpose of the code: SIGN_UP, RESEND_CODE, MFA, OTP (instead of a password),
	// INVITATION, RESET_PASSWORD, UPDATE_ATTRIBUTE (a new address or number) or VERIFY_ATTRIBUTE
	// (an existing one).
	Kind string `json:"kind"`
	// Subject and Text are the texts of the CustomMessage trigger, with the code inserted. They are
	// empty without a trigger.
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text,omitempty"`
	// At is the time of sending by the pool's clock.
	At time.Time `json:"at"`
}

const (
	mediumEmail = "EMAIL"
	mediumSMS   = "SMS"

	kindSignUp        = "SIGN_UP"
	kindResend        = "RESEND_CODE"
	kindMFA           = "MFA"
	kindOTP           = "OTP"
	kindInvitation    = "INVITATION"
	kindResetPassword = "RESET_PASSWORD"

	kindUpdateAttribute = "UPDATE_ATTRIBUTE"
	kindVerifyAttribute = "VERIFY_ATTRIBUTE"
)

// inbox keeps the messages by internal user name.
type inbox struct {
	mu       sync.Mutex
	messages map[string][]Message
}

func (b *inbox) deliver(username string, m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.messages == nil {
		b.messages = map[string][]Message{}
	}
	b.messages[username] = newest(append(b.messages[username], m), keptMessages)
}

// forget removes the messages to a user who was deleted: the name is free again.
func (b *inbox) forget(username string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.messages, username)
}

func (b *inbox) of(username string) []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages[username])
}

// Messages returns the messages to a user, newest last, up to about the last thousand. username is
// any name that the user can sign in with, or the sub.
func (p *Pool) Messages(username string) []Message {
	p.core.mu.Lock()
	u := p.core.users.anyName(username)
	p.core.mu.Unlock()
	if u == nil {
		return nil
	}
	return p.core.outbox.inbox.of(u.username)
}

// LastCode returns the code of the newest message to a user, or an empty string.
func (p *Pool) LastCode(username string) string {
	messages := p.Messages(username)
	if len(messages) == 0 {
		return ""
	}
	return messages[len(messages)-1].Code
}
