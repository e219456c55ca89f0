package texts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A Set is the texts of one language. It never changes: copies share it, and many goroutines may
// use it. The zero value is [English].
type Set struct {
	language string
	texts    map[ID]string // never written to
}

// New returns a Set of texts in a language of the program's own, by its BCP 47 tag, such as "fr" or
// "pt-BR". It must have every text that [English] has, each with the same parameters; the error
// names all that are missing or wrong.
//
// Errors:
//   - [auth.ErrInvalidConfig]: for a malformed tag, and for texts as [Set.With] refuses them
func New(language string, texts map[ID]string) (Set, error) {
	const op = "texts.New"
	if !wellFormed(language) {
		return Set{}, invalid(op, []string{fmt.Sprintf("the language %q is not a BCP 47 tag", language)})
	}
	wrong := faults(texts)
	for id := range english().texts {
		if _, ok := texts[id]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s is missing", id))
		}
	}
	if len(wrong) > 0 {
		return Set{}, invalid(op, wrong)
	}
	return Set{language: language, texts: maps.Clone(texts)}, nil
}

// With returns a Set with some texts replaced. A parameter stands in braces, as in "We texted a
// code to {destination}."; braces have no other use.
//
// Errors:
//   - [auth.ErrInvalidConfig]: for an id that does not exist, an empty text, a text without a
//     parameter that the id has or with one that it has not, a brace without its partner
func (s Set) With(texts map[ID]string) (Set, error) {
	if wrong := faults(texts); len(wrong) > 0 {
		return Set{}, invalid("texts.With", wrong)
	}
	s = s.orEnglish()
	all := maps.Clone(s.texts)
	maps.Copy(all, texts)
	return Set{language: s.language, texts: all}, nil
}

// Language returns the BCP 47 tag of the language, such as "en", for the lang attribute of a page.
func (s Set) Language() string { return s.orEnglish().language }

// Text returns a text that has no parameters. It is Format with no Params.
func (s Set) Text(id ID) string { return s.Format(id, Params{}) }

// Format returns a text with its parameters filled in. Of p it takes those that the text has. An id
// that does not exist is returned as it is.
func (s Set) Format(id ID, p Params) string {
	s = s.orEnglish()
	rest, ok := s.texts[id]
	if !ok {
		return string(id)
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, tail, _ := strings.Cut(after, "}")
		b.WriteString(p.value(s, name))
		rest = tail
	}
}

func (s Set) orEnglish() Set {
	if s.texts == nil {
		return english()
	}
	return s
}

// faults says what is wrong with texts, by the measure of the English ones.
func faults(texts map[ID]string) []string {
	var list []string
	for id, text := range texts {
		model, ok := english().texts[id]
		if !ok {
			list = append(list, fmt.Sprintf("%q is not the id of a text", string(id)))
			continue
		}
		if err := compare(text, model); err != nil {
			list = append(list, fmt.Sprintf("%s %v", id, err))
		}
	}
	return list
}

// compare reports how the parameters of text differ from those of model.
func compare(text, model string) error {
	if text == "" {
		return errors.New("is empty")
	}
	has, err := parameters(text)
	if err != nil {
		return err
	}
	needs, err := parameters(model)
	if err != nil {
		return err
	}
	for _, name := range needs {
		if !slices.Contains(has, name) {
			return fmt.Errorf("lacks its parameter {%s}", name)
		}
	}
	for _, name := range has {
		if !slices.Contains(needs, name) {
			return fmt.Errorf("has the parameter {%s}, which it does not get", name)
		}
	}
	return nil
}

// parameters returns the names in braces.
func parameters(text string) ([]string, error) {
	var names []string
	for {
		before, after, opened := strings.Cut(text, "{")
		if strings.Contains(before, "}") {
			return nil, errors.New("has a } without its {")
		}
		if !opened {
			return names, nil
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed || strings.Contains(name, "{") {
			return nil, errors.New("has a { without its }")
		}
		names, text = append(names, name), rest
	}
}

// invalid returns one error for all faults, in an order that does not change from run to run.
func invalid(op string, faults []string) error {
	slices.Sort(faults)
	return &auth.Error{Op: op, Code: auth.ErrInvalidConfig, Message: strings.Join(faults, "; ")}
}

// merged returns one map of several that have no key in common.
func merged(tables ...map[ID]string) map[ID]string {
	all := map[ID]string{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}
