package sshconfig

import (
	"context"
	"path/filepath"
)

// File is a configuration file in the form of ssh_config(5). The owner and the mode of a
// Trusted one are not checked, as those of the system's are not.
type File struct {
	Path    string
	Trusted bool
}

// Line is a line of a File whose keyword is none of Host, Match and Include.
type Line struct {
	Keyword string // in lower case
	Args    []string
	Active  bool // it applies to the host
	Path    string
	Number  int // from 1
}

// ReadLines reads files of another program than ssh for the host of c, to which Host and
// Match refer, and calls handle for each line. A file that is missing is empty. Include is
// relative to the directory of the file. Errors of handle are returned with the place of
// the line, all those of a file together.
func (c *Config) ReadLines(ctx context.Context, files []File, handle func(Line) error) error {
	r := configReader{ctx: ctx, config: c, final: true, handle: handle}
	for _, f := range files {
		s := scope{path: f.Path, dir: filepath.Dir(f.Path), active: true, trusted: f.Trusted}
		if err := r.readIfPossible(s); err != nil {
			return withHint(err)
		}
	}
	return nil
}
