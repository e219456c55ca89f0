package authtest

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// decoder fills a request struct from a JSON tree and gathers what is wrong with the request. A
// field's tag is
//
//	wire:"Name[,Shape][,required][,max=N]"
//
// with the member's name, the shape of its string (or of the strings in its list), whether it must
// be there and how many elements its list has at most.
type decoder struct {
	shapes map[string]shape
	// unknown are the members that the service would ignore.
	unknown []string
	// loose is what the service tolerates.
	loose []string
	// invalid are the violated constraints.
	invalid []string
}

// decode fills the struct that into points to.
func (d *decoder) decode(body map[string]any, into any) error {
	if err := d.object(body, reflect.ValueOf(into).Elem(), ""); err != nil {
		return err
	}
	switch n := len(d.invalid); n {
	case 0:
		return nil
	case 1:
		return malformed(codeInvalidParameter, "1 validation error detected: %s", d.invalid[0])
	default:
		return malformed(codeInvalidParameter, "%d validation errors detected: %s", n, strings.Join(d.invalid, "; "))
	}
}

type member struct {
	name, shape string
	required    bool
	// max is how many elements the list has at most; 0 is no limit.
	max int
}

func memberOf(field reflect.StructField) member {
	parts := strings.Split(field.Tag.Get("wire"), ",")
	m := member{name: parts[0]}
	for _, part := range parts[1:] {
		if number, found := strings.CutPrefix(part, "max="); found {
			m.max, _ = strconv.Atoi(number) // no number is no limit
		} else if part == "required" {
			m.required = true
		} else {
			m.shape = part
		}
	}
	return m
}

func (d *decoder) object(tree map[string]any, into reflect.Value, path string) error {
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(into.Type()) {
		if field.Anonymous {
			continue // its fields follow
		}
		m := memberOf(field)
		known[m.name] = true
		at := path + lowerCamel(m.name)
		value, given := tree[m.name]
		if !given || value == nil {
			if m.required {
				d.invalid = append(d.invalid, missing(at))
			}
			continue
		}
		if list, isList := value.([]any); isList && m.max > 0 && len(list) > m.max {
			d.invalid = append(d.invalid, shape{max: m.max}.tooMany(at))
		}
		if err := d.value(value, into.FieldByIndex(field.Index), d.shapes[m.shape], at); err != nil {
			return err
		}
	}
	for name := range tree {
		if !known[name] {
			d.unknown = append(d.unknown, path+name)
		}
	}
	return nil
}

func (d *decoder) value(tree any, into reflect.Value, s shape, path string) error {
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return d.value(tree, into.Elem(), s, path)
	case reflect.Struct:
		object, ok := tree.(map[string]any)
		if !ok {
			return wrongType(tree, "Structure")
		}
		return d.object(object, into, path+".")
	case reflect.Slice:
		return d.list(tree, into, s, path)
	case reflect.Map:
		return d.stringMap(tree, into, path)
	case reflect.Interface:
		into.Set(reflect.ValueOf(tree)) // a document, of whatever form
	case reflect.Bool:
		b, ok := tree.(bool)
		if !ok {
			return wrongType(tree, "Boolean")
		}
		into.SetBool(b)
	case reflect.Int:
		n, ok := tree.(float64)
		if !ok || n != math.Trunc(n) {
			return wrongType(tree, "Integer")
		}
		d.invalid = append(d.invalid, s.numberFaults(path, int(n))...)
		into.SetInt(int64(n))
	default:
		text, ok := tree.(string)
		if !ok {
			return wrongType(tree, "String")
		}
		d.invalid = append(d.invalid, s.faults(path, text)...)
		into.SetString(text)
	}
	return nil
}

func (d *decoder) list(tree any, into reflect.Value, s shape, path string) error {
	elements, ok := tree.([]any)
	if !ok {
		return wrongType(tree, "List")
	}
	into.Set(reflect.MakeSlice(into.Type(), len(elements), len(elements)))
	for i, element := range elements {
		if err := d.value(element, into.Index(i), s, fmt.Sprintf("%s.%d.member", path, i+1)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) stringMap(tree any, into reflect.Value, path string) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return wrongType(tree, "Map")
	}
	into.Set(reflect.MakeMap(into.Type()))
	for key, element := range object {
		text, ok := element.(string)
		if !ok {
			return wrongType(element, "String")
		}
		d.invalid = append(d.invalid, d.shapes["String"].faults(path+".member", text)...)
		into.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(text))
	}
	return nil
}

// wrongType refuses a JSON value of a type other than the wanted one, without quoting the value.
func wrongType(tree any, wanted string) error {
	switch v := tree.(type) {
	case map[string]any:
		return malformed(codeSerialization, "Start of structure or map found where not expected.")
	case []any:
		return malformed(codeSerialization, "Start of list found where not expected")
	case string:
		return malformed(codeSerialization, "STRING_VALUE can not be converted to a %s", wanted)
	case bool:
		return malformed(
			codeSerialization,
			"%s_VALUE can not be converted to a %s",
			strings.ToUpper(strconv.FormatBool(v)),
			wanted,
		)
	case nil:
		return malformed(codeSerialization, "NULL_VALUE can not be converted to a %s", wanted)
	default:
		return malformed(codeSerialization, "NUMBER_VALUE can not be converted to a %s", wanted)
	}
}

func lowerCamel(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}
