//go:build unix

package registry

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"gm/internal/fileowner"
)

// Registry is the set of directories for the sockets of a user's sessions on this host.
type Registry struct {
	places []place // in order of preference
	uid    int
}

// place is a directory for sockets. The directories below base, which may be a symbolic
// link, are real ones of the user.
type place struct {
	base  string
	below [2]string
	home  string // the user's; empty if it is unknown
	// inHome is set if base is the user's own, so that it is created if it is missing.
	inHome bool
	// readOnly is set if sockets in the directory are listed, and none is put there
	// as the directory may vanish while the session lives.
	readOnly bool
}

func (p place) path() string { return filepath.Join(p.base, p.below[0], p.below[1]) }

// Open returns the registry of the user of this process. getenv returns the value of an
// environment variable, "" if it is unset.
func Open(getenv func(string) string) Registry {
	uid := os.Getuid()
	return Registry{host{"/", uid, getenv, machineID}.places(), uid}
}

// host has the facts on which the choice of the directories depends.
type host struct {
	root    string // of the file system, "/"
	uid     int
	getenv  func(string) string
	machine func(root string) string // an identifier of the machine
}

// places returns the directories in order of preference:
//
//   - gm/sessions in XDG_RUNTIME_DIR, or in the user's directory in /run/user. It is only
//     read below /run/user, unless the user lingers: systemd removes that directory at the
//     last logout (pam_systemd(8)).
//   - gm/MACHINE in XDG_STATE_HOME, or in ~/.local/state, where MACHINE identifies the
//     host as homes may be shared between hosts.
//   - gm-UID/sessions-HOME in /tmp. HOME identifies the user's home: processes with another
//     one have other sessions here, as they have in the home.
//
// A relative path in a variable counts as unset (XDG Base Directory Specification).
func (h host) places() (places []place) {
	login := filepath.Join("run/user", strconv.Itoa(h.uid)) // in / or /var
	runtime := h.directory("XDG_RUNTIME_DIR")
	if runtime == "" || h.isForeign(runtime) {
		runtime = filepath.Join(h.root, login)
	}
	places = append(places, place{
		base: runtime, below: [2]string{"gm", "sessions"},
		readOnly: strings.HasSuffix(runtime, "/"+login) && !h.lingers(),
	})
	machine := [2]string{"gm", h.machineHash()}
	if state := h.directory("XDG_STATE_HOME"); state != "" {
		places = append(places, place{base: state, below: machine, inHome: true})
	}
	home := h.directory("HOME")
	if home != "" {
		places = append(places, place{base: filepath.Join(home, ".local/state"), below: machine, inHome: true})
	}
	places = append(places, place{
		base:  filepath.Join(h.root, "tmp"),
		below: [2]string{"gm-" + strconv.Itoa(h.uid), "sessions-" + nameHash(home)},
	})
	for i := range places {
		places[i].home = home
	}
	return places
}

func (h host) directory(variable string) string {
	if dir := h.getenv(variable); filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	return ""
}

// isForeign reports whether dir belongs to another user, as XDG_RUNTIME_DIR does after su.
func (h host) isForeign(dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) != h.uid
}

// lingers reports whether the user's directory in /run/user outlives the last logout
// (loginctl(1), enable-linger).
func (h host) lingers() bool {
	user := cmp.Or(h.getenv("USER"), h.getenv("LOGNAME"))
	if user == "" || strings.Contains(user, "/") {
		return false
	}
	_, err := os.Stat(filepath.Join(h.root, "var/lib/systemd/linger", user))
	return err == nil
}

func (h host) machineHash() string {
	// The identifier itself must not be shown to others (machine-id(5)).
	sum := sha256.Sum256([]byte("gm sessions " + h.machine(h.root)))
	return fmt.Sprintf("%x", sum[:4])
}

// A DirectoryError is a directory that is not used for sockets, as another account made
// it or can change it.
type DirectoryError struct {
	Path string
	Why  string
}

func (e *DirectoryError) Error() string { return e.Path + " is not used: " + e.Why }

// open checks the directory and returns its physical path. With create it creates what is
// missing. The error is a [*DirectoryError] if other accounts can change the directory,
// and fs.ErrNotExist if it does not exist.
func (p place) open(uid int, create bool) (dir string, err error) {
	if create && p.inHome {
		if err := os.MkdirAll(p.base, 0o700); err != nil {
			return "", err
		}
	}
	if dir, err = filepath.EvalSymlinks(p.base); err != nil {
		return "", err
	}
	for i, name := range p.below {
		dir = filepath.Join(dir, name)
		if create {
			if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
				return "", err
			}
		}
		if err := checkDirectory(dir, uid, i == len(p.below)-1); err != nil {
			return "", err
		}
	}
	// Check covers the directories above, too, from the root on.
	if _, err := fileowner.CheckWithHome(dir, p.home); err != nil {
		if changed, ok := errors.AsType[*fileowner.Error](err); ok {
			return "", &DirectoryError{dir, "others can change " + changed.Path + ": " + changed.Why}
		}
		return "", err
	}
	return dir, nil
}

// checkDirectory returns an error unless dir is a directory of the user and no symbolic
// link. If private is set, other accounts must not be able to enter it.
func checkDirectory(dir string, uid int, private bool) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	switch stat, ok := info.Sys().(*syscall.Stat_t); {
	case info.Mode()&fs.ModeSymlink != 0:
		return &DirectoryError{dir, "it is a symbolic link"}
	case !info.IsDir():
		return &DirectoryError{dir, "it is not a directory"}
	case !ok || int(stat.Uid) != uid:
		return &DirectoryError{dir, fmt.Sprintf("it belongs to user %d", stat.Uid)}
	case private && info.Mode().Perm()&0o077 != 0:
		return &DirectoryError{dir, fmt.Sprintf("its mode is %04o and not 0700", info.Mode().Perm())}
	}
	return nil
}

// errNoPlace means that a Registry is zero.
var errNoPlace = errors.New("there is no directory for sockets")

// inPlaces calls use with each directory that may hold new sockets, which it creates if
// necessary, until use succeeds. It returns all errors if none does.
func (r Registry) inPlaces(use func(dir string) error) error {
	var errs []error
	for _, p := range r.places {
		if p.readOnly {
			continue
		}
		dir, err := p.open(r.uid, true)
		if err == nil {
			err = use(dir)
		}
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return cmp.Or(errors.Join(errs...), errNoPlace)
}
