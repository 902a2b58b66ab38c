package sshclient

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"gm/sshboot/sshkey"
)

// appendKnownHosts adds lines to the file, which is made with mode 0600, and
// its directory with 0700, if they are not there.
func appendKnownHosts(path, lines string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("add to known hosts: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("add to known hosts: %w", err)
	}
	if endsMidLine(f) {
		lines = "\n" + lines
	}
	_, err = f.WriteString(lines)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("add to known hosts: %w", err)
	}
	return nil
}

// endsMidLine says that the last line of the file has no newline.
func endsMidLine(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// removeKnownHosts removes the entries from the file at path. A file of the same
// mode takes its place, and the old one stays beside it as path.old, as with ssh.
func removeKnownHosts(path string, entries knownHosts) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("remove from known hosts: %w", err)
	}
	text, err := readKnownHostsFile(path)
	if err != nil {
		return err
	}
	var kept bytes.Buffer
	for line := range bytes.Lines(text) {
		parsed := parseKnownHosts(line, path)
		if len(parsed) == 0 || !slices.ContainsFunc(entries, parsed[0].same) {
			kept.Write(line)
		}
	}
	if err := replaceFile(path, kept.Bytes()); err != nil {
		return fmt.Errorf("remove from known hosts: %w", err)
	}
	return nil
}

// same reports whether two lines say the same.
func (k knownHost) same(other knownHost) bool {
	return k.Marker == other.Marker && slices.Equal(k.Hosts, other.Hosts) && sshkey.Same(k.Key, other.Key)
}

// replaceFile gives the file at path another content, whole or not at all.
func replaceFile(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // it is gone if all went well
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close()); err != nil {
		return err
	}
	os.Remove(path + ".old")
	os.Link(path, path+".old") // a courtesy: not every file system has links
	return os.Rename(f.Name(), path)
}
