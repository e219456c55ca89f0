package bff

import (
	"cmp"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func forgotPage(x *exchange) (*Page, error) {
	f, err := x.flow()
	if err != nil {
		return nil, err
	}
	name := cmp.Or(x.in["username"], f.username())
	return &Page{
		Name: "forgot", Title: x.text(texts.ForgotTitle), Lead: x.text(texts.ForgotLead),
		Forms: []Form{{
			Action: x.h.at("forgot", ""), Button: x.text(texts.SendCode),
			Fields: []Field{x.nameField(name)},
		}},
		Links: []Link{{"", x.text(texts.Back), x.h.at("sign-in", x.back)}},
	}, nil
}

// forgotPassword has a code sent, and answers the same whether or not there is such a user.
func forgotPassword(x *exchange) (*outcome, error) {
	f, err := x.begin()
	if err != nil {
		return nil, err
	}
	out, err := f.session.ResetPassword(x.r.Context(), auth.ResetPasswordInput{
		Username: x.in["username"], ClientMetadata: x.h.cfg.SignIn.ClientMetadata,
	})
	if err := x.hiddenSend(err); err != nil {
		return nil, err
	}
	if err := x.keep(f, x.in["username"]); err != nil {
		return nil, err
	}
	if !x.h.cfg.RevealUsers {
		out = auth.ResetPasswordOutput{NextStep: auth.ConfirmResetPasswordWithCode{}}
	}
	return &outcome{to: x.h.at("reset", x.back), body: out}, nil
}

func resetPage(x *exchange) (*Page, error) {
	f, err := x.flow()
	if err != nil {
		return nil, err
	}
	name := cmp.Or(x.in["username"], f.username())
	page := x.page("reset", texts.ForResetPassword(auth.ResetPasswordStepConfirmWithCode), texts.Params{})
	page.Forms = []Form{{
		Action: x.h.at("reset", ""), Button: x.text(texts.ResetButton),
		Fields: append([]Field{x.knownNameField(name), x.codeField("confirmationCode", texts.FieldCode)},
			x.newPasswordFields("newPassword")...),
	}}
	page.Links = []Link{{x.text(texts.NoCode), x.text(texts.ResendButton), x.h.at("forgot", x.back)}}
	return page, nil
}

// resetPassword sets the new password. It signs nobody in.
func resetPassword(x *exchange) (*outcome, error) {
	if err := x.sameNewPassword(); err != nil {
		return nil, err
	}
	f, err := x.resume()
	if err != nil {
		return nil, err
	}
	err = f.session.ConfirmResetPassword(x.r.Context(), auth.ConfirmResetPasswordInput{
		Username: x.in["username"], ConfirmationCode: x.in["confirmationCode"], NewPassword: x.in["newPassword"],
		ClientMetadata: x.h.cfg.SignIn.ClientMetadata,
	})
	if err != nil {
		x.report(EventPasswordFailed, codeOf(err))
		return nil, x.hiddenCode("ConfirmResetPassword", err)
	}
	x.report(EventPasswordChange, "")
	if err := x.keep(f, x.in["username"]); err != nil {
		return nil, err
	}
	return &outcome{to: withDone(x.h.at("sign-in", x.back), "reset"), body: struct{}{}}, nil
}

func (x *exchange) sameNewPassword() error {
	if again, given := x.in["newPasswordAgain"]; given && again != x.in["newPassword"] {
		return errDifferent
	}
	return nil
}

func passwordPage(x *exchange) (*Page, error) {
	return &Page{
		Name: "password", Title: x.text(texts.PasswordTitle),
		Forms: []Form{{
			Action: x.h.at("account/password", ""), Button: x.text(texts.PasswordButton),
			Fields: append([]Field{
				x.ownerField(x.person.login()),
				x.passwordField("oldPassword", texts.FieldCurrentPassword),
			}, x.newPasswordFields("newPassword")...),
		}},
		Links: []Link{x.toAccount()},
	}, nil
}

// changePassword changes the password of the person who is signed in.
func changePassword(x *exchange) (*outcome, error) {
	if err := x.sameNewPassword(); err != nil {
		return nil, err
	}
	if err := x.limit(password, x.name()); err != nil {
		return nil, err
	}
	err := x.person.Session.UpdatePassword(x.r.Context(), auth.UpdatePasswordInput{
		OldPassword: x.in["oldPassword"], NewPassword: x.in["newPassword"],
	})
	if err != nil {
		x.report(EventPasswordFailed, codeOf(err))
		return nil, err
	}
	x.report(EventPasswordChange, "")
	return x.changed("account", "password")
}
