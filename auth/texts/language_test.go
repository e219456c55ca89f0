package texts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// in makes Sets that differ in their language only.
func in(t *testing.T, languages ...string) []texts.Set {
	t.Helper()
	sets := make([]texts.Set, 0, len(languages))
	for _, language := range languages {
		set, err := texts.New(language, texts.EnglishTexts())
		require.NoError(t, err)
		sets = append(sets, set)
	}
	return sets
}

func TestForAcceptLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                                 "en",
		"de":                               "de",
		"DE":                               "de",
		"de-AT":                            "de",
		"de-DE-1996":                       "de",
		"fr":                               "en",
		"fr, de;q=0.5":                     "de",
		"en, de":                           "en",
		"de, en":                           "de",
		"en;q=0.8, de;q=0.9":               "de",
		"de;q=0.001, en;q=0.002":           "en",
		"\tde ; q=0.5 ,fr":                 "de",
		"de;Q=1.000":                       "de",
		"*":                                "en",
		"en;q=0, *":                        "de",
		"*, en;q=0, de;q=0":                "en",
		"de;q=0":                           "en",
		"de;q=0.0, en":                     "en",
		"deutsch, de":                      "de",
		"german":                           "en",
		"den":                              "en",
		"d, de":                            "de",
		", ,de,":                           "de",
		"de;q=1.1":                         "en",
		"de;q=2":                           "en",
		"de;q=0.1234":                      "en",
		"de;q=":                            "en",
		"de;q=-1":                          "en",
		"de;q=0.x":                         "en",
		"de;level=1":                       "en",
		"de;q=1;q=0":                       "en",
		"de_DE":                            "en",
		"d\u00e9":                          "en",
		"de" + strings.Repeat("-x", 17):    "en",
		"de" + strings.Repeat(", fr", 255): "de",
		"de" + strings.Repeat(", fr", 256): "en",
	} {
		assert.Equal(t, want, texts.ForAcceptLanguage(header).Language(), "%q", header)
	}
}

func TestForAcceptLanguageTakesTheNearest(t *testing.T) {
	t.Parallel()
	sets := in(t, "pt-BR", "pt-PT", "de", "DE-ch", "zh-Hant")
	for header, want := range map[string]string{
		"pt":         "pt-BR",
		"pt-pt":      "pt-PT",
		"pt-AO":      "pt-BR",
		"de-CH":      "DE-ch",
		"de-CH-1996": "DE-ch",
		"de-AT":      "de",
		"zh-Hant-TW": "zh-Hant",
		"zh":         "zh-Hant",
		"en":         "pt-BR",
	} {
		assert.Equal(t, want, texts.ForAcceptLanguage(header, sets...).Language(), header)
	}
}

func TestForLocale(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		environment map[string]string
		want        string
	}{
		{nil, "en"},
		{map[string]string{"LANG": "de_DE.UTF-8"}, "de"},
		{map[string]string{"LANG": "de"}, "de"},
		{map[string]string{"LANG": "de_AT@euro"}, "de"},
		{map[string]string{"LANG": "C"}, "en"},
		{map[string]string{"LANG": "C.UTF-8"}, "en"},
		{map[string]string{"LANG": "POSIX"}, "en"},
		{map[string]string{"LANG": "fr_FR.UTF-8"}, "en"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"},
		{map[string]string{"LC_MESSAGES": "de_DE.UTF-8", "LC_ALL": "C"}, "en"},
		{map[string]string{"LC_MESSAGES": "en_US", "LC_ALL": "de_CH"}, "de"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_TIME": "en_US.UTF-8"}, "de"},
		{map[string]string{"LANG": "../../etc/passwd"}, "en"},
		{map[string]string{"LANG": "de" + strings.Repeat("_DE", 1000)}, "en"},
	} {
		got := texts.ForLocale(func(name string) string { return tc.environment[name] })
		assert.Equal(t, tc.want, got.Language(), "%v", tc.environment)
	}
}

func FuzzForAcceptLanguage(f *testing.F) {
	for _, seed := range []string{"", "de-AT, en;q=0.8", "*;q=0", "de;q=1.000,,;;q=", "en;q=0, *", "a-b-c;q=0.5\xff", strings.Repeat("de,", 400)} {
		f.Add(seed)
	}
	sets := []texts.Set{texts.English(), texts.German()}
	f.Fuzz(func(t *testing.T, header string) {
		got := texts.ForAcceptLanguage(header, sets...).Language()
		assert.Contains(t, []string{"en", "de"}, got)
		if !strings.Contains(strings.ToLower(header), "de") && !strings.Contains(header, "*") {
			assert.Equal(t, "en", got)
		}
		locale := texts.ForLocale(func(string) string { return header }, sets...).Language()
		if !strings.HasPrefix(strings.ToLower(header), "de") {
			assert.Equal(t, "en", locale)
		}
	})
}

func FuzzWith(f *testing.F) {
	for _, seed := range []string{"", "{destination}", "a {destination} b", "{", "}", "{destination}{", "{{destination}}", "{destination}\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := texts.English().With(map[texts.ID]string{texts.SMSCodeLead: text})
		if err != nil {
			return
		}
		shown := set.Format(texts.SMSCodeLead, texts.Params{Destination: "+*42"})
		assert.Equal(t, strings.ReplaceAll(text, "{destination}", "+*42"), shown)
	})
}
