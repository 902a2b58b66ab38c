package configfile

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"gm/sshboot/sshconfig"
)

// Files returns the user's file and the system's. The former is below $XDG_CONFIG_HOME (XDG
// Base Directory Specification), or %APPDATA% on Windows; as the specification says, a
// relative path there is ignored.
func Files(env sshconfig.Environment) []sshconfig.File {
	base, system := "XDG_CONFIG_HOME", "/etc/gm/config"
	if runtime.GOOS == "windows" {
		base, system = "APPDATA", ""
		if data, _ := env.Lookup("PROGRAMDATA"); filepath.IsAbs(data) {
			system = filepath.Join(data, "gm", "config")
		}
	}
	directory, _ := env.Lookup(base)
	if !filepath.IsAbs(directory) && env.Home != "" {
		directory = filepath.Join(env.Home, ".config")
	}
	var files []sshconfig.File
	if directory != "" {
		files = append(files, sshconfig.File{Path: filepath.Join(directory, "gm", "config")})
	}
	if system != "" {
		files = append(files, sshconfig.File{Path: system, Trusted: true})
	}
	return files
}

// Exists reports whether there is one of the Files.
func Exists(env sshconfig.Environment) bool {
	return slices.ContainsFunc(Files(env), func(f sshconfig.File) bool {
		_, err := os.Stat(f.Path)
		return err == nil
	})
}
