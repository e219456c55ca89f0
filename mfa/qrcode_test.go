package mfa_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

const (
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW"
	setupURI = "otpauth://totp/My%20App:alice%40example.com?secret=" + secret + "&issuer=My%20App"
	// A QR code of the largest version at level Medium holds this many bytes.
	capacity = 2331
	// One at level Low holds this many.
	capacityLow = 2953
)

// uris are drawn by every test: the usual one, the smallest code and the largest.
func uris() map[string]string {
	return map[string]string{
		"set-up":  setupURI,
		"letter":  "a",
		"unicode": "otpauth://totp/Žofie?secret=" + secret,
		"largest": "otpauth:" + strings.Repeat("x", capacity-len("otpauth:")),
	}
}

// bitmap is what the drawings must show; true is dark.
func bitmap(t *testing.T, uri string) [][]bool {
	t.Helper()
	return bitmapAt(t, uri, qrcode.Medium, 4)
}

func bitmapAt(t *testing.T, uri string, level qrcode.RecoveryLevel, quiet int) [][]bool {
	t.Helper()
	code, err := qrcode.New(uri, level)
	require.NoError(t, err)
	code.DisableBorder = true
	symbol := code.Bitmap()
	modules := blank(len(symbol) + 2*quiet)
	for y, row := range symbol {
		copy(modules[y+quiet][quiet:], row)
	}
	return modules
}

func blank(size int) [][]bool {
	modules := make([][]bool, size)
	for y := range modules {
		modules[y] = make([]bool, size)
	}
	return modules
}

func TestQRCodeQuietZone(t *testing.T) {
	t.Parallel()
	const quiet = 4
	modules := bitmap(t, setupURI)
	inside := func(i int) bool { return i >= quiet && i < len(modules)-quiet }
	for y, row := range modules {
		for x, dark := range row {
			if dark {
				require.True(t, inside(x) && inside(y), "module %d,%d is dark", x, y)
			}
		}
	}
	assert.True(t, modules[quiet][quiet], "the finder pattern begins right after the quiet zone")
}

func TestQRCodePNG(t *testing.T) {
	t.Parallel()
	for name, uri := range uris() {
		want := bitmap(t, uri)
		for _, size := range []int{2 * len(want), 2*len(want) + 1, 512} {
			t.Run(fmt.Sprintf("%s/%d", name, size), func(t *testing.T) {
				t.Parallel()
				file, err := mfa.QRCodePNG(uri, size)
				require.NoError(t, err)
				requirePNG(t, file, size, want)
			})
		}
	}
}

// requirePNG compares every pixel with the module that it belongs to.
func requirePNG(t *testing.T, file []byte, size int, want [][]bool) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, size, img.Bounds().Dx())
	require.Equal(t, size, img.Bounds().Dy())
	scale := size / len(want)
	margin := (size - scale*len(want)) / 2
	dark := func(x, y int) bool {
		mx, my := (x-margin)/scale, (y-margin)/scale
		return x >= margin && y >= margin && mx < len(want) && my < len(want) && want[my][mx]
	}
	for y := range size {
		for x := range size {
			gray, ok := color.GrayModel.Convert(img.At(x, y)).(color.Gray)
			require.True(t, ok)
			if dark(x, y) != (gray.Y == 0) || !dark(x, y) != (gray.Y == 255) {
				require.Failf(t, "wrong pixel", "%d,%d is %v", x, y, gray)
			}
		}
	}
}

func TestQRCodePNGSize(t *testing.T) {
	t.Parallel()
	smallest := 2 * len(bitmap(t, setupURI))
	for _, size := range []int{-256, 0, smallest - 1, 2049, 1 << 30} {
		_, err := mfa.QRCodePNG(setupURI, size)
		assert.Equal(t, &auth.Error{
			Op: "QRCodePNG", Code: auth.ErrInvalidParameter,
			Message: fmt.Sprintf("size must be %d to 2048 pixels for this URI", smallest),
		}, err)
	}
	file, err := mfa.QRCodePNG(setupURI, 2048)
	require.NoError(t, err)
	img, err := png.DecodeConfig(bytes.NewReader(file))
	require.NoError(t, err)
	assert.Equal(t, [2]int{2048, 2048}, [2]int{img.Width, img.Height})
}

