package srp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

func TestTimestamp(t *testing.T) {
	t.Parallel()
	newYork := time.FixedZone("EST", -5*60*60)
	kathmandu := time.FixedZone("", 5*60*60+45*60)
	tests := map[string]time.Time{
		"Tue Sep 5 09:03:07 UTC 2023":  time.Date(2023, 9, 5, 9, 3, 7, 999_999_999, time.UTC),
		"Wed Oct 11 23:59:59 UTC 2023": time.Date(2023, 10, 11, 23, 59, 59, 0, time.UTC),
		"Thu Feb 29 00:00:00 UTC 2024": time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"Fri Mar 1 12:00:00 UTC 2024":  time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC),
		"Thu Jan 1 04:30:00 UTC 2026":  time.Date(2025, 12, 31, 23, 30, 0, 0, newYork),
		"Sat May 31 18:20:30 UTC 2025": time.Date(2025, 6, 1, 0, 5, 30, 0, kathmandu),
	}
	for want, at := range tests {
		assert.Equal(t, want, srp.Timestamp(at))
	}
}

// TestTimestampEveryHour compares with a format that is put together field by field.
func TestTimestampEveryHour(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC, time.FixedZone("west", -11*60*60), time.FixedZone("east", 14*60*60)}
	start := time.Date(2024, 1, 1, 0, 0, 5, 0, time.UTC)
	for hour := range 366 * 24 {
		at := start.Add(time.Duration(hour) * time.Hour)
		if got, want := srp.Timestamp(at.In(zones[hour%len(zones)])), timestamp(at); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}
