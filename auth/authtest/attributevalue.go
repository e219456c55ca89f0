package authtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// attributeReport is how an operation words what is wrong with attributes: a preface, then one line
// for each attribute, which begins with the subject.
type attributeReport struct{ preface, subject string }

func signUpReport() attributeReport {
	return attributeReport{preface: "Attributes did not conform to the schema: "}
}

// givenReport is that of the calls that give a user attributes otherwise than by sign-up.
func givenReport() attributeReport { return attributeReport{preface: "Invalid user attributes: "} }

// updateReport is that of the calls that change the attributes of a user.
func updateReport() attributeReport { return attributeReport{subject: "user."} }

// checkValues refuses attributes that are not in the schema, and values that do not conform to it.
// Every operation that writes attributes passes through it.
func (st *settings) checkValues(values map[string]string, report attributeReport) error {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if fault := st.schema.fault(name, values[name]); fault != "" {
			fmt.Fprintf(&lines, "%s%s: %s\n", report.subject, name, fault)
		}
	}
	if lines.Len() > 0 {
		return refuse(codeInvalidParameter, "%s%s", report.preface, lines.String())
	}
	return checkFormats(values)
}

// checkKnown refuses an attribute that is not in the schema as AdminCreateUser does.
func (st *settings) checkKnown(values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if st.schema.index(name) < 0 {
			return refuse(codeInvalidParameter,
				"Attributes did not conform to the schema: Type for attribute {%s} could not be determined", name)
		}
	}
	return nil
}

func checkFormats(values map[string]string) error {
	if v := values[attrEmail]; v != "" && !isEmail(v) {
		return refuse(codeInvalidParameter, textInvalidEmail)
	}
	if v := values[attrPhone]; v != "" && !isPhone(v) {
		return refuse(codeInvalidParameter, "Invalid phone number format.")
	}
	return nil
}

func booleanFault(value string) string {
	if strings.EqualFold(value, "true") || strings.EqualFold(value, "false") {
		return ""
	}
	return "The attribute is not a valid boolean"
}

// dateFault accepts a date, a date with a time, and seconds since 1970.
func dateFault(value string) string {
	for _, layout := range []string{time.DateOnly, time.DateTime, time.RFC3339Nano} {
		if _, err := time.Parse(layout, value); err == nil {
			return ""
		}
	}
	if _, ok := parseNumber(value, ""); ok {
		return ""
	}
	return "The attribute is not a valid date"
}
