package dynamostore_test

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An expression is a ConditionExpression being evaluated:
//
//	or      = and {"OR" and}
//	and     = primary {"AND" primary}
//	primary = "(" or ")" | function "(" name ["," value] ")" | name ("=" | "<=" | ">") value
type expression struct {
	tokens []string
	item   attributes
	values attributes
	used   map[string]bool // the values
	err    error
}

var token = regexp.MustCompile(`[:\w]+|<=|[=>(),]`)

// evaluate evaluates a condition on an item. All values must be used, by it or by another
// expression.
func evaluate(condition, other string, item, values attributes) (bool, error) {
	e := &expression{tokens: token.FindAllString(condition, -1), item: item, values: values, used: map[string]bool{}}
	result := e.or()
	if e.err == nil && len(e.tokens) > 0 {
		e.err = invalid("syntax error near %q", e.tokens[0])
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if e.err == nil && !e.used[name] && !strings.Contains(other, name) {
			e.err = invalid("value %s is unused in expressions", name)
		}
	}
	return result && e.err == nil, e.err
}

// peek returns the next token, or "" at the end.
func (e *expression) peek() string {
	if len(e.tokens) == 0 {
		return ""
	}
	return e.tokens[0]
}

func (e *expression) next() string {
	head := e.peek()
	e.tokens = e.tokens[min(1, len(e.tokens)):]
	return head
}

func (e *expression) expect(want string) {
	if got := e.next(); got != want && e.err == nil {
		e.err = invalid("syntax error: %q instead of %q", got, want)
	}
}

func (e *expression) or() bool {
	result := e.and()
	for e.peek() == "OR" {
		e.next()
		result = e.and() || result
	}
	return result
}

func (e *expression) and() bool {
	result := e.primary()
	for e.peek() == "AND" {
		e.next()
		result = e.primary() && result
	}
	return result
}

func (e *expression) primary() bool {
	if e.peek() == "(" {
		e.next()
		defer e.expect(")")
		return e.or()
	}
	name, operator := e.next(), e.next()
	if operator == "(" {
		return e.function(name)
	}
	return e.compare(e.item[name], operator, e.value())
}

func (e *expression) function(name string) bool {
	defer e.expect(")")
	stored, exists := e.item[e.next()]
	switch name {
	case "attribute_not_exists":
		return !exists
	case "begins_with":
		e.expect(",")
		prefix, ok := e.value()["S"]
		return ok && exists && stored["S"] != "" && strings.HasPrefix(stored["S"], prefix)
	}
	e.err = invalid("unknown function %q", name)
	return false
}

// value returns the value of a placeholder.
func (e *expression) value() map[string]string {
	name := e.next()
	value, ok := e.values[name]
	if !ok && e.err == nil {
		e.err = invalid("value %q is not defined", name)
	}
	e.used[name] = true
	return value
}

// compare is false for an attribute that is absent or of another type.
func (e *expression) compare(stored map[string]string, operator string, value map[string]string) bool {
	if operator == "=" {
		return stored != nil && maps.Equal(stored, value)
	}
	a, err := strconv.ParseInt(stored["N"], 10, 64)
	b, also := strconv.ParseInt(value["N"], 10, 64)
	comparable := err == nil && also == nil
	switch operator {
	case "<=":
		return comparable && a <= b
	case ">":
		return comparable && a > b
	}
	e.err = invalid("unknown operator %q", operator)
	return false
}
