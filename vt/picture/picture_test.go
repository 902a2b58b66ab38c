package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

var cell = Size{8, 10}

// onePixel is a PNG of one pixel.
var onePixel, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

func TestCells(t *testing.T) {
	if marks[0] != 0x305 || marks[MaxCells-1] != 0x1d244 || !slices.IsSorted(marks[:]) {
		t.Errorf("the marks are %x", marks)
	}
	for _, n := range []int{0, 1, 100, MaxCells - 1} {
		text := AppendCell(nil, n, MaxCells-1-n)
		if row, column, ok := ParseCell(string(text)); !ok || row != n || column != MaxCells-1-n {
			t.Errorf("%q is %d, %d, %v", text, row, column, ok)
		}
	}
	for text, want := range map[string]bool{"\U0010eeee": true, "\U0010eeee\u0305\u0305\u0305": true, "x": false, "": false, "\U0010eeef": false} {
		if _, _, ok := ParseCell(text); ok != want {
			t.Errorf("%q: %v", text, ok)
		}
	}
}

func TestReplies(t *testing.T) {
	widePNG := bytes.Clone(onePixel)
	widePNG[18] = 0x10
	pixels := ";" + base64.StdEncoding.EncodeToString(make([]byte, 12))
	for _, test := range []struct{ name, commands, want string }{
		{"query", "i=1,a=q,s=2,v=2,f=24" + pixels, "Gi=1;OK"},
		{"no id", "a=T,s=2,v=2,f=24" + pixels, ""},
		{"quiet", "i=1,q=1,a=T,s=2,v=2,f=24" + pixels, ""},
		{"quiet error", "i=1,q=1,a=p", "Gi=1;" + errNoImage.Error()},
		{"very quiet", "i=1,q=2,a=p", ""},
		{"in chunks", "i=1,a=T,s=2,v=2,f=24,m=1;AAAA|m=1;AAAAAAAA|m=0;AAAA", "Gi=1;OK"},
		{"in chunks with all keys", "i=1,a=T,s=2,v=2,f=24,m=1;AAAA|i=1,a=T,s=2,v=2,f=24,m=1;AAAAAAAA|i=1,a=T,s=2,v=2,f=24,m=0;AAAA", "Gi=1;OK"},
		{"after the first chunk of another", "i=2,a=T,s=2,v=2,f=24,m=1;AAAA|i=1,a=T,s=2,v=2,f=24" + pixels, "Gi=1;OK"},
		{"number", "I=5,s=2,v=2,f=24" + pixels + "|i=9,a=p", "Gi=#,I=5;OK|Gi=9;" + errNoImage.Error()},
		{"placed by number", "I=5,s=2,v=2,f=24" + pixels + "|I=5,a=p,p=3", "Gi=#,I=5;OK|Gi=#,I=5,p=3;OK"},
		{"PNG", "i=1,f=100;" + base64.StdEncoding.EncodeToString(onePixel), "Gi=1;OK"},
		{"no PNG", "i=1,f=100;AAAA", "Gi=1;" + errNoPNG.Error()},
		{"compressed PNG", "i=1,f=100,o=z;AAAA", "Gi=1;" + errInvalid.Error()},
		{"too few pixels", "i=1,a=t,s=3,v=2,f=24" + pixels, "Gi=1;" + errNoData.Error()},
		{"no pixels", "i=1,a=t,s=0,v=0", "Gi=1;" + errInvalid.Error()},
		{"too wide", "i=1,a=t,s=4097,v=2,o=z" + pixels, "Gi=1;" + errSize.Error()},
		{"file", "i=1,a=t,t=f,s=2,v=2;L2V0Yy9wYXNzd2Q=", "Gi=1;" + errDirect.Error()},
		{"temporary file", "i=1,a=q,t=t;L2V0Yy9wYXNzd2Q=", "Gi=1;" + errDirect.Error()},
		{"shared memory", "i=1,a=q,t=s,s=2,v=2;L2V0Yy9wYXNzd2Q=", "Gi=1;" + errDirect.Error()},
		{"animation", "i=1,a=f" + pixels, "Gi=1;" + errAction.Error()},
		{"relative to no image", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,P=2,Q=3", "Gi=1;OK|Gi=1;" + errNoParent.Error()},
		{"relative to no placement", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,p=1|i=1,a=p,P=1,Q=3", "Gi=1;OK|Gi=1,p=1;OK|Gi=1;" + errNoParent.Error()},
		{"relative", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,p=1|i=1,a=p,p=2,P=1,Q=1,H=-1,V=2", "Gi=1;OK|Gi=1,p=1;OK|Gi=1,p=2;OK"},
		{"relative to itself", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,p=1,q=1|i=1,a=p,p=1,P=1,Q=1", "Gi=1;OK|Gi=1,p=1;" + errCycle.Error()},
		{"relative in a cycle", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,p=1,q=1|i=1,a=p,p=2,P=1,Q=1,q=1|i=1,a=p,p=3,P=1,Q=2,q=1|i=1,a=p,p=1,P=1,Q=3", "Gi=1;OK|Gi=1,p=1;" + errCycle.Error()},
		{"relative and virtual", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,p=1,q=1|i=1,a=p,U=1,c=1,r=1,P=1,Q=1", "Gi=1;OK|Gi=1;" + errInvalid.Error()},
		{"parent deleted", "i=1,s=2,v=2,f=24" + pixels + "|i=2,q=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,p=1,q=1|i=2,a=p,p=2,P=1,Q=1,q=1|a=d,d=i,i=1|i=2,a=p", "Gi=1;OK|Gi=2;" + errNoImage.Error()},
		{"part outside", "i=1,s=2,v=2,f=24" + pixels + "|i=1,a=p,x=2", "Gi=1;OK|Gi=1;" + errInvalid.Error()},
		{"malformed", "i=1,a=p,c=x", "Gi=1;" + errInvalid.Error()},
		{"malformed data", "i=1,a=t,s=2,v=2,f=24;????", "Gi=1;" + errInvalid.Error()},
		{"its own reply", "i=1;OK|i=1;ENOENT:there is none", ""},
		{"more pixels than needed", "i=1,s=2,v=1,f=24" + pixels, "Gi=1;OK"},
		{"without a format", "i=1,s=1,v=3,f=0" + pixels, "Gi=1;OK"},
		{"id and number", "i=1,I=5,s=2,v=2,f=24" + pixels + "|i=1,I=5,a=p|i=1,a=p", "Gi=1,I=5;" + errInvalid.Error() + "|Gi=1,I=5;" + errInvalid.Error() + "|Gi=1;" + errNoImage.Error()},
		{"query by number", "I=5,a=q,s=2,v=2,f=24" + pixels, ""},
		{"query with a placement", "i=1,p=2,a=q,s=2,v=2,f=24" + pixels, "Gi=1;OK"},
		{"unknown number", "I=5,a=p", "GI=5;" + errNoImage.Error()},
		{"replaced by malformed data", "i=1,s=2,v=2,f=24" + pixels + "|i=1,s=3,v=2,f=24" + pixels + "|i=1,a=p", "Gi=1;OK|Gi=1;" + errNoData.Error() + "|Gi=1;" + errNoImage.Error()},
		{"wide PNG", "i=1,f=100;" + base64.StdEncoding.EncodeToString(widePNG), "Gi=1;" + errSize.Error()},
		{"range freed", "i=1,s=2,v=2,f=24" + pixels + "|i=2,s=2,v=2,f=24" + pixels + "|i=3,q=2,a=T,s=2,v=2,f=24" + pixels + "|a=d,d=R,x=2,y=2|i=1,a=p|i=2,a=p|i=3,a=p", "Gi=1;OK|Gi=2;OK|Gi=1;" + errNoImage.Error() + "|Gi=2;" + errNoImage.Error() + "|Gi=3;OK"},
		{"unknown deletion", "i=1,s=2,v=2,f=24" + pixels + "|a=d,d=F|i=1,a=p", "Gi=1;OK|Gi=1;OK"},
		{"freed", "i=1,s=2,v=2,f=24" + pixels + "|a=d,d=I,i=1|i=1,a=p", "Gi=1;OK|Gi=1;" + errNoImage.Error()},
		{"image named twice, to be freed", "i=1,s=2,v=2,f=24" + pixels + "|a=d,d=I,i=1,I=7|i=1,a=p", "Gi=1;OK|Gi=1;" + errNoImage.Error()},
		{"a command like a reply", "i=1,a=p;OK", "Gi=1;" + errNoImage.Error()},
		{"beyond 32 bits", "i=1,a=p,p=4294967297", "Gi=1;" + errInvalid.Error()},
		{"negative", "i=1,a=p,c=-1", "Gi=1;" + errInvalid.Error()},
		{"no flags", "i=1,a=T,C=2,m=2,s=2,v=2,f=24" + pixels, "Gi=1;OK"},
		{"quiet from the last chunk on", "i=1,s=2,v=2,f=24,q=1,m=1;AAAA|m=0,q=0;AAAAAAAAAAAA", ""},
		{"quieter than the first chunk", "i=1,s=2,v=2,f=24,m=1;AAAA|m=0,q=2;AAAAAAAAAAAA", ""},
		{"very quiet and more", "i=1,q=3,a=p", ""},
		{"chunks of other numbers", "I=1,q=2,s=2,v=2,f=24,m=1;AAAA|I=2,q=2,s=2,v=2,f=24" + pixels + "|I=1,a=p|I=2,a=p", "GI=1;" + errNoImage.Error() + "|Gi=#,I=2;OK"},
		{"chunks of other formats", "i=1,q=2,s=1,v=3,f=24,m=1;AAAA|i=1,s=1,v=3,f=32" + pixels, "Gi=1;OK"},
		{"GIF as PNG", "i=1,f=100;" + base64.StdEncoding.EncodeToString([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00")), "Gi=1;" + errNoPNG.Error()},
		{"unknown compression", "i=1,o=y,s=2,v=2,f=24" + pixels, "Gi=1;" + errInvalid.Error()},
		{"not named", "a=t,s=2,v=2,f=24" + pixels + "|I=5,a=p", "GI=5;" + errNoImage.Error()},
		{"the newest of a number", "I=5,s=2,v=2,f=24" + pixels + "|I=5,s=1,v=1,f=24" + pixels + "|I=5,a=p,x=1", "Gi=#,I=5;OK|Gi=#,I=5;OK|Gi=#,I=5;" + errInvalid.Error()},
		{"kept", "i=1,s=2,v=2,f=24" + pixels + "|a=d,d=i,i=1|i=1,a=p", "Gi=1;OK|Gi=1;OK"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s Store
			var got []string
			for command := range strings.SplitSeq(test.commands, "|") {
				if r := s.Command([]byte(command), cell); r.Reply != nil {
					got = append(got, string(r.Reply))
				}
			}
			text := strings.Join(got, "|")
			if test.name == "not named" && len(s.images) > 0 {
				t.Error("the image is kept")
			}
			for _, i := range s.images {
				if i.number != 0 {
					text = strings.ReplaceAll(text, fmt.Sprintf("i=%d", i.id), "i=#")
				}
			}
			if text != test.want {
				t.Errorf("%q, want %q", text, test.want)
			}
		})
	}
}

// TestLargeNumbers checks that a placement is within its limits whatever number a key has, also
// where an int has 32 bits.
func TestLargeNumbers(t *testing.T) {
	for _, key := range "svxywhXYcrzpHVPQ" {
		for _, number := range []string{"1", "300", "2147483647", "4294967295"} {
			var s Store
			keys := fmt.Sprintf("a=T,f=24,s=1,v=1,%c=%s;AAAA", key, number)
			if p := s.Command([]byte(keys), cell).Place; p != nil && p.Check() != nil {
				t.Errorf("%s: %+v, %v", keys, p, p.Check())
			}
		}
	}
}

// TestPlacedParts places parts of a picture of 40x30 pixels in cells of 8x10.
func TestPlacedParts(t *testing.T) {
	data := base64.StdEncoding.EncodeToString(make([]byte, 3*40*30+1))
	for keys, want := range map[string]string{
		"x=30,w=50": "2x3, {30 0 {10 30}} in {0 0 {10 30}}",
		"y=29,h=50": "5x1, {0 29 {40 1}} in {0 0 {40 1}}",
		"c=400,r=1": "297x1, {0 0 {40 30}} in {0 0 {2376 10}}",
		"C=2":       "5x3, {0 0 {40 30}} in {0 0 {40 30}}",
		"C=1":       "5x3, {0 0 {40 30}} in {0 0 {40 30}}, cursor kept",
	} {
		var s Store
		r := s.Command([]byte("a=T,f=24,s=40,v=30,"+keys+";"+data), cell)
		if r.Place == nil {
			t.Errorf("%s: no placement", keys)
			continue
		}
		got := fmt.Sprintf("%dx%d, %v in %v", r.Place.Cols, r.Place.Rows, r.Place.Source, r.Place.Target)
		if r.KeepCursor {
			got += ", cursor kept"
		}
		if got != want || s.bytes != 3*40*30 {
			t.Errorf("%s: %s, want %s; %d bytes", keys, got, want, s.bytes)
		}
	}
	var s Store
	s.Command([]byte("a=T,U=1,i=1,c=10,r=3,f=24,s=40,v=30;"+data), cell)
	if p := s.Placement(s.Named(Name{1, 0})); p == nil || p.Target != (Rect{20, 0, Size{40, 30}}) {
		t.Errorf("a virtual placement: %+v", p)
	}
}

// TestChainsOfRelatives makes the longest chain of relative placements, and too many of them.
func TestChainsOfRelatives(t *testing.T) {
	var s Store
	place := func(id, parent int) string {
		return string(s.Command(fmt.Appendf(nil, "i=1,a=p,p=%d,P=1,Q=%d", id, parent), cell).Reply)
	}
	s.Command([]byte("i=1,a=T,p=1,s=1,v=1,f=24;AAAA"), cell)
	for n := range MaxChain {
		if got := place(n+2, n+1); !strings.HasSuffix(got, ";OK") {
			t.Fatalf("%d parents: %q", n+1, got)
		}
	}
	if got := place(MaxChain+2, MaxChain+1); !strings.HasSuffix(got, errTooDeep.Error()) {
		t.Errorf("one parent more: %q", got)
	}
	for n := range MaxRelatives - MaxChain {
		place(100+n, 1)
	}
	if got := place(99, 1); len(s.Relatives()) != MaxRelatives || !strings.HasSuffix(got, errTooMany.Error()) {
		t.Errorf("%d relative placements, and %q", len(s.Relatives()), got)
	}
	s.Command([]byte("a=d,d=i,i=1,p=1"), cell)
	if len(s.Relatives()) != 0 || len(s.placed) != 0 || s.relative {
		t.Errorf("%d placements are left", len(s.placed))
	}
}

// TestUploadIsBounded sends chunks for ever.
func TestUploadIsBounded(t *testing.T) {
	var s Store
	chunk := strings.Repeat("AAAA", 64<<10)
	s.Command([]byte("i=1,a=T,s=4000,v=4000,f=24,m=1;"+chunk), cell)
	for range 100 {
		s.Command([]byte("m=1;"+chunk), cell)
		if cap(s.upload.data) > 2*MaxData {
			t.Fatalf("%d bytes are kept", cap(s.upload.data))
		}
	}
	if r := s.Command([]byte("m=0;"+chunk), cell); string(r.Reply) != "Gi=1;"+errTooBig.Error() {
		t.Errorf("%q", r.Reply)
	}
}

func TestLayout(t *testing.T) {
	for _, test := range []struct {
		name   string
		layout layout
		cell   Size
		want   string
	}{
		{"its own size", layout{source: Rect{Size: Size{17, 11}}}, cell, "3x2 in 24x20, 17x11+0+0"},
		{"both", layout{source: Rect{Size: Size{17, 11}}, cols: 4, rows: 3}, cell, "4x3 in 32x30, 32x30+0+0"},
		{"columns", layout{source: Rect{Size: Size{10, 10}}, cols: 4}, cell, "4x4 in 32x40, 32x32+0+0"},
		{"rows", layout{source: Rect{Size: Size{10, 10}}, rows: 4}, cell, "5x4 in 40x40, 40x40+0+0"},
		{"contained", layout{source: Rect{Size: Size{10, 10}}, cols: 5, rows: 2, contain: true}, cell, "5x2 in 40x20, 20x20+10+0"},
		{"contained, high", layout{source: Rect{Size: Size{40, 10}}, cols: 5, rows: 2, contain: true}, cell, "5x2 in 40x20, 40x10+0+5"},
		{"offset", layout{source: Rect{Size: Size{17, 11}}, x: 7, y: 9}, cell, "3x2 in 24x20, 17x11+7+9"},
		{"offset beyond the cell", layout{source: Rect{Size: Size{17, 11}}, x: 100, y: 100}, cell, "3x2 in 24x20, 17x11+7+9"},
		{"offset, both", layout{source: Rect{Size: Size{30, 30}}, cols: 6, rows: 3, x: 5, y: 6}, Size{9, 18}, "6x3 in 54x54, 49x48+5+6"},
		{"offset, columns", layout{source: Rect{Size: Size{30, 30}}, cols: 6, x: 5, y: 6}, Size{9, 18}, "6x4 in 54x72, 49x49+5+6"},
		{"offset, rows", layout{source: Rect{Size: Size{30, 30}}, rows: 3, x: 5, y: 6}, Size{9, 18}, "6x3 in 54x54, 48x48+5+6"},
		{"offset, one pixel", layout{source: Rect{Size: Size{1, 1}}, cols: 1, rows: 1, x: 7, y: 9}, cell, "1x1 in 8x10, 1x1+7+9"},
		{"unknown cell", layout{source: Rect{Size: Size{17, 11}}}, Size{}, "2x1 in 20x20, 17x11+0+0"},
		{"cell out of bounds", layout{source: Rect{Size: Size{17, 11}}}, Size{8, maxCell + 1}, "2x1 in 20x20, 17x11+0+0"},
		{"a height alone", layout{source: Rect{Size: Size{40, 10}}, height: 5}, cell, "3x1 in 24x10, 20x5+0+0"},
		{"a width alone", layout{source: Rect{Size: Size{40, 10}}, width: 20}, cell, "3x1 in 24x10, 20x5+0+0"},
		{"huge", layout{source: Rect{Size: Size{4096, 4096}}}, Size{1, 1}, "297x297 in 297x297, 297x297+0+0"},
		{"very flat", layout{source: Rect{Size: Size{4096, 1}}, rows: 200}, cell, "297x200 in 2376x2000, 2376x2000+0+0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Placement{Number: 1, Image: &Image{Format: PNG, Size: test.layout.source.Size}}
			test.layout.place(&p, test.cell)
			got := fmt.Sprintf("%dx%d in %dx%d, %dx%d+%d+%d", p.Cols, p.Rows, p.Box.Width, p.Box.Height, p.Target.Width, p.Target.Height, p.Target.X, p.Target.Y)
			if got != test.want || p.Check() != nil {
				t.Errorf("%s, %v, want %s", got, p.Check(), test.want)
			}
		})
	}
}

func TestSixelSize(t *testing.T) {
	for data, want := range map[string]Size{
		"q~": {1, 6}, "q@": {1, 1}, "0;1;0q!10~-!3A": {10, 8}, "q\"1;1;20;30#1~": {20, 30}, "q\"1;1;2;2!9~": {9, 6}, "q#1;2;100;0;0~$#2!4~": {4, 6},
		"q??~": {3, 6}, "q!99999999999~": {}, "q!5000~": {}, "q": {}, "": {}, "~": {}, "q" + strings.Repeat("-", 1000) + "~": {}, "q???": {}, "q!": {}, "q#": {},
	} {
		m, err := ParseSixel([]byte(data))
		if err != nil {
			m = &Image{}
		}
		if m.Size != want || (err == nil) != (want != Size{}) {
			t.Errorf("%.30q: %v, %v, want %v", data, m.Size, err, want)
		}
	}
}

func TestFile(t *testing.T) {
	png := func(width, height byte) []byte {
		data := bytes.Clone(onePixel)
		data[18], data[22] = width, height
		return data
	}
	for name, test := range map[string]struct {
		data []byte
		want Size
	}{
		"PNG":       {onePixel, Size{1, 1}},
		"wide PNG":  {png(0x10, 0), Size{4097, 1}},
		"short PNG": {onePixel[:20], Size{}},
		"GIF":       {[]byte("GIF89a\x10\x00\x02\x01;"), Size{16, 258}},
		"short GIF": {[]byte("GIF89a\x10"), Size{}},
		"JPEG":      {[]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x11\x08\x01\x02\x00\x03\x01"), Size{3, 258}},
		"no frame":  {[]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xd9"), Size{}},
		"loop":      {[]byte("\xff\xd8\xff\xe0\x00\x00\xff\xe0\x00\x00\xff\xe0\x00\x00"), Size{}},
		"text":      {[]byte("hello"), Size{}},
	} {
		m, err := File(test.data)
		switch {
		case test.want.Width > MaxSide:
			if err != ErrTooLarge {
				t.Errorf("%s: %v", name, err)
			}
		case (err == nil) != (test.want != Size{}) || err == nil && m.Size != test.want:
			t.Errorf("%s: %v, %v, want %v", name, m, err, test.want)
		}
	}
}

func TestInlineFile(t *testing.T) {
	data := base64.StdEncoding.EncodeToString(onePixel)
	window := Size{80, 24}
	for command, want := range map[string]string{
		"File=inline=1:" + data:                                          "1x1",
		"File=inline=1;width=10:" + data:                                 "10x8",
		"File=inline=1;width=10;height=2;preserveAspectRatio=0:" + data:  "10x2",
		"File=inline=1;width=10;height=2:" + data:                        "3x2",
		"File=inline=1;width=50%;height=1;preserveAspectRatio=0:" + data: "40x1",
		"File=inline=1;width=12px;height=auto:" + data:                   "2x2",
		"File=inline=1;width=99999999999;height=-3:" + data:              "1x1",
		"File=inline=1:" + data[:40]:                                     "1x1",
		"File=inline=1:AAAA":                                             "used",
		"File=inline=1:?":                                                "used",
		"File=inline=0:" + data:                                          "",
		"File=name=YQ==:" + data:                                         "",
		"FilePart=" + data:                                               "",
		"FileEnd":                                                        "",
		"MultipartFile=inline=0":                                         "",
		"SetMark":                                                        "",
	} {
		var s Store
		r, used := s.File([]byte(command), cell, window)
		got := ""
		if used {
			got = "used"
		}
		if r.Place != nil {
			got = fmt.Sprintf("%dx%d", r.Place.Cols, r.Place.Rows)
		}
		if got != want {
			t.Errorf("%.60s: %q, want %q", command, got, want)
		}
	}
}

func TestTarget(t *testing.T) {
	var s Store
	r := s.Command([]byte("i=1,a=T,s=2,v=2,f=24,c=3,r=4;"+base64.StdEncoding.EncodeToString(make([]byte, 12))), cell)
	target := Target{Placement: r.Place, Forgotten: []string{strings.Repeat("0a", hashBytes)}}
	text := target.Append(nil)
	got, ok := ParseTarget(text)
	if !ok || got.Number != r.Place.Number || got.Cols != 3 || got.Rows != 4 || got.Image.Hash != r.Place.Image.Hash || got.Image.Format != RGB || got.Target != r.Place.Target || len(got.Forgotten) != 1 {
		t.Errorf("%q is %v, %v", text, got, ok)
	}
	fields := strings.Split(string(text), "\x00")
	for i, wrong := range map[int]string{
		0: "bmp", 1: "0a", 2: "0", 3: "4097", 4: "-1", 5: "298", 6: "0", 7: "2", 8: "99999999", 9: "1", 10: "x", 11: "0", 13: "1", 17: strings.Repeat("0g", hashBytes),
	} {
		changed := slices.Clone(fields)
		changed[i] = wrong
		if _, ok := ParseTarget([]byte(strings.Join(changed, "\x00"))); ok {
			t.Errorf("field %d may be %q", i, wrong)
		}
	}
	for _, text := range []string{"", "png", strings.Join(fields[:10], "\x00"), string(text) + strings.Repeat("\x00"+fields[1], MaxForgotten), "png" + compressed + string(text[3:])} {
		if _, ok := ParseTarget([]byte(text)); ok {
			t.Errorf("%q is accepted", text)
		}
	}
	for range 2 * MaxForgotten {
		target.Forgotten = append(target.Forgotten, fields[1])
	}
	target.Image.Compressed, target.Image.Width = true, MaxSide
	if n := len(target.Append(nil)); n > 1024 {
		t.Errorf("a target has %d bytes", n)
	}
}

// TestHash checks that the same data are another image in another form.
func TestHash(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range []Image{
		{Format: RGB, Size: Size{2, 3}}, {Format: RGB, Size: Size{3, 2}}, {Format: RGB, Size: Size{2, 3}, Compressed: true}, {Format: PNG, Size: Size{2, 3}}, {Format: RGB, Size: Size{2, 3}, Data: []byte{1}},
	} {
		m.Sum()
		if notHash(m.Hash) || seen[m.Hash] {
			t.Errorf("%+v has the hash %s", m, m.Hash)
		}
		seen[m.Hash] = true
	}
}

// TestSweepKeepsShown checks that pictures on the screen are dropped last.
func TestSweepKeepsShown(t *testing.T) {
	var s Store
	image := func(id int) uint32 {
		data := base64.StdEncoding.EncodeToString(make([]byte, 4*1000*1000))
		return s.Command([]byte(fmt.Sprintf("i=%d,a=T,s=1000,v=1000,c=1,r=1;%s", id, data)), cell).Place.Number
	}
	first := image(1)
	for id := range 7 {
		image(id + 2)
	}
	if s.Crowded() {
		t.Error("crowded too early")
	}
	last := image(9)
	if !s.Crowded() {
		t.Error("not crowded")
	}
	s.Sweep(map[uint32]bool{first: true, last: true})
	if s.Crowded() || s.Placement(first) == nil || s.Placement(last) == nil {
		t.Errorf("%d bytes, %v, %v", s.Memory(), s.Placement(first), s.Placement(last))
	}
}

// TestPlacementsAreBounded places one image for ever.
func TestPlacementsAreBounded(t *testing.T) {
	var s Store
	s.Command([]byte("i=1,s=1,v=1,f=24;AAAA"), cell)
	for range 3 * maxPlacements {
		p := s.Command([]byte("i=1,a=p,q=2"), cell).Place
		if s.Crowded() {
			s.Sweep(map[uint32]bool{p.Number: true})
		}
		if len(s.placed) > maxPlacements+1 || s.Placement(p.Number) == nil {
			t.Fatalf("%d placements", len(s.placed))
		}
		s.Named(Name{p.Number, 0})
	}
	if len(s.names) > maxNames {
		t.Errorf("%d names", len(s.names))
	}
}

// FuzzStore performs commands of all protocols. Every placement must be within the limits.
func FuzzStore(f *testing.F) {
	f.Add("i=1,a=T,s=1,v=1,f=24;AAAA|i=1,a=p,p=1,c=3|a=d,d=I,i=1")
	f.Add("i=1,a=T,U=1,s=1,v=1,f=24,m=1;AA|m=0;AA|a=d")
	f.Add("i=1,a=T,p=1,s=1,v=1,f=24,X=9,Y=9;AAAA|i=1,a=p,p=2,P=1,Q=1,H=-9,V=2|i=1,a=p,p=1,P=1,Q=2|a=d,d=i,i=1,p=1")
	f.Add("qq\"1;1;3;3#1;2;100;0;0!3~-~|q#1;1;10;10;10~")
	f.Add("@File=inline=1;width=3px:" + base64.StdEncoding.EncodeToString(onePixel) + "|@MultipartFile=inline=1|@FilePart=AAAA|@FileEnd")
	f.Fuzz(func(t *testing.T, text string) {
		var s Store
		check := func(p *Placement) {
			if p == nil {
				return
			}
			if err := p.Check(); err != nil {
				t.Fatalf("%+v: %v", p, err)
			}
			if _, ok := ParseTarget(Target{Placement: p}.Append(nil)); !ok {
				t.Fatalf("%+v: the target is malformed", p)
			}
		}
		for command := range strings.SplitSeq(text, "|") {
			switch {
			case strings.HasPrefix(command, "q"):
				p, _ := s.Sixel([]byte(command[1:]), cell)
				check(p)
			case strings.HasPrefix(command, "@"):
				r, _ := s.File([]byte(command[1:]), cell, Size{80, 24})
				check(r.Place)
			default:
				check(s.Command([]byte(command), cell).Place)
			}
		}
		memory := 0
		for _, i := range s.images {
			memory += len(i.Data)
			for _, p := range i.placements {
				check(p.Placement)
				if s.placed[p.Number] != p.Placement {
					t.Fatal("a placement is not listed")
				}
			}
		}
		if memory != s.bytes {
			t.Fatalf("%d bytes, counted as %d", memory, s.bytes)
		}
	})
}

// FuzzTarget checks that what is accepted reads back the same.
func FuzzTarget(f *testing.F) {
	var s Store
	f.Add(string(Target{Placement: s.Command([]byte("i=1,a=T,s=1,v=1,f=24;AAAA"), cell).Place}.Append(nil)))
	f.Fuzz(func(t *testing.T, text string) {
		target, ok := ParseTarget([]byte(text))
		if !ok {
			return
		}
		if again, ok := ParseTarget(target.Append(nil)); !ok || again.Image.Hash != target.Image.Hash || again.Target != target.Target {
			t.Errorf("%q reads back as %v, %v", text, again, ok)
		}
	})
}
