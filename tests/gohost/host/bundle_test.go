package host

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.com/mmplugin/gohost/model"
)

type file struct {
	name, text string
	mode       int64
	kind       byte
}

func pack(t *testing.T, files ...file) string {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text)), Typeflag: f.kind}
		if f.kind == tar.TypeSymlink {
			header.Linkname, header.Size = f.text, 0
		}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if header.Size > 0 {
			if _, err := archive.Write([]byte(f.text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	archive.Close()
	compressed.Close()
	path := filepath.Join(t.TempDir(), "x.tar.gz")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const manifest = `{"id":"com.example.Test","server":{"executables":{"` + runtime.GOOS + "-" + runtime.GOARCH +
	`":"server/dist/p"},"executable":"other"}}`

func TestUnpackKeepsModesDropsLinksAndLowersTheID(t *testing.T) {
	bundle, err := Unpack(pack(t,
		file{"top/plugin.json", manifest, 0o644, tar.TypeReg},
		file{"top/server/dist/p", "#!", 0o755, tar.TypeReg},
		file{"top/link", "/etc/passwd", 0o777, tar.TypeSymlink},
	), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if bundle.Manifest.Id != "com.example.test" {
		t.Errorf("id %q", bundle.Manifest.Id)
	}
	executable, err := bundle.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(executable)
	if err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("executable: %v, %v", info, err)
	}
	if _, err := os.Lstat(filepath.Join(bundle.Dir, "link")); err == nil {
		t.Error("the link was extracted")
	}
}

func TestUnpackRefusesWhatTheServerRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		files []file
		want  string
	}{
		"a path out of the folder": {[]file{{"../evil", "x", 0o644, tar.TypeReg}}, "failed to sanitize path"},
		"no manifest":              {[]file{{"a/b", "x", 0o644, tar.TypeReg}}, "plugin.json"},
		"a broken manifest":        {[]file{{"plugin.json", "{", 0o644, tar.TypeReg}}, "plugin.json"},
		"a short id":               {[]file{{"plugin.json", `{"id":"ab"}`, 0o644, tar.TypeReg}}, "3 to 190"},
		"a bad id":                 {[]file{{"plugin.json", `{"id":"a b c"}`, 0o644, tar.TypeReg}}, "invalid plugin id"},
	} {
		if _, err := Unpack(pack(t, test.files...), t.TempDir()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExecutableIsThatOfThePlatformOrTheFallback(t *testing.T) {
	key := runtime.GOOS + "-" + runtime.GOARCH
	for name, test := range map[string]struct {
		server *model.ManifestServer
		want   string
	}{
		"platform":     {&model.ManifestServer{Executables: map[string]string{key: "a"}, Executable: "b"}, "/d/a"},
		"fallback":     {&model.ManifestServer{Executables: map[string]string{"plan9-mips": "a"}, Executable: "b"}, "/d/b"},
		"none":         {&model.ManifestServer{}, ""},
		"outside":      {&model.ManifestServer{Executable: "../b"}, ""},
		"no server":    {nil, ""},
		"cleaned path": {&model.ManifestServer{Executable: "x/../b"}, "/d/b"},
	} {
		got, err := (&Bundle{Dir: "/d", Manifest: &model.Manifest{Server: test.server}}).Executable()
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
