package mfa_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func TestQRCodeText(t *testing.T) {
	t.Parallel()
	for name, uri := range uris() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := mfa.QRCodeText(uri)
			require.NoError(t, err)
			assert.Equal(t, bitmapAt(t, uri, qrcode.Low, 2), rasterText(t, text, mfa.QRCodeTextInput{}))
		})
	}
}

func TestQRCodeLevelsFormsAndQuietZones(t *testing.T) {
	t.Parallel()
	levels := map[mfa.QRCodeLevel]qrcode.RecoveryLevel{
		"": qrcode.Medium, mfa.QRCodeLow: qrcode.Low, mfa.QRCodeMedium: qrcode.Medium,
		mfa.QRCodeQuartile: qrcode.High, mfa.QRCodeHigh: qrcode.Highest,
	}
	forms := []mfa.QRCodeTextInput{{}, {Inverted: true}, {ASCII: true}, {Inverted: true, ASCII: true}}
	for level, recovery := range levels {
		for _, quiet := range []int{0, 2, 32} {
			drawn := quiet
			if quiet == 0 {
				drawn = 4
			}
			want := bitmapAt(t, setupURI, recovery, drawn)
			code, err := mfa.NewQRCode(mfa.QRCodeInput{URI: setupURI, Level: level, QuietZone: quiet})
			require.NoError(t, err)
			for _, form := range forms {
				text := code.Text(form)
				require.Equal(t, want, rasterText(t, text, form), "level %q, quiet zone %d, %+v", level, quiet, form)
				columns, rows := code.TextSize(form)
				lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
				require.Len(t, lines, rows)
				for _, line := range lines {
					require.Equal(t, columns, utf8.RuneCountInString(line))
				}
			}
			file, err := code.PNG(2 * len(want))
			require.NoError(t, err)
			requirePNG(t, file, 2*len(want), want)
			assert.Contains(t, code.SVG(), fmt.Sprintf(`viewBox="0 0 %[1]d %[1]d"`, len(want)))
		}
	}
}

// rasterText is what a terminal shows that has light text on a dark background, or the opposite if
// the text is for that.
func rasterText(t *testing.T, text string, form mfa.QRCodeTextInput) [][]bool {
	t.Helper()
	require.True(t, strings.HasSuffix(text, "\n"))
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if form.ASCII {
		return rasterASCII(t, lines, form.Inverted)
	}
	painted := map[rune][2]bool{' ': {}, '▀': {true, false}, '▄': {false, true}, '█': {true, true}}
	rows := make([][]bool, 2*len(lines))
	for y, line := range lines {
		for _, block := range line {
			halves, ok := painted[block]
			require.True(t, ok, "unexpected character %q", block)
			rows[2*y] = append(rows[2*y], halves[0] == form.Inverted)
			rows[2*y+1] = append(rows[2*y+1], halves[1] == form.Inverted)
		}
	}
	// The code has an odd number of rows: the lower half of the last line is left blank, and cut
	// off.
	last := len(rows) - 1
	require.NotContains(t, rows[last], form.Inverted, "the last half line is painted")
	return rows[:last]
}

func rasterASCII(t *testing.T, lines []string, inverted bool) [][]bool {
	t.Helper()
	rows := make([][]bool, len(lines))
	for y, line := range lines {
		for x := 0; x < len(line); x += 2 {
			require.Contains(t, []string{"##", "  "}, line[x:x+2])
			rows[y] = append(rows[y], (line[x] == '#') == inverted)
		}
	}
	return rows
}

func TestNewQRCodeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in      mfa.QRCodeInput
		message string
	}{
		{mfa.QRCodeInput{}, "the URI is empty"},
		{mfa.QRCodeInput{URI: strings.Repeat("x", capacity+1)}, "the URI is too long for a QR code"},
		{mfa.QRCodeInput{URI: "x", Level: "l"}, "Level must be one of L, M, Q and H"},
		{mfa.QRCodeInput{URI: "x", QuietZone: -1}, "QuietZone must be 0 to 32"},
		{mfa.QRCodeInput{URI: "x", QuietZone: 33}, "QuietZone must be 0 to 32"},
	}
	for _, tt := range tests {
		_, err := mfa.NewQRCode(tt.in)
		assert.Equal(t, &auth.Error{Op: "NewQRCode", Code: auth.ErrInvalidParameter, Message: tt.message}, err)
	}
	_, err := mfa.QRCode{}.PNG(0)
	require.ErrorIs(t, err, auth.ErrInvalidParameter, "there is nothing to draw")
}

func TestQRCodeDoesNotPrint(t *testing.T) {
	t.Parallel()
	in := mfa.QRCodeInput{URI: setupURI}
	code, err := mfa.NewQRCode(in)
	require.NoError(t, err)
	assert.Equal(t, "[redacted] [redacted]", fmt.Sprintf("%v %+v", code, in))
	marshaled, err := json.Marshal([]any{code, in})
	require.NoError(t, err)
	assert.JSONEq(t, `["[redacted]","[redacted]"]`, string(marshaled))
}

func ExampleNewQRCode() {
	code, err := mfa.NewQRCode(mfa.QRCodeInput{
		URI:   "otpauth://totp/My%20App:alice?secret=JBSWY3DPEHPK3PXP&issuer=My%20App",
		Level: mfa.QRCodeLow, QuietZone: 2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	columns, rows := code.TextSize(mfa.QRCodeTextInput{})
	fmt.Println("half blocks:", columns, "×", rows)
	columns, rows = code.TextSize(mfa.QRCodeTextInput{ASCII: true})
	fmt.Println("ASCII:", columns, "×", rows)
	// Output:
	// half blocks: 37 × 19
	// ASCII: 74 × 37
}
