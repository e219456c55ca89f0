package conformance_test

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// The QR code and a prompt below it fit a terminal of 80 columns and 24 rows.
const (
	terminalColumns = 80
	qrCodeRows      = 23
)

// TestQRCodesInTerminals has zbarimg read what terminals show, for labels of 20 to 160 characters.
func TestQRCodesInTerminals(t *testing.T) {
	t.Parallel()
	need(t, "zbarimg", "install zbar-tools")
	const issuer = "Acme"
	forms := []mfa.QRCodeTextInput{{}, {Inverted: true}, {ASCII: true}, {ASCII: true, Inverted: true}}
	for _, form := range forms {
		t.Run(fmt.Sprintf("%+v", form), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var files, want []string
			longest := 0
			for length := 20; length <= 160; length++ {
				account := strings.Repeat("a", length-len(issuer+":@example.com")) + "@example.com"
				uri := auth.TOTPSetupDetails{SharedSecret: strings.Repeat("JBSWY3DPEHPK3", 4)}.SetupURI(issuer, account)
				code, err := mfa.NewQRCode(mfa.QRCodeInput{URI: uri, Level: mfa.QRCodeLow, QuietZone: 2})
				require.NoError(t, err)
				if columns, rows := code.TextSize(form); columns <= terminalColumns && rows <= qrCodeRows {
					longest = length
				}
				file := filepath.Join(dir, fmt.Sprintf("%d.png", length))
				screenshot(t, file, strings.Split(code.Text(form), "\n"), form.Inverted)
				files, want = append(files, file), append(want, uri)
			}
			got := strings.Split(strings.TrimSpace(string(run(t, "zbarimg", append([]string{"--quiet", "--raw"}, files...)...))), "\n")
			assert.Equal(t, want, got)
			if !form.ASCII {
				assert.Equal(t, 56, longest, "the longest label that fits a terminal of 80 × 24")
			}
		})
	}
}

// The size of a character on the screen, in pixels.
const (
	cellWidth  = 4
	cellHeight = 2 * cellWidth
)

// screenshot writes a picture of what a terminal shows, with light text on a dark background, or
// the opposite. It knows the characters of QR codes; others are left blank.
func screenshot(t *testing.T, file string, lines []string, lightBackground bool) {
	t.Helper()
	foreground, background := color.White, color.Black
	if lightBackground {
		foreground, background = background, foreground
	}
	columns := 0
	for _, line := range lines {
		columns = max(columns, len([]rune(line)))
	}
	img := image.NewGray(image.Rect(0, 0, columns*cellWidth, len(lines)*cellHeight))
	draw.Draw(img, img.Bounds(), image.NewUniform(background), image.Point{}, draw.Src)
	for y, line := range lines {
		for x, character := range []rune(line) {
			cell := image.Rect(0, 0, cellWidth, cellHeight).Add(image.Pt(x*cellWidth, y*cellHeight))
			switch character {
			case '█', '#':
			case '▀':
				cell.Max.Y -= cellHeight / 2
			case '▄':
				cell.Min.Y += cellHeight / 2
			default:
				continue
			}
			draw.Draw(img, cell, image.NewUniform(foreground), image.Point{}, draw.Src)
		}
	}
	out, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, png.Encode(out, img))
	require.NoError(t, out.Close())
}
