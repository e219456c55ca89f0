package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// report is what a run found out. It contains no secrets, account ids or addresses, so it can be
// sent to the project. The tests read reports from testdata: what differed on AWS then has to hold
// for the pool of package authtest.
type report struct {
	// Service is the region, "in-process" or "endpoint".
	Service string `json:"service"`
	// Date is the day of the run, in UTC.
	Date     string    `json:"date"`
	Findings []finding `json:"findings"`
}

func (r report) count(v verdict) int {
	n := 0
	for _, f := range r.Findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

func (r report) write(name string) error {
	file, err := os.Create(name) //nolint:gosec // the user names the file
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return errors.Join(encoder.Encode(r), file.Close())
}

func readReport(from io.Reader) (report, error) {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	var r report
	err := decoder.Decode(&r)
	return r, err
}

// summary prints the findings by verdict.
func (r report) summary(out io.Writer) {
	_, _ = fmt.Fprintf(out, "\n%d as the pool here\n", r.count(agrees))
	_, _ = fmt.Fprintf(out, "%d differ\n", r.count(differs))
	for _, f := range r.Findings {
		if f.Verdict == differs {
			_, _ = fmt.Fprintf(out, "\n  %s: %s (%s)\n    here: %s\n    got:  %s\n",
				f.Check, f.About, f.Source, f.Expected, f.Got)
		}
	}
	_, _ = fmt.Fprintf(out, "%d not run\n", r.count(notRun))
	for _, reason := range r.reasons() {
		_, _ = fmt.Fprintf(out, "  %s: %s\n", reason, strings.Join(r.notRun(reason), ", "))
	}
}

// reasons are those of the checks that were not run.
func (r report) reasons() []string {
	var all []string
	for _, f := range r.Findings {
		if f.Verdict == notRun && !slices.Contains(all, f.Reason) {
			all = append(all, f.Reason)
		}
	}
	return all
}

// notRun are the names of the checks that were not run for that reason.
func (r report) notRun(reason string) []string {
	var all []string
	for _, f := range r.Findings {
		if f.Verdict == notRun && f.Reason == reason {
			all = append(all, f.Check)
		}
	}
	return all
}
