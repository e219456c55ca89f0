package texts_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func TestEveryLanguageHasEveryText(t *testing.T) {
	t.Parallel()
	for _, table := range []struct {
		set   texts.Set
		texts map[texts.ID]string
	}{{texts.English(), texts.EnglishTexts()}, {texts.German(), texts.GermanTexts()}} {
		ids := constantsOf(t, "*.go", "ID")
		for _, id := range ids {
			text, ok := table.texts[texts.ID(id.value)]
			assert.True(t, ok, "%s has no %s", table.set.Language(), id.name)
			assert.Equal(t, parametersIn(id.comment), parametersIn(text), "%s: the parameters of %s, and its comment", table.set.Language(), id.name)
		}
		assert.Len(t, table.texts, len(ids), "%s has texts that no constant names", table.set.Language())

		_, err := texts.New(table.set.Language(), table.texts)
		assert.NoError(t, err)
	}
}

func TestIDsAreDifferent(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for _, id := range constantsOf(t, "*.go", "ID") {
		assert.Empty(t, names[id.value], "%s and %s are the same", id.name, names[id.value])
		names[id.value] = id.name
	}
}

// A parameter that Params does not know would show nothing.
func TestEveryParameterIsFilledIn(t *testing.T) {
	t.Parallel()
	p := texts.Params{
		Title: "VALUE", App: "VALUE", Name: "VALUE", Destination: "VALUE", Authenticator: "VALUE",
		Key: "VALUE", Time: "VALUE", Count: 7654321, Wait: 4321 * hour, Left: 4321 * hour,
	}
	for _, id := range constantsOf(t, "*.go", "ID") {
		for _, set := range []texts.Set{texts.English(), texts.German()} {
			shown := set.Format(texts.ID(id.value), p)
			assert.NotContains(t, shown, "{")
			filled := regexp.MustCompile("VALUE|7654321|4321").FindAllString(shown, -1)
			assert.Len(t, filled, len(parametersIn(id.comment)), "%s: %s", id.name, shown)
		}
	}
}

func TestWordsArePlain(t *testing.T) {
	t.Parallel()
	never := regexp.MustCompile(`(?i)!|\b(please|oops|sorry|challenge|user pool|cognito|token|invalid|bitte|hoppla|entschuldigung|ungültig|du|dein\w*)\b`)
	for _, id := range constantsOf(t, "*.go", "ID") {
		for _, set := range []texts.Set{texts.English(), texts.German()} {
			text := raw(set, texts.ID(id.value))
			assert.NotRegexp(t, never, text, id.name)
			assert.NotRegexp(t, `MFA|TOTP|OTP|SRP|\s\s|^\s|\s$`, text, id.name)
			if strings.HasPrefix(id.name, "Error") || strings.HasPrefix(id.name, "Form") {
				want := `\.$`
				if id.name == "ErrorPageTitle" {
					want = `title`
				}
				assert.Regexp(t, want, text, id.name)
			}
			if strings.HasSuffix(id.name, "Title") {
				assert.NotRegexp(t, `\.$`, text, id.name)
				assert.LessOrEqual(t, len([]rune(text)), 44, "%s is too long for a title", id.name)
			}
		}
	}
}

// A terminal without UTF-8 can show the English ones.
func TestEnglishIsASCII(t *testing.T) {
	t.Parallel()
	for _, id := range constantsOf(t, "*.go", "ID") {
		if id.name != "PageTitle" {
			assert.Regexp(t, `^[ -~]+$`, raw(texts.English(), texts.ID(id.value)), id.name)
		}
	}
}

func TestGermanIsGerman(t *testing.T) {
	t.Parallel()
	same := map[string]bool{
		"PageTitle": true, "AttributeOther": true, "AttributeWebsite": true, "FieldCode": true,
		"FactorPasskey": true,
	}
	for _, id := range constantsOf(t, "*.go", "ID") {
		english, german := raw(texts.English(), texts.ID(id.value)), raw(texts.German(), texts.ID(id.value))
		assert.Equal(t, same[id.name], english == german, "%s: %s", id.name, german)
	}
}

func TestForErrorNeedsNoParameters(t *testing.T) {
	t.Parallel()
	errorIDs := constantsOf(t, "errorids.go", "ID")
	require.Greater(t, len(errorIDs), 50)
	for _, id := range errorIDs {
		assert.Empty(t, parametersIn(id.comment), id.name)
	}
}