type svg struct {
	XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
	ViewBox string   `xml:"viewBox,attr"`
	Role    string   `xml:"role,attr"`
	Label   string   `xml:"aria-label,attr"`
	Crisp   string   `xml:"shape-rendering,attr"`
	Rect    struct {
		Width  int    `xml:"width,attr"`
		Height int    `xml:"height,attr"`
		Fill   string `xml:"fill,attr"`
	} `xml:"rect"`
	Path struct {
		D string `xml:"d,attr"`
	} `xml:"path"`
}

func TestQRCodeSVG(t *testing.T) {
	t.Parallel()
	for name, uri := range uris() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := bitmap(t, uri)
			markup, err := mfa.QRCodeSVG(uri)
			require.NoError(t, err)
			var got svg
			require.NoError(t, xml.Unmarshal([]byte(markup), &got))
			assert.Equal(t, fmt.Sprintf("0 0 %[1]d %[1]d", len(want)), got.ViewBox)
			assert.Equal(t, "img", got.Role)
			assert.NotEmpty(t, got.Label)
			assert.Equal(t, "crispEdges", got.Crisp)
			assert.Equal(t, len(want), got.Rect.Width)
			assert.Equal(t, len(want), got.Rect.Height)
			assert.Equal(t, "#fff", got.Rect.Fill)
			assert.Equal(t, want, rasterPath(t, got.Path.D, len(want)))
		})
	}
}

// rasterPath fills the rectangles of a path; anything else in the path fails the test.
func rasterPath(t *testing.T, path string, size int) [][]bool {
	t.Helper()
	modules := blank(size)
	rectangle := regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)
	require.Empty(t, rectangle.ReplaceAllString(path, ""))
	for _, match := range rectangle.FindAllStringSubmatch(path, -1) {
		require.Equal(t, match[3], match[4], "a rectangle does not close")
		x, y, width := number(t, match[1]), number(t, match[2]), number(t, match[3])
		for i := range width {
			modules[y][x+i] = true
		}
	}
	return modules
}

func number(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	require.NoError(t, err)
	return n
}

func TestQRCodeSVGIsSafeToInline(t *testing.T) {
	t.Parallel()
	markup, err := mfa.QRCodeSVG(setupURI)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(markup, "<svg "))
	assert.NotContains(t, markup, secret)
	assert.NotContains(t, markup, "alice")

	decoder := xml.NewDecoder(strings.NewReader(markup))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		element, ok := token.(xml.StartElement)
		if !ok {
			require.IsType(t, xml.EndElement{}, token)
			continue
		}
		assert.Contains(t, []string{"svg", "rect", "path"}, element.Name.Local)
		for _, attribute := range element.Attr {
			assert.NotEqual(t, "style", attribute.Name.Local)
		}
	}
}

func TestQRCodeErrors(t *testing.T) {
	t.Parallel()
	draw := map[string]func(string) (string, error){
		"QRCodePNG": func(uri string) (string, error) {
			file, err := mfa.QRCodePNG(uri, 1024)
			return string(file), err
		},
		"QRCodeSVG":  mfa.QRCodeSVG,
		"QRCodeText": mfa.QRCodeText,
	}
	messages := map[string]string{
		"":                                       "the URI is empty",
		setupURI + strings.Repeat("x", capacity): "the URI is too long for a QR code",
	}
	for op, draw := range draw {
		for uri, message := range messages {
			if op == "QRCodeText" && uri != "" {
				uri += strings.Repeat("x", capacityLow-capacity)
			}
			drawing, err := draw(uri)
			assert.Empty(t, drawing)
			assert.Equal(t, &auth.Error{Op: op, Code: auth.ErrInvalidParameter, Message: message}, err)
		}
	}
}

func ExampleQRCodePNG() {
	file, err := mfa.QRCodePNG("otpauth://totp/My%20App:alice?secret=JBSWY3DPEHPK3PXP&issuer=My%20App", 256)
	if err != nil {
		fmt.Println(err)
		return
	}
	img, err := png.DecodeConfig(bytes.NewReader(file))
	fmt.Printf("%d × %d pixels, %v\n", img.Width, img.Height, err)
	// Output: 256 × 256 pixels, <nil>
}
