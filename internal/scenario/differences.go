package scenario

import "slices"

// Difference is one deliberate difference between Amplify and this SDK. It explains a mismatch only
// if every field matches, so it cannot hide another mismatch in the same place.
type Difference struct {
	Scenario string // empty for every scenario
	Call     string // empty for every call
	Field    string
	Amplify  string // what Amplify does: JSON, or Absent
	SDK      string // what this SDK does
	Reason   string
}

func (d Difference) explains(m Mismatch) bool {
	return (d.Scenario == "" || d.Scenario == m.Scenario) && (d.Call == "" || d.Call == m.Call) && d.Field == m.Field &&
		d.Amplify == m.Recorded && d.SDK == m.Got
}

// because returns the differences with their common reason set.
func because(reason string, differences ...Difference) []Difference {
	for i := range differences {
		differences[i].Reason = reason
	}
	return differences
}

// Differences returns every deliberate difference between Amplify and this SDK.
func Differences() []Difference {
	return slices.Concat(signInDifferences(), codeDifferences(), choiceDifferences(),
		mfaDifferences(), flowDifferences(), sessionDifferences(), eventDifferences(), signOutDifferences(),
		retryDifferences(), deviceDifferences(), accountDifferences())
}
