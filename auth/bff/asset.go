package bff

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

// assets are the files that the pages load, by name.
type assets struct {
	files   map[string][]byte
	version string // of all of them, for their URLs
}

// brand is the name of the program's own stylesheet, which follows the handler's.
const brand = "brand.css"

// newAssets returns the handler's own files, with the program's in their place.
func newAssets(replaced fs.FS) (assets, error) {
	a := assets{files: map[string][]byte{}}
	hash := sha256.New()
	for _, name := range []string{"icon.svg", "page.js", "passkey.js", "style.css"} {
		data, err := embedded.ReadFile("templates/" + name)
		if err != nil {
			return assets{}, err
		}
		if data, err = replacement(replaced, name, data); err != nil {
			return assets{}, err
		}
		if name == "style.css" {
			own, err := replacement(replaced, brand, nil)
			if err != nil {
				return assets{}, err
			}
			data = append(data, own...)
		}
		a.files[name] = data
		_, _ = hash.Write(data) // never fails
	}
	a.version = hex.EncodeToString(hash.Sum(nil)[:6])
	return a, nil
}

// replacement returns the program's file of that name, or else data.
func replacement(replaced fs.FS, name string, data []byte) ([]byte, error) {
	if replaced == nil {
		return data, nil
	}
	own, err := fs.ReadFile(replaced, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return data, nil
	case err != nil:
		return nil, fmt.Errorf("bff: Config.Templates: %w", err)
	}
	return own, nil
}

// serve returns the handler of one file. It is the same for everybody, and its URL changes with it.
func (a assets) serve(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		if r.URL.RawQuery == a.version {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		w.Header().Del("Vary")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.files[name]))
	})
}
