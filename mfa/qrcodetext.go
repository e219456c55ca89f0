package mfa

import "strings"

// QRCodeTextInput says how [QRCode.Text] draws. The zero value suits a terminal with UTF-8 and
// light text on a dark background.
type QRCodeTextInput struct {
	// Inverted draws for dark text on a light background.
	Inverted bool
	// ASCII uses no other characters than "#" and the space, for terminals without UTF-8. A code
	// then takes twice as many rows and columns.
	ASCII bool
}

// QRCodeText draws uri for a terminal with light text on a dark background, in half blocks, with
// error correction at [QRCodeLow] and a quiet zone of two modules: what is usual in terminals,
// where rows are few. In a terminal with a light background it is inverted, which some scanners
// refuse; show the secret as text beside it. See [QRCode.Text] for other forms.
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is empty or too long
func QRCodeText(uri string) (string, error) {
	code, err := newQRCode("QRCodeText", QRCodeInput{URI: uri, Level: QRCodeLow, QuietZone: terminalQuietZone})
	if err != nil {
		return "", err
	}
	return code.Text(QRCodeTextInput{}), nil
}

// Text draws the code for a terminal: lines that all have the same width and end in a newline. Half
// blocks are two modules high and one wide; an ASCII module is one line high and two columns wide.
// Light modules are painted and dark ones left blank, unless Inverted. [QRCode.TextSize] returns
// how many columns and rows it takes.
func (c QRCode) Text(in QRCodeTextInput) string {
	var text strings.Builder
	step := 2
	if in.ASCII {
		step = 1
	}
	for y := 0; y < c.size(); y += step {
		for x := range c.size() {
			if in.ASCII {
				text.WriteString(asciiModule(c.dark(x, y) == in.Inverted))
			} else {
				// The number of rows is odd: below the last one nothing is painted.
				lower := y+1 < c.size() && c.dark(x, y+1) == in.Inverted
				text.WriteString(halfBlock(c.dark(x, y) == in.Inverted, lower))
			}
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// TextSize returns how many columns and rows of a terminal [QRCode.Text] takes.
func (c QRCode) TextSize(in QRCodeTextInput) (columns, rows int) {
	if in.ASCII {
		return 2 * c.size(), c.size()
	}
	return c.size(), (c.size() + 1) / 2
}

func asciiModule(painted bool) string {
	if painted {
		return "##"
	}
	return "  "
}

func halfBlock(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	default:
		return " "
	}
}
