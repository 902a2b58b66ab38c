// Package configfile reads the configuration of gm itself: $XDG_CONFIG_HOME/gm/config, which
// is ~/.config/gm/config, and the system's /etc/gm/config. Both have the form of
// ssh_config(5), with keywords of their own: the first value that applies to a host is used.
package configfile

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gm/sshboot/sshconfig"
)

// Keyword is a keyword of the configuration.
type Keyword struct {
	Name string // as in the manual
	// Check returns an error for a value that is not valid. It names the value.
	Check func(value string) error
}

// Value is the value of a keyword.
type Value struct {
	Text string
	// Source is where it is set, as "PATH line N".
	Source string
}

// Values maps names of keywords to their values. It has none for keywords that are not set.
type Values map[string]Value

// Read reads the files for a host, whose configuration of ssh is given. A file that is
// missing is empty. The error for a line names the file and the line.
func Read(ctx context.Context, host *sshconfig.Config, keywords []Keyword) (Values, error) {
	known := map[string]Keyword{}
	for _, k := range keywords {
		known[strings.ToLower(k.Name)] = k
	}
	values := Values{}
	err := host.ReadLines(ctx, Files(host.Env), func(l sshconfig.Line) error {
		k, ok := known[l.Keyword]
		switch {
		case !ok:
			return unknownKeyword(l.Keyword, slices.Collect(maps.Values(known)))
		case len(l.Args) == 0:
			return fmt.Errorf("%s has no value", k.Name)
		case len(l.Args) > 1:
			return fmt.Errorf("%s has more than one value: %s", k.Name, strings.Join(l.Args, " "))
		}
		if err := k.Check(l.Args[0]); err != nil {
			return err
		}
		if _, set := values[k.Name]; l.Active && !set {
			values[k.Name] = Value{l.Args[0], fmt.Sprintf("%s line %d", l.Path, l.Number)}
		}
		return nil
	})
	return values, err
}

func unknownKeyword(name string, keywords []Keyword) error {
	nearest, least := "", 0
	for _, k := range keywords {
		d := distance(name, strings.ToLower(k.Name))
		if nearest == "" || d < least || d == least && k.Name < nearest {
			nearest, least = k.Name, d
		}
	}
	if least > (len(name)+1)/2 {
		return fmt.Errorf("unknown keyword %q; gm help config lists them", name)
	}
	return fmt.Errorf("unknown keyword %q; the nearest is %s", name, nearest)
}

// distance returns the number of bytes to insert, delete or replace, and of neighbours to
// exchange, that make a out of b (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
