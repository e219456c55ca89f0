package authtest

import (
	"strings"
)

// delivery is where a code went, as clients see it.
type delivery struct {
	Destination    string
	DeliveryMedium string
	AttributeName  string
}

func deliveryTo(attribute, address string) *delivery {
	if attribute == attrPhone {
		return &delivery{Destination: maskPhone(address), DeliveryMedium: mediumSMS, AttributeName: attrPhone}
	}
	return &delivery{Destination: maskEmail(address), DeliveryMedium: mediumEmail, AttributeName: attrEmail}
}

// maskEmail keeps the first character on either side of the @.
func maskEmail(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	return firstRune(local) + "***@" + firstRune(domain) + "***"
}

// maskPhone keeps the last four digits.
func maskPhone(number string) string {
	digits := strings.TrimPrefix(number, "+")
	shown := min(4, len(digits))
	return "+" + strings.Repeat("*", len(digits)-shown) + digits[len(digits)-shown:]
}

func firstRune(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}
