package terminal

import (
	"slices"
	"strings"
	"unicode"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// maxShown bounds what is shown of a text that comes from the pool, in characters.
const maxShown = 500

// clean makes a text of others fit to be shown: on one line, without control characters and without
// characters that have no shape, such as those that change the direction of the text.
func clean(s string) string {
	shown := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	if runes := []rune(shown); len(runes) > maxShown {
		return string(runes[:maxShown])
	}
	return shown
}

// facts returns what a trigger or an unknown challenge has to say, sorted by name.
func facts(parameters map[string]string) []string {
	lines := make([]string, 0, len(parameters))
	for name, value := range parameters {
		lines = append(lines, clean(name)+": "+clean(value))
	}
	slices.Sort(lines)
	return lines
}

// qrCode returns a QR code that fits the screen with a question below it, or an empty string. If
// need be, it shortens the account name, and then leaves it out: the app still shows the code.
func qrCode(screen Screen, uriFor func(account string) string, account string) string {
	form := mfa.QRCodeTextInput{ASCII: !screen.UTF8}
	for {
		code, err := mfa.NewQRCode(mfa.QRCodeInput{URI: uriFor(account), Level: mfa.QRCodeLow, QuietZone: 2})
		if err == nil {
			columns, rows := code.TextSize(form)
			if columns <= screen.Columns && rows < screen.Rows {
				return code.Text(form)
			}
		}
		if account == "" {
			return ""
		}
		account = shorter(account)
	}
}

// What takes the place of the end of a shortened name, and how many characters go at a time.
const (
	cut     = "..."
	cutStep = 4
)

// shorter shortens a name by some characters, or leaves it out.
func shorter(name string) string {
	runes := []rune(strings.TrimSuffix(name, cut))
	if len(runes) <= 2*cutStep {
		return ""
	}
	return string(runes[:len(runes)-cutStep]) + cut
}

// yes reports whether an answer means yes in the language of set, by its first letter.
func yes(set texts.Set, answer string) bool {
	return answer != "" && strings.HasPrefix(initial(set, texts.Yes), strings.ToLower(string([]rune(answer)[:1])))
}

// choiceOfYesOrNo returns "y/N" in the language of set.
func choiceOfYesOrNo(set texts.Set) string {
	return initial(set, texts.Yes) + "/" + strings.ToUpper(initial(set, texts.No))
}

func initial(set texts.Set, id texts.ID) string {
	return strings.ToLower(string([]rune(set.Text(id))[:1]))
}
