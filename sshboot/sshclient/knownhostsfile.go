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

// appendKnownHosts appends lines to the file at path. It creates a missing file with mode
// 0600, and its directory with mode 0700.
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

func endsMidLine(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// removeKnownHosts removes entries from the file at path. It replaces the file with one of
// the same mode, and keeps the old one as path.old, like ssh.
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

func (k knownHost) same(other knownHost) bool {
	return k.Marker == other.Marker && slices.Equal(k.Hosts, other.Hosts) && sshkey.Same(k.Key, other.Key)
}

func replaceFile(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close()); err != nil {
		return err
	}
	os.Remove(path + ".old")
	os.Link(path, path+".old") // optional, as not every file system has links
	return os.Rename(f.Name(), path)
}
