package bff

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// The largest bodies: of a form, and of a passkey's answer.
const (
	maxForm    = 16 << 10
	maxPasskey = 96 << 10
)

// wantsJSON reports whether a script asks, which gets JSON instead of pages and redirects.
func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// navigation reports whether a person looks at a page, and no script waits for data.
func navigation(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (h *Handler) languageOf(r *http.Request) texts.Set {
	return texts.ForAcceptLanguage(r.Header.Get("Accept-Language"), h.cfg.Texts...)
}

// read reads the fields of a form, or of JSON. It takes only the fields that the route has, each
// once.
func (x *exchange) read() error {
	limit := int64(maxForm)
	if x.route.large {
		limit = maxPasskey
	}
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, limit)
	x.in = map[string]string{}
	err := x.readBody()
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return errTooLarge
	}
	if err != nil {
		return errInput // the cause may quote what was typed
	}
	if to, ok := x.in["return"]; ok {
		x.back = localPath(to)
	}
	return nil
}

// readBody reads the body, if there is one, by its type.
func (x *exchange) readBody() error {
	if x.r.ContentLength == 0 {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return err
	case mediaType == "application/json":
		return x.readJSON()
	case mediaType == "application/x-www-form-urlencoded" && !x.script:
		return x.readForm()
	}
	return errInput
}

func (x *exchange) readForm() error {
	if err := x.r.ParseForm(); err != nil {
		return err
	}
	for name, values := range x.r.PostForm {
		if len(values) != 1 {
			return errInput
		}
		if err := x.take(name, values[0]); err != nil {
			return err
		}
	}
	return nil
}

// readJSON reads an object of strings. "userAttributes" is one in turn, and "credential" is
// whatever WebAuthn has.
func (x *exchange) readJSON() error {
	var object map[string]json.RawMessage
	decoder := json.NewDecoder(x.r.Body)
	if err := decoder.Decode(&object); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.Join(errInput, err)
	}
	for name, raw := range object {
		if err := x.takeJSON(name, raw); err != nil {
			return err
		}
	}
	return nil
}

func (x *exchange) takeJSON(name string, raw json.RawMessage) error {
	switch name {
	case "credential":
		return x.take(name, string(raw))
	case "userAttributes":
		var attributes map[string]string
		if err := json.Unmarshal(raw, &attributes); err != nil {
			return err
		}
		for attribute, value := range attributes {
			if err := x.take("userAttributes."+attribute, value); err != nil {
				return err
			}
		}
		return nil
	case "everywhere":
		var yes bool
		if err := json.Unmarshal(raw, &yes); err != nil || !yes {
			return err
		}
		return x.take(name, "on")
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	return x.take(name, text)
}

func (x *exchange) take(name, value string) error {
	if !x.route.takes(name) || !utf8.ValidString(value) {
		return errInput
	}
	x.in[name] = value
	return nil
}

// attributes returns the user attributes among the fields; those left empty are left out. One that
// was not asked for is an error: the app client may be allowed to write more than people are.
func (x *exchange) attributes(asked []string) (map[string]string, error) {
	found := map[string]string{}
	for name, value := range x.in {
		attribute, ok := strings.CutPrefix(name, "userAttributes.")
		switch {
		case !ok:
		case !slices.Contains(asked, attribute):
			return nil, errInput
		case value != "":
			found[attribute] = value
		}
	}
	return found, nil
}

// failure has the members of Amplify's errors.
type failure struct {
	Name    auth.ErrorCode `json:"name"`
	Message string         `json:"message"`
}

// failJSON tells a script of an error: by a name to act on, and a sentence to show.
func (x *exchange) failJSON(err error) {
	k, wait := kindOf(err)
	if wait > 0 {
		x.w.Header().Set("Retry-After", seconds(wait))
	}
	name := k.name
	if name == "" {
		name = codeOf(err)
	}
	if name == "" {
		name = auth.ErrInternal
	}
	x.sendJSON(k.status, failure{name, x.sentence(err)})
}

func (x *exchange) sendJSON(status int, body any) {
	if body == nil {
		body = struct{}{}
	}
	data, err := json.Marshal(body)
	if err != nil {
		x.h.cfg.Logger.ErrorContext(x.r.Context(), "bff: an answer cannot be encoded", "path", x.r.URL.Path)
		status, data = http.StatusInternalServerError, []byte("{}")
	}
	protect(x.w.Header())
	x.w.Header().Set("Content-Type", "application/json")
	x.w.WriteHeader(status)
	if x.r.Method != http.MethodHead {
		_, _ = x.w.Write(data) // fails only if the browser has gone
	}
}
