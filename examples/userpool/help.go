package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const helpHead = `userpool runs a Cognito user pool and prints its address and ids.

  userpool -client-id app -mfa OPTIONAL -totp -seed users.json -state pool.json

A page at the address shows users, codes and requests. The flags by topic:

`

const helpFoot = `
-help TOPIC explains them. -config FILE reads them from a JSON object.
`

// screenWidth and topicIndent are those of the list of flags, in characters.
const (
	screenWidth = 79
	topicIndent = 10
)

// help lists the flags, or explains those of a topic.
func help(w io.Writer, about string) error {
	if about == "" {
		var text strings.Builder
		for _, topic := range topics() {
			text.WriteString(topic.line())
		}
		_, err := io.WriteString(w, helpHead+text.String()+helpFoot)
		return err
	}
	var names []string
	for _, topic := range topics() {
		if topic.name == about {
			flags := topic.flags()
			flags.SetOutput(w)
			flags.PrintDefaults()
			return nil
		}
		names = append(names, topic.name)
	}
	return fmt.Errorf("-help: %q is not one of %s", about, strings.Join(names, ", "))
}

// flags returns the flags of the topic alone.
func (t topic) flags() *flag.FlagSet {
	flags := flag.NewFlagSet(t.name, flag.ContinueOnError)
	t.define(&options{}, flags)
	return flags
}

// line lists the flags of the topic in as many lines as they need.
func (t topic) line() string {
	var text strings.Builder
	width, indent := topicIndent, strings.Repeat(" ", topicIndent)
	fmt.Fprintf(&text, "  %-*s", topicIndent-2, t.name)
	t.flags().VisitAll(func(f *flag.Flag) {
		name := "-" + f.Name
		switch {
		case width == topicIndent:
		case width+1+len(name) > screenWidth:
			text.WriteString("\n" + indent)
			width = topicIndent
		default:
			name = " " + name
		}
		text.WriteString(name)
		width += len(name)
	})
	return text.String() + "\n"
}
