package authtest

import (
	"slices"
	"strings"
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

// schema are the attributes of a pool, in the order in which the API shows them.
type schema []schemaAttribute

const developerPrefix = "dev:"

func newSchema(cfg Config) schema {
	mutable, fixed := true, false
	s := schema{{Name: attrSub, AttributeDataType: "String", Mutable: &fixed, Required: true}}
	for _, name := range slices.Concat(standardAttributes(), cfg.CustomAttributes) {
		s = append(s, schemaAttribute{
			Name:              name,
			AttributeDataType: "String",
			Mutable:           &mutable,
			Required:          slices.Contains(cfg.RequiredAttributes, name),
		})
	}
	for _, name := range []string{attrEmailVerified, attrPhoneVerified} {
		s = append(s, schemaAttribute{Name: name, AttributeDataType: "Boolean", Mutable: &mutable})
	}
	return s
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
	prefix := customPrefix
	if a.DeveloperOnlyAttribute {
		prefix = developerPrefix + customPrefix
	}
	return prefix + strings.TrimPrefix(a.Name, prefix)
}

// extendSchema defines custom attributes and marks standard ones as required. It applies all of the
// list or nothing.
func (st *settings) extendSchema(given []schemaAttribute) error {
	next, required, custom := slices.Clone(
		st.schema,
	), slices.Clone(
		st.cfg.RequiredAttributes,
	), slices.Clone(
		st.cfg.CustomAttributes,
	)
	for _, a := range given {
		mutable := a.Mutable == nil || *a.Mutable
		a.Mutable = &mutable
		fill(&a.AttributeDataType, "String")
		if i := next.index(a.Name); i >= 0 {
			next[i] = a
			if a.Required {
				required = append(required, a.Name)
			}
			continue
		}
		a.Name = a.customName()
		switch {
		case a.Required:
			return refuse(codeInvalidParameter, "Required custom attributes are not supported currently.")
		case next.index(a.Name) >= 0:
			return refuse(codeInvalidParameter, "%s: Existing attribute already has name %s.\n", a.Name, a.Name)
		}
		next, custom = append(next, a), append(custom, a.Name)
	}
	st.schema, st.cfg.RequiredAttributes, st.cfg.CustomAttributes = next, required, custom
	return nil
}
