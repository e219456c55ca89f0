package mfa

import (
	"fmt"
	"strings"
)

// QRCodeSVG draws uri as one <svg> element for an HTML page, with error correction at
// [QRCodeMedium] and the standard quiet zone; see [QRCode.SVG].
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is empty or too long
func QRCodeSVG(uri string) (string, error) {
	code, err := newQRCode("QRCodeSVG", QRCodeInput{URI: uri})
	if err != nil {
		return "", err
	}
	return code.SVG(), nil
}

// SVG draws the code as one <svg> element for an HTML page, without XML prolog, style attribute or
// script: a page with the Content-Security-Policy default-src 'self' may inline it. It fills the
// box around it, and its label for screen readers does not contain the URI. The markup depends on
// the URI only by numbers, so it is safe to convert it to template.HTML.
func (c QRCode) SVG() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges"`+
		` role="img" aria-label="QR code for an authenticator app">`+
		`<rect width="%[1]d" height="%[1]d" fill="#fff"/><path d="%[2]s"/></svg>`, c.size(), c.path())
}

// path returns a path with one rectangle for each horizontal run of dark modules.
func (c QRCode) path() string {
	var path strings.Builder
	for y := range c.size() {
		for x := 0; x < c.size(); x++ {
			start := x
			for c.dark(x, y) {
				x++
			}
			if x > start {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start, y, x-start, x-start)
			}
		}
	}
	return path.String()
}
