package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// readConfig sets the flags that are in a file, except for those of the command line. The file is a
// JSON object with the names of flags; a list stands for a flag that is repeated.
func readConfig(name string, flags *flag.FlagSet) error {
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name) //nolint:gosec // the command line names it
	if err != nil {
		return err
	}
	var settings map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&settings); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: something follows the JSON object", name)
	}
	flags.Visit(func(f *flag.Flag) { delete(settings, f.Name) })
	for _, setting := range slices.Sorted(maps.Keys(settings)) {
		values, isList := settings[setting].([]any)
		if !isList {
			values = []any{settings[setting]}
		}
		for _, value := range values {
			if err := setFlag(flags, setting, value); err != nil {
				return fmt.Errorf("%s: %q: %w", name, setting, err)
			}
		}
	}
	return nil
}

func setFlag(flags *flag.FlagSet, name string, value any) error {
	switch value.(type) {
	case string, bool, json.Number:
		return flags.Set(name, fmt.Sprint(value))
	}
	return fmt.Errorf("want a string, a number, true, false, or a list of them")
}
