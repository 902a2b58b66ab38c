package state

import (
	"slices"
	"testing"
)

func TestExtensionNamesRoundTrip(t *testing.T) {
	if len(extensionNames) != len(AllExtensions.Names()) {
		t.Fatalf("%d names for the extensions %s", len(extensionNames), AllExtensions)
	}
	for i := range extensionNames {
		e := Extension(1) << i
		if names := e.Names(); len(names) != 1 || ParseExtensions(names) != e {
			t.Errorf("extension %d has the names %q", i, names)
		}
	}
	if got := ParseExtensions(AllExtensions.Names()); got != AllExtensions {
		t.Errorf("%s reads back as %s", AllExtensions, got)
	}
}

func TestParseExtensionsIgnoresUnknownNames(t *testing.T) {
	if got := ParseExtensions([]string{"unknown", "", "exit", "exit", "screen "}); got != ExtExit {
		t.Errorf("parsed %s", got)
	}
	if !slices.Equal((ExtEcho | ExtScreen).Names(), []string{"screen", "echo"}) {
		t.Error("names are not in the order of the bits")
	}
}
