package texts

import "maps"

// EnglishTexts returns a copy of the table behind English.
func EnglishTexts() map[ID]string { return maps.Clone(English().texts) }

// GermanTexts returns a copy of the table behind German.
func GermanTexts() map[ID]string { return maps.Clone(German().texts) }

// WellFormed is wellFormed.
var WellFormed = wellFormed
