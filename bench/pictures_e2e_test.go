//go:build e2e && linux

package main

import "testing"

// judgePictures wants all pictures, and each key, of both programs.
func judgePictures(t *testing.T, dir string) {
	r := result[picturedOver](t, dir, "pictures")
	if len(r.Programs) != 2 {
		t.Errorf("%+v", r)
	}
	for _, p := range r.Programs {
		if p.Failed != "" || len(p.Shown) != len(pictureKinds) || len(p.Typed) != 3 {
			t.Errorf("%s: %+v", p.Program, p)
		}
		for _, s := range p.Shown {
			if s.Bytes < 20_000 || s.Took < 40 { // 4 Mbit/s are 500 bytes a ms
				t.Errorf("%s: %+v", p.Program, s)
			}
		}
		for _, b := range p.Typed {
			if len(b.Took) != little.pictureKeys || b.Took[0] < 20 || (b.Rate > 0) != (b.Beside == besideDownload) {
				t.Errorf("%s: %+v", p.Program, b)
			}
		}
	}
}
