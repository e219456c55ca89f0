package terminal

import (
	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// Options say how a conversation goes. The zero value asks for everything.
type Options struct {
	// AppName is what people call the program. Authenticator apps show it beside the codes.
	AppName string

	// Username is who signs in. Default: the person is asked.
	Username string
	// LastUsername is offered as the answer, such as the name that signed in here before.
	LastUsername string
	// UsernameLabel is the question for the name, such as [texts.FieldEmail] where people sign in
	// with their address. Default: [texts.FieldUsername].
	UsernameLabel texts.ID

	// Password and TOTPCode are where the password and the codes of the authenticator app come
	// from. Default: the person is asked. What they return is not asked for a second time: a wrong
	// answer is an error.
	Password, TOTPCode Source

	// AuthFlowType is how the sign-in begins, as in [auth.SignInInput]. With
	// [auth.AuthFlowUserAuth] the person chooses how to sign in.
	AuthFlowType auth.AuthFlowType
	// MFAType is the second factor to use, or to set up, where the pool lets the person choose.
	// Default: the person is asked.
	MFAType auth.MFAType
	// Remember says what to do in pools that remember a device if the person agrees.
	Remember Remember
	// DeviceName is the name that a new device is registered under. Default: that of the Client.
	DeviceName string
	// ClientMetadata is passed to the pool's triggers.
	ClientMetadata map[string]string

	// OfferSignUp lets somebody without an account create one in [SignIn].
	OfferSignUp bool
	// SignUpAttributes are the attributes that a new user is asked for, by Cognito's names, such as
	// "email".
	SignUpAttributes []string

	// Texts are in the language of the conversation. Default: that of the locale, if the terminal
	// can show it; else English.
	Texts *texts.Set
	// Prompter asks the questions. Default: the controlling terminal.
	Prompter Prompter
}

// Remember says whether a computer is to be remembered, so that it replaces the second factor.
type Remember string

// What to do with a computer that the pool does not remember yet.
const (
	RememberAsk Remember = ""    // ask, after the sign-in
	RememberYes Remember = "yes" // remember it
	RememberNo  Remember = "no"  // do not
)
