package host

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"example.com/mmplugin/gohost/model"
)

// Bundle is an unpacked plugin: its folder and its manifest.
type Bundle struct {
	Dir      string
	Manifest *model.Manifest
}

// Unpack extracts a .tar.gz as the server does (regular files and directories only, file modes
// from the archive, directories 0744) and reads its manifest.
func Unpack(archive, into string) (*Bundle, error) {
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := extract(file, into); err != nil {
		return nil, fmt.Errorf("%s: %w", archive, err)
	}
	return Open(into)
}

func extract(r io.Reader, into string) error {
	plain, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	defer plain.Close()
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := extractOne(archive, header, into); err != nil {
			return err
		}
	}
}

func extractOne(r io.Reader, header *tar.Header, into string) error {
	path := filepath.Join(into, header.Name)
	if path != filepath.Clean(into) && !strings.HasPrefix(path, filepath.Clean(into)+string(filepath.Separator)) {
		return fmt.Errorf("failed to sanitize path %s", header.Name)
	}
	switch header.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(path, 0o744)
	case tar.TypeReg:
		if err := os.MkdirAll(filepath.Dir(path), 0o744); err != nil {
			return err
		}
		out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, header.FileInfo().Mode())
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, r); err != nil {
			out.Close()
			return err
		}
		return out.Close()
	}
	return nil
}

// Open reads the manifest of an unpacked bundle. A folder that holds exactly one folder stands
// for that one.
func Open(dir string) (*Bundle, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) == 1 && entries[0].IsDir() {
		dir = filepath.Join(dir, entries[0].Name())
	}
	for _, name := range []string{"plugin.yml", "plugin.yaml"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return nil, fmt.Errorf("%s: YAML manifests are not read by this host", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "plugin.json"))
	if err != nil {
		return nil, err
	}
	manifest := new(model.Manifest)
	if err := json.Unmarshal(text, manifest); err != nil {
		return nil, fmt.Errorf("plugin.json: %w", err)
	}
	manifest.Id = strings.ToLower(manifest.Id)
	if err := checkID(manifest.Id); err != nil {
		return nil, err
	}
	return &Bundle{Dir: dir, Manifest: manifest}, nil
}

func checkID(id string) error {
	if len(id) < 3 || len(id) > 190 {
		return fmt.Errorf("invalid plugin id %q: 3 to 190 characters", id)
	}
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_.", c) {
			return fmt.Errorf("invalid plugin id %q: character %q", id, c)
		}
	}
	return nil
}

// Executable is the server program for this machine, as the server chooses it.
func (b *Bundle) Executable() (string, error) {
	if b.Manifest.Server == nil {
		return "", errors.New("the manifest has no server part")
	}
	name := b.Manifest.Server.Executables[runtime.GOOS+"-"+runtime.GOARCH]
	if name == "" {
		name = b.Manifest.Server.Executable
	}
	if name == "" {
		return "", fmt.Errorf("backend executable not found for environment: %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	name = filepath.Clean(filepath.Join(".", name))
	if strings.HasPrefix(name, "..") {
		return "", fmt.Errorf("invalid backend executable: %s", name)
	}
	return filepath.Join(b.Dir, name), nil
}
