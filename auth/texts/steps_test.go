package texts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func TestEveryStepHasItsTexts(t *testing.T) {
	t.Parallel()
	english := texts.EnglishTexts()
	check := func(step string, page texts.Page) {
		assert.Contains(t, english, page.Title, "the title of %s", step)
		assert.Contains(t, english, page.Button, "the button of %s", step)
		for _, id := range []texts.ID{page.Lead, page.Field} {
			assert.True(t, id == "" || english[id] != "", "%q of %s", id, step)
		}
		for _, id := range []texts.ID{page.Title, page.Field, page.Button} {
			assert.Empty(t, parametersIn(english[id]), "%s of %s", id, step)
		}
		assert.Subset(t, []string{"{destination}", "{authenticator}"}, parametersIn(english[page.Lead]), step)
	}
	unknown := texts.ForSignIn(auth.StepConfirmSignInWithUnknownChallenge)
	assert.Equal(t, unknown, texts.ForSignIn("A_STEP_OF_NEXT_YEAR"))
	for _, step := range constantsOf(t, "../*.go", "SignInStepName") {
		page := texts.ForSignIn(auth.SignInStepName(step.value))
		check(step.name, page)
		assert.Equal(t, step.name == "StepConfirmSignInWithUnknownChallenge", page == unknown, step.name)
	}
	for _, step := range constantsOf(t, "../*.go", "SignUpStepName") {
		check(step.name, texts.ForSignUp(auth.SignUpStepName(step.value)))
	}
	for _, step := range constantsOf(t, "../*.go", "ResetPasswordStepName") {
		check(step.name, texts.ForResetPassword(auth.ResetPasswordStepName(step.value)))
	}
	for _, step := range constantsOf(t, "../*.go", "AttributeUpdateStepName") {
		check(step.name, texts.ForAttributeUpdate(auth.AttributeUpdateStepName(step.value)))
	}
}

func TestStepsThatWaitForACodeSaySo(t *testing.T) {
	t.Parallel()
	for _, page := range []texts.Page{
		texts.ForSignIn(auth.StepConfirmSignInWithSMSCode),
		texts.ForSignIn(auth.StepConfirmSignInWithEmailCode),
		texts.ForSignUp(auth.SignUpStepConfirmSignUp),
		texts.ForResetPassword(auth.ResetPasswordStepConfirmWithCode),
		texts.ForAttributeUpdate(auth.AttributeUpdateStepConfirmWithCode),
	} {
		assert.Contains(t, texts.English().Format(page.Lead, texts.Params{Destination: "a***@e***"}), " a code to a***@e***.")
		assert.Equal(t, texts.FieldCode, page.Field)
	}
}

func TestEveryFactorHasAName(t *testing.T) {
	t.Parallel()
	for _, factor := range constantsOf(t, "../*.go", "MFAType") {
		assert.NotEqual(t, texts.FactorOther, texts.ForMFAType(auth.MFAType(factor.value)), factor.name)
	}
	for _, factor := range constantsOf(t, "../*.go", "AuthFactorType") {
		assert.NotEqual(t, texts.FactorOther, texts.ForFirstFactor(auth.AuthFactorType(factor.value)), factor.name)
	}
	assert.Equal(t, texts.FactorOther, texts.ForMFAType("CARRIER_PIGEON"))
	assert.Equal(t, texts.FactorOther, texts.ForFirstFactor("CARRIER_PIGEON"))
	assert.Equal(t, "Another way (CARRIER_PIGEON)", texts.English().Format(texts.FactorOther, texts.Params{Name: "CARRIER_PIGEON"}))
}

func TestEveryStandardAttributeHasAName(t *testing.T) {
	t.Parallel()
	named := map[texts.ID]bool{texts.AttributeOther: true}
	for _, attribute := range []string{ // OpenID Connect Core 1.0 section 5.1, without sub and the two that say "verified"
		"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile",
		"picture", "website", "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "address", "updated_at",
	} {
		assert.NotEqual(t, texts.AttributeOther, texts.ForAttribute(attribute), attribute)
		named[texts.ForAttribute(attribute)] = true
	}
	for _, id := range constantsOf(t, "accountids.go", "ID") {
		assert.Equal(t, strings.HasPrefix(id.name, "Attribute"), named[texts.ID(id.value)], id.name)
	}
	assert.Equal(t, texts.AttributeOther, texts.ForAttribute("custom:team"))
	assert.Equal(t, "custom:team", texts.English().Format(texts.AttributeOther, texts.Params{Name: "custom:team"}))
}
