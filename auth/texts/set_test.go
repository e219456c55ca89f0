package texts_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

const hour = time.Hour

func TestWithReplacesTexts(t *testing.T) {
	t.Parallel()
	for _, set := range []texts.Set{{}, texts.English(), texts.German()} {
		replacement := map[texts.ID]string{texts.SMSCodeLead: "{destination}: your code is there, {destination}."}
		own, err := set.With(replacement)
		require.NoError(t, err)
		replacement[texts.SMSCodeLead] = "changed later"
		assert.Equal(t, "X: your code is there, X.", own.Format(texts.SMSCodeLead, texts.Params{Destination: "X"}))
		assert.Equal(t, set.Text(texts.SignInTitle), own.Text(texts.SignInTitle), "others stay")
		assert.Equal(t, set.Language(), own.Language())
		assert.NotContains(t, set.Text(texts.SMSCodeLead), "your code is there", "the original stays")
	}
}

func TestWithRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		id          texts.ID
		text, fault string
	}{
		"an unknown id":           {"sign_in_titel", "Sign in", `"sign_in_titel" is not the id of a text`},
		"an empty text":           {texts.SignInTitle, "", "sign_in_title is empty"},
		"a missing parameter":     {texts.SMSCodeLead, "We texted a code.", "sms_code_lead lacks its parameter {destination}"},
		"a parameter too many":    {texts.SignInTitle, "Sign in to {app}", "sign_in_title has the parameter {app}, which it does not get"},
		"a misspelt parameter":    {texts.SMSCodeLead, "To {destination} {nam}", "has the parameter {nam}"},
		"an open brace":           {texts.SMSCodeLead, "We texted a code to {destination.", "has a { without its }"},
		"a brace within a brace":  {texts.SMSCodeLead, "To {destination {destination}", "has a { without its }"},
		"a closing brace alone":   {texts.SMSCodeLead, "To destination} {destination}", "has a } without its {"},
		"a closing brace at last": {texts.SMSCodeLead, "To {destination}}", "has a } without its {"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := texts.English().With(map[texts.ID]string{tc.id: tc.text})
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			assert.ErrorContains(t, err, tc.fault)
		})
	}
}

func TestNewTellsAllThatIsMissing(t *testing.T) {
	t.Parallel()
	table := texts.EnglishTexts()
	delete(table, texts.SignInTitle)
	delete(table, texts.ErrorGeneral)
	table[texts.SMSCodeLead] = "Un code."
	_, err := texts.New("fr", table)
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	assert.ErrorContains(t, err, "error_general is missing; sign_in_title is missing; sms_code_lead lacks its parameter {destination}")

	for _, language := range []string{"", "fr_FR", "f r", "fr-", "-fr", "1fr", "abcdefghi", strings.Repeat("fr-", 20) + "FR"} {
		_, err := texts.New(language, texts.EnglishTexts())
		assert.ErrorIs(t, err, auth.ErrInvalidConfig, language)
	}
}

func TestNewKeepsACopy(t *testing.T) {
	t.Parallel()
	table := texts.EnglishTexts()
	table[texts.SignInTitle] = "Connexion"
	french, err := texts.New("fr", table)
	require.NoError(t, err)
	table[texts.SignInTitle] = "changed later"
	assert.Equal(t, "Connexion", french.Text(texts.SignInTitle))
	assert.Equal(t, "fr", french.Language())
}

func TestZeroSetIsEnglish(t *testing.T) {
	t.Parallel()
	var set texts.Set
	assert.Equal(t, "en", set.Language())
	assert.Equal(t, "Sign in", set.Text(texts.SignInTitle))
}

func TestUnknownIDIsShownAsItIs(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "no_such_text", texts.German().Text("no_such_text"))
}

// What comes from others is text, whatever it looks like.
func TestParametersAreNotParameters(t *testing.T) {
	t.Parallel()
	got := texts.English().Format(texts.DeviceForgotten, texts.Params{Name: "{app} {name} }{", App: "secret"})
	assert.Equal(t, "{app} {name} }{ is forgotten.", got)
}

func TestEmptyParametersHaveWords(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "We texted a code to you.", texts.English().Text(texts.SMSCodeLead))
	assert.Equal(t, "Wir haben einen Code per SMS an Sie geschickt.", texts.German().Text(texts.SMSCodeLead))
	assert.Equal(t, "Type the six digits that your authenticator app shows.", texts.English().Text(texts.TOTPCodeLead))
	assert.Equal(t, "Geben Sie die sechs Ziffern ein, die Ihre Authenticator-App anzeigt.", texts.German().Text(texts.TOTPCodeLead))
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		d                        time.Duration
		wait, warten, left, noch string
	}{
		{-hour, "a moment", "einen Moment", "0 seconds", "0 Sekunden"},
		{0, "a moment", "einen Moment", "0 seconds", "0 Sekunden"},
		{1, "1 second", "1 Sekunde", "0 seconds", "0 Sekunden"},
		{time.Second, "1 second", "1 Sekunde", "1 second", "1 Sekunde"},
		{1500 * time.Millisecond, "2 seconds", "2 Sekunden", "1 second", "1 Sekunde"},
		{59 * time.Second, "59 seconds", "59 Sekunden", "59 seconds", "59 Sekunden"},
		{time.Minute, "1 minute", "1 Minute", "1 minute", "1 Minute"},
		{61 * time.Second, "2 minutes", "2 Minuten", "1 minute", "1 Minute"},
		{15 * time.Minute, "15 minutes", "15 Minuten", "15 minutes", "15 Minuten"},
		{hour, "60 minutes", "60 Minuten", "60 minutes", "60 Minuten"},
		{2 * hour, "2 hours", "2 Stunden", "2 hours", "2 Stunden"},
		{2*hour + 1, "3 hours", "3 Stunden", "2 hours", "2 Stunden"},
		{1<<63 - 1, "2562048 hours", "2562048 Stunden", "2562047 hours", "2562047 Stunden"},
	} {
		p := texts.Params{Wait: tc.d, Left: tc.d}
		assert.Equal(t, "Too many tries. Wait "+tc.wait+", then try again.", texts.English().Format(texts.FormTooManyTries, p))
		assert.Contains(t, texts.German().Format(texts.FormTooManyTries, p), "Warten Sie "+tc.warten+" und")
		assert.Equal(t, tc.left+" left", texts.English().Format(texts.TimeLeft, p))
		assert.Equal(t, "Noch "+tc.noch, texts.German().Format(texts.TimeLeft, p))
	}
}

// The race detector looks on.
func TestSetsAreShared(t *testing.T) {
	t.Parallel()
	shared := texts.English()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			own, err := shared.With(map[texts.ID]string{texts.SignInTitle: "Log in"})
			assert.NoError(t, err)
			assert.Equal(t, "Log in", own.Text(texts.SignInTitle))
			assert.Equal(t, "Sign in", shared.Text(texts.SignInTitle))
			assert.Equal(t, "Anmelden", texts.German().Text(texts.SignInTitle))
		})
	}
	all.Wait()
}
