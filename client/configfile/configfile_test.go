package configfile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshconfig"
)

// keywords are those of the tests: Even takes an even number of letters.
var keywords = []Keyword{
	{"Predict", func(string) error { return nil }},
	{"PredictOverwrite", func(string) error { return nil }},
	{"Even", func(value string) error {
		if len(value)%2 == 1 {
			return fmt.Errorf("%q is odd", value)
		}
		return nil
	}},
}

// write writes files below a home and returns the configuration of a host with that home.
func write(t *testing.T, host string, files map[string]string) *sshconfig.Config {
	t.Helper()
	home := t.TempDir()
	for name, text := range files {
		path := filepath.Join(home, ".config", "gm", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := sshconfig.Environment{Home: home, User: "me", Shell: "/bin/sh", Lookup: func(string) (string, bool) { return "", false }}
	return sshconfig.New(host, env)
}

func TestRead(t *testing.T) {
	host := write(t, "far.example.org", map[string]string{
		"config": `# of the user
Host near
    Predict never
Host *.example.org !bad.example.org
    predict = always
    Include more
Match originalhost far.example.org
    Even "a b "
Host *
    Predict adaptive
    PredictOverwrite yes
`,
		"more": "PredictOverwrite no # here\nPredict experimental\n",
	})
	values, err := Read(t.Context(), host, keywords)
	if err != nil {
		t.Fatal(err)
	}
	file := Files(host.Env)[0].Path
	want := Values{
		"Predict":          {"always", file + " line 5"},
		"PredictOverwrite": {"no", filepath.Join(filepath.Dir(file), "more") + " line 1"},
		"Even":             {"a b ", file + " line 8"},
	}
	if !maps.Equal(values, want) {
		t.Errorf("values %v, want %v", values, want)
	}
	if !Exists(host.Env) {
		t.Error("no file is found")
	}
}

func TestReadNothing(t *testing.T) {
	host := write(t, "h", nil)
	host.Env.Home = filepath.Join(host.Env.Home, "none")
	if values, err := Read(t.Context(), host, keywords); err != nil || len(values) > 0 {
		t.Errorf("values %v, %v", values, err)
	}
}

// TestReadErrors wants the file, the line and the remedy in each error, also in parts that do
// not apply to the host.
func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"Host other\n Predct always":         `config line 2: unknown keyword "predct"; the nearest is Predict`,
		"PredictOverwirte yes":               `config line 1: unknown keyword "predictoverwirte"; the nearest is PredictOverwrite`,
		"IdentityFile ~/.ssh/key":            `unknown keyword "identityfile"; gm help config lists them`,
		"\nPredict":                          "config line 2: Predict has no value",
		"Predict always never":               "Predict has more than one value: always never",
		"Host other\nEven odd":               `config line 2: "odd" is odd`,
		"Predict \"always":                   "config line 1: invalid quotes",
		"Host\n":                             "config line 1: no argument after keyword",
		"Include config":                     "too many recursive",
		"Match wrong x\n":                    "config line 1: Bad Match condition",
		"Predct always\nPredict x\nEven odd": `config line 3: "odd" is odd`,
	} {
		t.Run(text, func(t *testing.T) {
			_, err := Read(t.Context(), write(t, "h", map[string]string{"config": text}), keywords)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}

// TestMatchExecEnds holds that a context ends the commands of Match.
func TestMatchExecEnds(t *testing.T) {
	host := write(t, "h", map[string]string{"config": "Match exec \"sleep 1000\"\nPredict always\n"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, host, keywords); !errors.Is(err, context.Canceled) && err == nil {
		t.Error("no error")
	}
}

func TestFiles(t *testing.T) {
	for _, test := range []struct{ base, home, want string }{
		{"/base", "/home/me", "/base/gm/config"},
		{"relative", "/home/me", "/home/me/.config/gm/config"},
		{"", "/home/me", "/home/me/.config/gm/config"},
		{"", "", ""},
	} {
		env := sshconfig.Environment{Home: test.home, Lookup: func(name string) (string, bool) {
			return test.base, test.base != "" && (name == "XDG_CONFIG_HOME" || name == "APPDATA")
		}}
		files := Files(env)
		if test.want != "" && filepath.ToSlash(files[0].Path) != test.want {
			t.Errorf("%+v: %v", test, files)
		}
		if test.want == "" && len(files) > 1 {
			t.Errorf("%+v: %v", test, files)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"path", "path", 0}, {"path", "pth", 1}, {"path", "paht", 1}, {"kitten", "sitting", 3},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("%q to %q: %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
