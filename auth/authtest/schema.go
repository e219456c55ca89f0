package authtest

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
)

// schemaAttribute is an attribute as the API defines it.
type schemaAttribute struct {
	Name                       string             `wire:"Name,SchemaName"`
	AttributeDataType          string             `wire:"AttributeDataType,DataType"`
	DeveloperOnlyAttribute     bool               `wire:"DeveloperOnlyAttribute"`
	Mutable                    *bool              `wire:"Mutable"`
	Required                   bool               `wire:"Required"`
	NumberAttributeConstraints *numberConstraints `wire:"NumberAttributeConstraints" json:",omitempty"`
	StringAttributeConstraints *stringConstraints `wire:"StringAttributeConstraints" json:",omitempty"`
}

type numberConstraints struct {
	MinValue string `wire:"MinValue,ConstraintNumber" json:",omitempty"`
	MaxValue string `wire:"MaxValue,ConstraintNumber" json:",omitempty"`
}

type stringConstraints struct {
	MinLength string `wire:"MinLength,ConstraintNumber" json:",omitempty"`
	MaxLength string `wire:"MaxLength,ConstraintNumber" json:",omitempty"`
}

// The types of attributes.
const (
	typeString   = "String"
	typeNumber   = "Number"
	typeBoolean  = "Boolean"
	typeDateTime = "DateTime"
)

// schema are the attributes of a pool, in the order in which the API shows them.
type schema []schemaAttribute

const (
	developerPrefix = "dev:"
	longestValue    = 2048
	mostCustom      = 50
)

func newSchema(cfg Config) schema {
	fixed := false
	s := schema{{
		Name: attrSub, AttributeDataType: typeString, Mutable: &fixed, Required: true,
		StringAttributeConstraints: lengths(1, longestValue),
	}}
	for _, name := range standardAttributes() {
		a := standardAttribute(name)
		a.Required = slices.Contains(cfg.RequiredAttributes, name)
		s = append(s, a)
	}
	for _, name := range []string{attrEmailVerified, attrPhoneVerified} {
		s = append(s, newAttribute(name, typeBoolean))
	}
	for _, name := range append([]string{attrIdentities}, cfg.CustomAttributes...) {
		a := newAttribute(name, typeString)
		a.StringAttributeConstraints = &stringConstraints{}
		s = append(s, a)
	}
	return s
}

func newAttribute(name, dataType string) schemaAttribute {
	mutable := true
	return schemaAttribute{Name: name, AttributeDataType: dataType, Mutable: &mutable}
}

// standardAttribute returns a standard attribute as every pool has it, unless its schema says more.
func standardAttribute(name string) schemaAttribute {
	switch name {
	case "updated_at":
		a := newAttribute(name, typeNumber)
		a.NumberAttributeConstraints = &numberConstraints{MinValue: "0"}
		return a
	case "birthdate":
		a := newAttribute(name, typeString)
		a.StringAttributeConstraints = lengths(10, 10)
		return a
	}
	a := newAttribute(name, typeString)
	a.StringAttributeConstraints = lengths(0, longestValue)
	return a
}

func lengths(shortest, longest int) *stringConstraints {
	return &stringConstraints{MinLength: strconv.Itoa(shortest), MaxLength: strconv.Itoa(longest)}
}

func (s schema) all() []schemaAttribute { return slices.Clone(s) }

func (s schema) index(name string) int {
	return slices.IndexFunc(s, func(a schemaAttribute) bool { return a.Name == name })
}

// mutable reports whether the value of the attribute can change after it was first set.
func (s schema) mutable(name string) bool {
	i := s.index(name)
	return i < 0 || s[i].Mutable == nil || *s[i].Mutable
}

// customName returns the name under which users have the attribute.
func (a schemaAttribute) customName() string {
	if a.DeveloperOnlyAttribute {
		return developerPrefix + customPrefix + a.Name
	}
	return customPrefix + a.Name
}

// defineSchema applies the Schema of a new pool, which defines custom attributes and says more about
// standard ones.
func (st *settings) defineSchema(given []schemaAttribute) error {
	for _, a := range given {
		i := st.schema.index(a.Name)
		if i < 0 {
			if err := st.addCustom([]schemaAttribute{a}); err != nil {
				return err
			}
			continue
		}
		next, err := a.redefine(st.schema[i])
		if err != nil {
			return err
		}
		if st.schema[i] = next; next.Required && next.Name != attrSub {
			st.cfg.RequiredAttributes = append(st.cfg.RequiredAttributes, next.Name)
		}
	}
	return nil
}

// addCustom defines custom attributes: all of the list or none.
func (st *settings) addCustom(given []schemaAttribute) error {
	next, custom := slices.Clone(st.schema), slices.Clone(st.cfg.CustomAttributes)
	for _, a := range given {
		if err := a.checkCustom(); err != nil {
			return err
		}
		a = a.custom()
		if next.index(a.Name) >= 0 {
			return refuse(codeInvalidParameter, "%s: Existing attribute already has name %s.\n", a.Name, a.Name)
		}
		next, custom = append(next, a), append(custom, a.Name)
	}
	if len(custom) > mostCustom {
		return refuse(codeLimitExceeded, "A user pool has at most %d custom attributes.", mostCustom)
	}
	st.schema, st.cfg.CustomAttributes = next, custom
	return nil
}

