package authtest

import (
	"maps"
	"slices"
	"strings"
)

// outbox sends messages to users by adding them to their inboxes.
type outbox struct {
	clock    *clock
	settings *settings
	lambdas  *lambdas
	inbox    inbox
}

// send adds a message to the user's inbox, with the text of the trigger if there is one. The caller
// holds the pool's lock.
func (ob *outbox) send(u *user, m Message, c caller) error {
	m.At = ob.clock.now()
	if run := ob.lambdas.triggers.CustomMessage; run != nil {
		o := occasion{
			trigger:  "CustomMessage",
			source:   messageSource(m.Kind),
			username: u.username,
			clientID: c.clientID,
		}
		request := CustomMessageRequest{
			UserAttributes: u.eventAttributes(), CodeParameter: codePlaceholder, ClientMetadata: maps.Clone(c.metadata),
		}
		if m.Kind == kindInvitation {
			request.UsernameParameter = usernamePlaceholder
		}
		worded, err := fire(ob.lambdas, o, run, request)
		if err != nil {
			return err
		}
		if err := m.word(worded, u.username); err != nil {
			return err
		}
	}
	ob.inbox.deliver(u.username, m)
	return nil
}

// word sets the text of the message to that of the trigger.
func (m *Message) word(worded CustomMessageResponse, username string) error {
	text := worded.SMSMessage
	if m.Medium == mediumEmail {
		text, m.Subject = worded.EmailMessage, worded.EmailSubject
	}
	if text != "" && !strings.Contains(text, codePlaceholder) {
		return refuse(codeInvalidLambdaResponse, "CustomMessage answered with a text that has no place for the code.")
	}
	m.Text = strings.NewReplacer(codePlaceholder, m.Code, usernamePlaceholder, username).Replace(text)
	return nil
}

// sendSignUpCode sends a new code to the attribute that the pool verifies: to the phone number if
// the pool verifies both. It returns nil if the user has no such attribute.
func (ob *outbox) sendSignUpCode(u *user, kind string, from caller) (*delivery, error) {
	for _, attribute := range []string{attrPhone, attrEmail} {
		address := u.attributes[attribute]
		if address == "" || !slices.Contains(ob.settings.cfg.AutoVerifiedAttributes, attribute) {
			continue
		}
		u.signUpCode = sentCode{
			code: newCode(), attribute: attribute, address: address, expires: ob.clock.now().Add(signUpCodeValidity),
		}
		return ob.sendCode(u, u.signUpCode, kind, from)
	}
	return nil, nil
}

// sendResetCode sends the code to the user's recovery contact, which must exist. Earlier codes stop
// working.
func (ob *outbox) sendResetCode(u *user, code string, from caller) (*delivery, error) {
	attribute := ob.settings.recoveryAttribute(u)
	u.resetCode = sentCode{
		code:      code,
		attribute: attribute,
		address:   u.attributes[attribute],
		expires:   ob.clock.now().Add(resetCodeValidity),
	}
	return ob.sendCode(u, u.resetCode, kindResetPassword, from)
}

// sendAttributeCode sends a new code that verifies the contact. Earlier codes for the same attribute
// stop working.
func (ob *outbox) sendAttributeCode(u *user, contact attribute, kind string, from caller) (*delivery, error) {
	if u.attributeCodes == nil {
		u.attributeCodes = map[string]sentCode{}
	}
	code := sentCode{
		code:      newCode(),
		attribute: contact.Name,
		address:   contact.Value,
		expires:   ob.clock.now().Add(attributeCodeValidity),
	}
	u.attributeCodes[contact.Name] = code
	return ob.sendCode(u, code, kind, from)
}

// sendCode sends a code to its address and returns where it went, as clients see it.
func (ob *outbox) sendCode(u *user, code sentCode, kind string, from caller) (*delivery, error) {
	sent := deliveryTo(code.attribute, code.address)
	return sent, ob.send(u, Message{
		Medium: sent.DeliveryMedium, Destination: code.address, Code: code.code, Kind: kind,
	}, from)
}

// CustomMessageEvent is the event of [Triggers].CustomMessage.
type CustomMessageEvent = Event[CustomMessageRequest, CustomMessageResponse]

// CustomMessageRequest describes a message. CodeParameter is the placeholder of the code or the
// temporary password, UsernameParameter that of the user name.
type CustomMessageRequest struct {
	UserAttributes    map[string]string `json:"userAttributes"`
	CodeParameter     string            `json:"codeParameter"`
	UsernameParameter string            `json:"usernameParameter,omitempty"`
	ClientMetadata    map[string]string `json:"clientMetadata,omitempty"`
}

// CustomMessageResponse is the text of the message. The pool fills in what is empty. A text without
// the CodeParameter is refused.
type CustomMessageResponse struct {
	SMSMessage   string `json:"smsMessage"`
	EmailMessage string `json:"emailMessage"`
	EmailSubject string `json:"emailSubject"`
}

const (
	codePlaceholder     = "{####}"
	usernamePlaceholder = "{username}"
)

// messageSource returns the TriggerSource for a kind of message.
func messageSource(kind string) string {
	return map[string]string{
		kindSignUp:          "CustomMessage_SignUp",
		kindResend:          "CustomMessage_ResendCode",
		kindMFA:             "CustomMessage_Authentication",
		kindOTP:             "CustomMessage_Authentication",
		kindInvitation:      "CustomMessage_AdminCreateUser",
		kindResetPassword:   "CustomMessage_ForgotPassword",
		kindUpdateAttribute: "CustomMessage_UpdateUserAttribute",
		kindVerifyAttribute: "CustomMessage_VerifyUserAttribute",
	}[kind]
}
