package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func signUp(ctx context.Context, session *auth.Session, p *person) error {
	if p.email == "" {
		return nil
	}
	out, err := session.SignUp(ctx, auth.SignUpInput{
		Username: p.username, Password: p.password, UserAttributes: map[string]string{"email": p.email},
	})
	if err != nil {
		return err
	}
	step, unconfirmed := out.NextStep.(auth.ConfirmSignUpWithCode)
	if !unconfirmed {
		return nil
	}
	code, err := p.messageCode("Code sent to " + step.CodeDeliveryDetails.Destination)
	if err != nil {
		return err
	}
	fmt.Printf("Signed up %s; confirming with the code sent to %s\n",
		p.username, step.CodeDeliveryDetails.Destination)
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: p.username, ConfirmationCode: code})
	return err
}

// signIn answers the steps of a sign-in until it is complete.
func signIn(ctx context.Context, session *auth.Session, p *person) error {
	out, err := session.SignIn(ctx, auth.SignInInput{Username: p.username, Password: p.password})
	for err == nil && !out.IsSignedIn {
		fmt.Println("→", out.NextStep.Name())
		out, err = confirm(ctx, session, p, out.NextStep)
	}
	if err == nil {
		fmt.Println("→", out.NextStep.Name())
	}
	return err
}

// confirm answers one step. At a terminal it asks again after a wrong code.
func confirm(ctx context.Context, session *auth.Session, p *person, step auth.SignInStep) (auth.SignInOutput, error) {
	for {
		answer, err := p.answer(step)
		if err != nil {
			return auth.SignInOutput{}, err
		}
		out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{
			ChallengeResponse: answer, FriendlyDeviceName: "quick start",
		})
		if !p.atTerminal || !isWrongCode(err) {
			return out, err
		}
		fmt.Println("Wrong code. Try again.")
	}
}

func isWrongCode(err error) bool {
	return errors.Is(err, auth.ErrCodeMismatch) || errors.Is(err, auth.ErrExpiredCode) ||
		errors.Is(err, auth.ErrEnableSoftwareTokenMFA)
}

// answer asks the person for the answer to a step.
func (p *person) answer(step auth.SignInStep) (string, error) {
	switch step := step.(type) {
	case auth.ContinueSignInWithTOTPSetup:
		return p.setUpTOTP(step.TOTPSetupDetails)
	case auth.ConfirmSignInWithTOTPCode:
		return p.totpCode("A new code from your authenticator app")
	case auth.ConfirmSignInWithSMSCode:
		return p.messageCode("Code sent to " + step.CodeDeliveryDetails.Destination)
	case auth.ConfirmSignInWithEmailCode:
		return p.messageCode("Code sent to " + step.CodeDeliveryDetails.Destination)
	case auth.ContinueSignInWithMFASelection:
		return p.ask(fmt.Sprint("Choose a factor from ", step.AllowedMFATypes))
	case auth.ContinueSignInWithMFASetupSelection:
		return p.ask(fmt.Sprint("Choose a factor to set up from ", step.AllowedMFATypes))
	case auth.ContinueSignInWithEmailSetup:
		return p.ask("E-mail address for codes")
	case auth.ConfirmSignInWithNewPasswordRequired:
		return p.ask("New password")
	default:
		return "", fmt.Errorf("this program cannot answer the step %s", step.Name())
	}
}

// setUpTOTP shows the secret as a QR code and asks for the app's first code.
func (p *person) setUpTOTP(details auth.TOTPSetupDetails) (string, error) {
	p.totpSecret = details.SharedSecret
	qr, err := mfa.QRCodeText(details.SetupURI("Quick start", ""))
	if err != nil {
		return "", err
	}
	fmt.Println("Scan this with an authenticator app:")
	fmt.Println(qr)
	fmt.Println("or type the secret:", details.SharedSecret)
	return p.totpCode("The code that the app shows")
}