// checkCustom refuses a custom attribute whose definition contradicts itself.
func (a schemaAttribute) checkCustom() error {
	switch {
	case a.AttributeDataType == "":
		return refuse(codeInvalidParameter,
			"Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	case a.Required:
		return refuse(codeInvalidParameter, "Required custom attributes are not supported currently.")
	}
	return a.checkConstraints()
}

// checkConstraints requires numbers, the lower one first.
func (a schemaAttribute) checkConstraints() error {
	for _, bounds := range a.bounds() {
		low, lowOK := parseNumber(bounds.low, "0")
		high, highOK := parseNumber(bounds.high, bounds.otherwise)
		if !lowOK || !highOK || bounds.high != "" && low.Cmp(high) > 0 {
			return refuse(codeInvalidParameter, "Invalid constraints for the attribute %s.", a.Name)
		}
	}
	return nil
}

type attributeBounds struct{ low, high, otherwise string }

func (a schemaAttribute) bounds() []attributeBounds {
	var all []attributeBounds
	if c := a.StringAttributeConstraints; c != nil {
		all = append(all, attributeBounds{c.MinLength, c.MaxLength, strconv.Itoa(longestValue)})
	}
	if c := a.NumberAttributeConstraints; c != nil {
		all = append(all, attributeBounds{c.MinValue, c.MaxValue, c.MinValue})
	}
	return all
}

// redefine returns the definition of a standard attribute with what the schema of the pool says of
// it. The sub stays as it is.
func (a schemaAttribute) redefine(standard schemaAttribute) (schemaAttribute, error) {
	switch {
	case a.DeveloperOnlyAttribute,
		a.AttributeDataType != "" && a.AttributeDataType != standard.AttributeDataType:
		return standard, refuse(codeInvalidParameter,
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute %s",
			a.Name)
	case a.Name == attrSub:
		return standard, nil
	}
	standard.Required = a.Required
	if a.Mutable != nil {
		standard.Mutable = a.Mutable
	}
	if a.StringAttributeConstraints != nil {
		standard.StringAttributeConstraints = a.StringAttributeConstraints
	}
	if a.NumberAttributeConstraints != nil {
		standard.NumberAttributeConstraints = a.NumberAttributeConstraints
	}
	return standard, standard.checkConstraints()
}

// custom returns the attribute as a custom one. One without constraints is shown with empty ones.
func (a schemaAttribute) custom() schemaAttribute {
	a.Name = a.customName()
	if a.Mutable == nil {
		mutable := true
		a.Mutable = &mutable
	}
	if a.AttributeDataType == typeString && a.StringAttributeConstraints == nil {
		a.StringAttributeConstraints = &stringConstraints{}
	}
	if a.AttributeDataType == typeNumber && a.NumberAttributeConstraints == nil {
		a.NumberAttributeConstraints = &numberConstraints{}
	}
	return a
}

// parseNumber reads a decimal number, or otherwise if the text is empty.
func parseNumber(text, otherwise string) (*big.Rat, bool) {
	fill(&text, otherwise)
	if !onlyRunes(text, func(r rune) bool { return isDigit(r) || r == '-' || r == '.' }) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// fault returns what is wrong with a value of the attribute, in the service's words, or "". An empty
// value is none.
func (s schema) fault(name, value string) string {
	i := s.index(name)
	switch {
	case i < 0:
		return "Attribute does not exist in the schema."
	case value == "":
		return ""
	}
	switch a := s[i]; a.AttributeDataType {
	case typeBoolean:
		return booleanFault(value)
	case typeNumber:
		return a.numberFault(value)
	case typeDateTime:
		return dateFault(value)
	default:
		return a.lengthFault(value)
	}
}

func (a schemaAttribute) lengthFault(value string) string {
	c, length := a.StringAttributeConstraints, len([]rune(value))
	if c == nil {
		return ""
	}
	if low, err := strconv.Atoi(c.MinLength); err == nil && length < low {
		return fmt.Sprintf("String must be no shorter than %d characters", low)
	}
	if high, err := strconv.Atoi(c.MaxLength); err == nil && length > high {
		return fmt.Sprintf("String must be no longer than %d characters", high)
	}
	return ""
}

func (a schemaAttribute) numberFault(value string) string {
	n, ok := parseNumber(value, "")
	if !ok {
		return "The attribute is not a valid number"
	}
	c := a.NumberAttributeConstraints
	if c == nil {
		return ""
	}
	if low, bounded := parseNumber(c.MinValue, ""); bounded && n.Cmp(low) < 0 {
		return "Number must be no less than " + c.MinValue
	}
	if high, bounded := parseNumber(c.MaxValue, ""); bounded && n.Cmp(high) > 0 {
		return "Number must be no greater than " + c.MaxValue
	}
	return ""
}
