package texts_test

import (
	"fmt"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// The texts of a page or a prompt, in the language of a browser.
func ExampleForSignIn() {
	step := auth.ConfirmSignInWithEmailCode{
		CodeDeliveryDetails: auth.CodeDeliveryDetails{DeliveryMedium: "EMAIL", Destination: "a***@e***"},
	}
	for _, header := range []string{"en-GB, en;q=0.9", "de-AT, de;q=0.9, en;q=0.5"} {
		set := texts.ForAcceptLanguage(header)
		page := texts.ForSignIn(step.Name())
		fmt.Println("#", set.Text(page.Title))
		fmt.Println(set.Format(page.Lead, texts.Params{Destination: step.CodeDeliveryDetails.Destination}))
		fmt.Printf("%s: ______  [%s]\n", set.Text(page.Field), set.Text(page.Button))
	}
	// Output:
	// # Code by email
	// We sent a code to a***@e***.
	// Code: ______  [Continue]
	// # Code per E-Mail
	// Wir haben einen Code an a***@e*** geschickt.
	// Code: ______  [Weiter]
}

func ExampleForError() {
	err := error(&auth.Error{Op: "SignIn", Code: auth.ErrLockedOut, Message: "Password attempts exceeded"})
	for _, set := range []texts.Set{texts.English(), texts.German()} {
		fmt.Println(set.Text(texts.ForError(err)))
	}
	// Output:
	// Too many wrong passwords. Wait 15 minutes; until then even the right one is refused.
	// Zu viele falsche Passwörter. Warten Sie 15 Minuten; bis dahin wird auch das richtige abgelehnt.
}

func ExampleSet_Format() {
	set := texts.English()
	fmt.Println(set.Format(texts.SignInHeading, texts.Params{App: "Acme"}))
	fmt.Println(set.Format(texts.FormTooManyTries, texts.Params{Wait: 90 * time.Second}))
	fmt.Println(set.Format(texts.TimeLeft, texts.Params{Left: 59 * time.Second}))
	// Output:
	// Sign in to Acme
	// Too many tries. Wait 2 minutes, then try again.
	// 59 seconds left
}

// A program has its own words for some texts.
func ExampleSet_With() {
	set, err := texts.English().With(map[texts.ID]string{
		texts.SignInButton: "Log in",
		texts.LostAppHelp:  "Call the help desk: 555 0100.",
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(set.Text(texts.SignInButton))

	_, err = texts.English().With(map[texts.ID]string{texts.SMSCodeLead: "We sent a code."})
	fmt.Println(err)
	// Output:
	// Log in
	// auth: texts.With: InvalidConfigException: sms_code_lead lacks its parameter {destination}
}

// A terminal takes the language of its environment.
func ExampleForLocale() {
	environment := map[string]string{"LANG": "de_DE.UTF-8"} // os.Getenv in a program
	set := texts.ForLocale(func(name string) string { return environment[name] })
	fmt.Println(set.Text(texts.RememberComputer) + "?")
	// Output: Auf diesem Computer nicht mehr fragen?
}
