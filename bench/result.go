//go:build linux

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

func save(dir, name string, m machine, result any) error {
	text, err := json.Marshal(struct {
		Machine machine
		Result  any
	}{m, result})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".json"), append(text, '\n'), 0o644)
}

// load reads the results of a section. there is false if it was never run.
func load[T any](dir, name string) (result T, m machine, there bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if os.IsNotExist(err) {
		return result, m, false, nil
	}
	if err != nil {
		return result, m, false, err
	}
	var file struct {
		Machine machine
		Result  T
	}
	err = json.Unmarshal(text, &file)
	return file.Result, file.Machine, true, err
}
