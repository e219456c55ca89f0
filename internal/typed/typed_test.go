package typed_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

func TestName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "",
		" \u200b\n":                    "",
		"alice":                        "alice",
		"\t\u200balice\u00a0 \ufeff\n": "alice",
		"Alice@Example.com ":           "Alice@Example.com",
		"john smith":                   "john smith",
		"می\u200cخواهم":                "می\u200cخواهم",
		"+49 170 1234567":              "+491701234567",
		"\u202a+49\u00a0170\u202f12345\u200b67\u202c": "+491701234567",
		"+49-170-1234567": "+49-170-1234567",
		"+1 team":         "+1 team",
		"+":               "+",
		"0170 1234567":    "0170 1234567",
	} {
		assert.Equal(t, want, typed.Name(text), "%+q", text)
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "",
		" \u200b-\n":             "",
		"123456":                 "123456",
		"123 456":                "123456",
		"123\u00a0456\u200b\r\n": "123456",
		"123-456":                "123456",
		"123\u2013456":           "123456",
		"\u200f123456\u200e":     "123456",
		"１２３４５６７８９０":             "1234567890",
		"٠١٢٣٤٥٦٧٨٩":             "0123456789",
		"۰۱۲۳۴۵۶۷۸۹":             "0123456789",
		"०१२३४५६७८९":             "0123456789",
		"12345x":                 "12345x",
		"Correct-horse-1 !":      "Correct-horse-1!",
		"１２３ａｂｃ":                 "１２３ａｂｃ",
		"\xff1":                  "\xff1",
	} {
		assert.Equal(t, want, typed.Code(text), "%+q", text)
	}
}
