package mfa

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/skip2/go-qrcode"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const (
	// minModulePixels is the least size of a module: scanners may fail on modules of one pixel.
	minModulePixels = 2
	// maxQRCodePixels bounds the memory for one image.
	maxQRCodePixels = 2048
	// standardQuietZone is what ISO/IEC 18004 demands. In a terminal, where rows are few, cameras
	// read a code with half of it.
	standardQuietZone = 4
	terminalQuietZone = 2
	maxQuietZone      = 32
)

// A QRCodeLevel says how much damage to a QR code its error correction repairs. More of it makes
// the code larger.
type QRCodeLevel string

// The levels of ISO/IEC 18004.
const (
	QRCodeLow      QRCodeLevel = "L" // 7 %, enough for a screen
	QRCodeMedium   QRCodeLevel = "M" // 15 %
	QRCodeQuartile QRCodeLevel = "Q" // 25 %
	QRCodeHigh     QRCodeLevel = "H" // 30 %
)

var recoveryLevels = map[QRCodeLevel]qrcode.RecoveryLevel{
	"":             qrcode.Medium,
	QRCodeLow:      qrcode.Low,
	QRCodeMedium:   qrcode.Medium,
	QRCodeQuartile: qrcode.High,
	QRCodeHigh:     qrcode.Highest,
}

// QRCodeInput is the input of [NewQRCode].
type QRCodeInput struct {
	redacted
	// URI is the set-up URI, [auth.TOTPSetupDetails.SetupURI]. Required.
	URI string
	// Level is the error correction. Default: [QRCodeMedium].
	Level QRCodeLevel
	// QuietZone is the width of the light border in modules, at most 32. Default: 4, as ISO/IEC
	// 18004 demands; 2 saves two rows of a terminal and can still be scanned.
	QuietZone int
}

// A QRCode is a QR code that can be drawn in several forms. It contains the secret of the URI:
// show it to the person only. It does not change and is safe for concurrent use. The zero value has
// nothing to draw; use [NewQRCode].
type QRCode struct {
	redacted
	symbol [][]bool // without the quiet zone; true is dark
	quiet  int
}

// NewQRCode encodes a set-up URI as a QR code. [QRCodePNG], [QRCodeSVG] and [QRCodeText] do it in
// one call with the usual settings. No error contains the URI.
//
// Errors:
//   - [auth.ErrInvalidParameter]: the URI is empty or too long, or Level or QuietZone is not one of
//     the values above
func NewQRCode(in QRCodeInput) (QRCode, error) {
	return newQRCode("NewQRCode", in)
}

func newQRCode(op string, in QRCodeInput) (QRCode, error) {
	level, known := recoveryLevels[in.Level]
	switch {
	case in.URI == "":
		return QRCode{}, invalidParameter(op, "the URI is empty")
	case !known:
		return QRCode{}, invalidParameter(op, "Level must be one of L, M, Q and H")
	case in.QuietZone < 0 || in.QuietZone > maxQuietZone:
		return QRCode{}, invalidParameter(op, fmt.Sprintf("QuietZone must be 0 to %d", maxQuietZone))
	}
	code, err := qrcode.New(in.URI, level)
	if err != nil {
		return QRCode{}, invalidParameter(op, "the URI is too long for a QR code")
	}
	code.DisableBorder = true
	quiet := in.QuietZone
	if quiet == 0 {
		quiet = standardQuietZone
	}
	return QRCode{symbol: code.Bitmap(), quiet: quiet}, nil
}

// size is the number of modules in a row and in a column, with the quiet zone.
func (c QRCode) size() int { return len(c.symbol) + 2*c.quiet }

// dark reports whether the module at x, y of the whole drawing is dark. Outside it, none is.
func (c QRCode) dark(x, y int) bool {
	x, y = x-c.quiet, y-c.quiet
	return x >= 0 && y >= 0 && x < len(c.symbol) && y < len(c.symbol) && c.symbol[y][x]
}

// QRCodePNG draws uri as a PNG image of size × size pixels, black on white, with error correction
// at [QRCodeMedium] and the standard quiet zone. 256 suits most screens; see [QRCode.PNG].
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is empty or too long, or size is above 2048 or too small for
//     two pixels per module
func QRCodePNG(uri string, size int) ([]byte, error) {
	const op = "QRCodePNG"
	code, err := newQRCode(op, QRCodeInput{URI: uri})
	if err != nil {
		return nil, err
	}
	return code.png(op, size)
}

// PNG draws the code as a PNG image of size × size pixels, black on white. Every module has the
// same whole number of pixels; the remaining pixels widen the white border.
//
// Errors:
//   - [auth.ErrInvalidParameter]: size is above 2048 or too small for two pixels per module
func (c QRCode) PNG(size int) ([]byte, error) {
	return c.png("PNG", size)
}

func (c QRCode) png(op string, size int) ([]byte, error) {
	if smallest := minModulePixels * c.size(); smallest == 0 || size < smallest || size > maxQRCodePixels {
		message := fmt.Sprintf("size must be %d to %d pixels for this URI", smallest, maxQRCodePixels)
		return nil, invalidParameter(op, message)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, c.draw(size)); err != nil {
		return nil, &auth.Error{Op: op, Err: err}
	}
	return file.Bytes(), nil
}

// draw scales by a whole number: modules of different widths are hard to scan at small sizes.
func (c QRCode) draw(size int) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	scale := size / c.size()
	drawn := scale * c.size()
	margin := (size - drawn) / 2
	for y := range drawn {
		for x := range drawn {
			if c.dark(x/scale, y/scale) {
				img.SetColorIndex(margin+x, margin+y, 1)
			}
		}
	}
	return img
}

func invalidParameter(op, message string) error {
	return &auth.Error{Op: op, Code: auth.ErrInvalidParameter, Message: message}
}
