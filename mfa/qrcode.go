package mfa

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/skip2/go-qrcode"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const (
	// minModulePixels is the least size of a module: scanners may fail on modules of one pixel.
	minModulePixels = 2
	// maxQRCodePixels bounds the memory for one image.
	maxQRCodePixels = 2048
)

// QRCodePNG draws uri as a PNG image of size × size pixels, black on white. 256 suits most screens.
// Every module has the same whole number of pixels; the remaining pixels widen the white border. No
// error contains the URI.
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is empty or too long, or size is above 2048 or too small for
//     two pixels per module
func QRCodePNG(uri string, size int) ([]byte, error) {
	const op = "QRCodePNG"
	code, err := newQRCode(op, uri)
	if err != nil {
		return nil, err
	}
	modules := code.Bitmap()
	if smallest := minModulePixels * len(modules); size < smallest || size > maxQRCodePixels {
		return nil, qrCodeError(op, fmt.Sprintf("size must be %d to %d pixels for this URI", smallest, maxQRCodePixels))
	}
	var file bytes.Buffer
	if err := png.Encode(&file, drawModules(modules, size)); err != nil {
		return nil, &auth.Error{Op: op, Err: err}
	}
	return file.Bytes(), nil
}

// QRCodeSVG draws uri as one <svg> element for an HTML page, without XML prolog, style attribute or
// script: a page with the Content-Security-Policy default-src 'self' may inline it. It fills the
// box around it, and its label for screen readers does not contain the URI. The markup depends on
// the URI only by numbers, so it is safe to convert it to template.HTML. No error contains the URI.
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is empty or too long
func QRCodeSVG(uri string) (string, error) {
	code, err := newQRCode("QRCodeSVG", uri)
	if err != nil {
		return "", err
	}
	modules := code.Bitmap()
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges"`+
		` role="img" aria-label="QR code for an authenticator app">`+
		`<rect width="%[1]d" height="%[1]d" fill="#fff"/><path d="%[2]s"/></svg>`, len(modules), svgPath(modules)), nil
}

// QRCodeText draws uri for a terminal: lines of half blocks, two modules high and one wide, each
// ending in a newline. Light modules are painted and dark ones left blank, so the code is dark on
// light in a terminal with light text on a dark background. In a terminal with a light background
// it is inverted, which some scanners refuse; show the secret as text beside it. No error contains
// the URI.
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is empty or too long
func QRCodeText(uri string) (string, error) {
	code, err := newQRCode("QRCodeText", uri)
	if err != nil {
		return "", err
	}
	return code.ToSmallString(false), nil
}

// newQRCode encodes uri for one drawing; a second one needs its own code, because drawing pads the
// code's data. The bitmap includes the quiet zone of four modules that ISO/IEC 18004 demands.
func newQRCode(op, uri string) (*qrcode.QRCode, error) {
	if uri == "" {
		return nil, qrCodeError(op, "the URI is empty")
	}
	code, err := qrcode.New(uri, qrcode.Medium)
	if err != nil {
		return nil, qrCodeError(op, "the URI is too long for a QR code")
	}
	return code, nil
}

// drawModules scales by a whole number: modules of different widths are hard to scan at small
// sizes.
func drawModules(modules [][]bool, size int) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	scale := size / len(modules)
	drawn := scale * len(modules)
	margin := (size - drawn) / 2
	for y := range drawn {
		for x := range drawn {
			if modules[y/scale][x/scale] {
				img.SetColorIndex(margin+x, margin+y, 1)
			}
		}
	}
	return img
}

// svgPath returns a path with one rectangle for each horizontal run of dark modules.
func svgPath(modules [][]bool) string {
	var path strings.Builder
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if x > start {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start, y, x-start, x-start)
			}
		}
	}
	return path.String()
}

func qrCodeError(op, message string) error {
	return &auth.Error{Op: op, Code: auth.ErrInvalidParameter, Message: message}
}
