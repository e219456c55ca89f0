package bff

import (
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// SetPace sets the steps of time that answers are held for. Tests that measure nothing set 0.
func (h *Handler) SetPace(d time.Duration) { h.pace = d }

// LocalPath is localPath.
func LocalPath(to string) string { return localPath(to) }

// RoutePaths are the paths of all routes below the prefix, and whether they take a POST.
func RoutePaths() map[string]bool {
	all := map[string]bool{}
	for _, rt := range routes {
		all[rt.path] = rt.act != nil
	}
	return all
}

// Render returns a page as it is sent.
func (h *Handler) Render(page *Page) (string, error) {
	page.text = texts.English().Text
	html, err := h.templates.render(page)
	return string(html), err
}

// Len is how many keys are counted.
func (l *MemoryLimiter) Len() int { return len(l.full) }
