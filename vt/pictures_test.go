package vt

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gm/vt/picture"
)

// withPictures returns a terminal whose user's terminal shows pictures, in cells of 8 by 10.
func withPictures(cols, rows int) *Terminal {
	return inXTerm(NewTerminal(cols, rows, Options{Pictures: true, History: 100, Reflow: true}))
}

// kittyPicture returns a command that shows a picture of one pixel in some cells.
func kittyPicture(keys string, cols, rows int) string {
	return fmt.Sprintf("\x1b_Ga=T,f=24,s=1,v=1,c=%d,r=%d,%s;AAAA\x1b\\", cols, rows, keys)
}

// layoutText returns the parts of pictures on a screen.
func layoutText(s *Screen) string {
	var list []string
	for _, p := range s.Pictures() {
		list = append(list, fmt.Sprintf("%dx%d+%d+%d of %d,%d", p.Cols, p.Rows, p.X, p.Y, p.Column, p.Row))
	}
	return strings.Join(list, "; ")
}

func TestPictureIsPlaced(t *testing.T) {
	for _, test := range []struct{ name, input, layout, cursor string }{
		{"kitty", "ab" + kittyPicture("q=2", 3, 2), "3x2+2+0 of 0,0", "5,1"},
		{"kitty, cursor kept", "ab" + kittyPicture("C=1", 3, 2), "3x2+2+0 of 0,0", "2,0"},
		{"kitty, by its size", "\x1b_Ga=T,f=24,s=17,v=1;" + base64.StdEncoding.EncodeToString(make([]byte, 51)) + "\x1b\\", "3x1+0+0 of 0,0", "3,0"},
		{"right edge", "\x1b[1;8H" + kittyPicture("q=2", 4, 2), "3x2+7+0 of 0,0", "0,2"},
		{"last column", "\x1b[1;8H" + kittyPicture("q=2", 3, 1), "3x1+7+0 of 0,0", "0,1"},
		{"bottom", "\x1b[5;1H" + kittyPicture("q=2", 3, 3), "3x3+0+2 of 0,0", "3,4"},
		{"bottom, cursor kept", "\x1b[4;1H" + kittyPicture("C=1", 3, 3), "3x2+0+3 of 0,0", "0,3"},
		{"sixel", "ab\x1bPq\"1;1;17;11#0~\x1b\\", "3x2+2+0 of 0,0", "2,1"},
		{"sixel without attributes", "\x1bP0;1q#0!9~-~\x1b\\", "2x2+0+0 of 0,0", "0,1"},
		{"sixel at the top", "\x1b[?80hab\x1bPq\"1;1;17;91#0~\x1b\\", "3x5+0+0 of 0,0", "2,0"},
		{"sixel with the cursor behind it", "\x1b[?8452hab\x1bPq\"1;1;17;11#0~\x1b\\", "3x2+2+0 of 0,0", "5,1"},
		{"sixel in the last column", "\x1b[?8452h\x1b[1;9H\x1bPq\"1;1;17;11#0~\x1b\\", "2x2+8+0 of 0,0", "0,2"},
		{"iTerm2", "\x1b]1337;File=inline=1;width=4;height=2;preserveAspectRatio=0:" + onePixel + "\a", "4x2+0+0 of 0,0", "4,1"},
		{"iTerm2, in parts", "\x1b]1337;MultipartFile=inline=1;width=16px;height=10px\a\x1b]1337;FilePart=" + onePixel + "\a\x1b]1337;FileEnd\a", "2x1+0+0 of 0,0", "2,0"},
		{"text over it", kittyPicture("q=2", 3, 2) + "\x1b[1;2Hx", "1x1+0+0 of 0,0; 1x1+2+0 of 2,0; 3x1+0+1 of 0,1", "2,0"},
		{"below text", "\x1b[1;2Hx\x1b[H" + kittyPicture("z=-1", 3, 1), "1x1+0+0 of 0,0; 1x1+2+0 of 2,0", "3,0"},
		{"erased", kittyPicture("q=2", 3, 2) + "\x1b[1;2H\x1b[K", "1x1+0+0 of 0,0; 3x1+0+1 of 0,1", "1,0"},
		{"deleted", kittyPicture("i=7", 3, 2) + kittyPicture("i=8", 1, 1) + "\x1b_Ga=d,d=i,i=7\x1b\\", "1x1+3+1 of 0,0", "4,1"},
		{"all deleted", kittyPicture("i=7", 3, 2) + "\x1b_Ga=d\x1b\\", "", "3,1"},
		{"deleted at the cursor", kittyPicture("i=7", 3, 2) + "\x1b[2;2H\x1b_Ga=d,d=c\x1b\\", "", "1,1"},
		{"deleted in a column", kittyPicture("i=7", 3, 2) + kittyPicture("i=8", 1, 1) + "\x1b_Ga=d,d=X,x=4\x1b\\", "3x2+0+0 of 0,0", "4,1"},
		{"deleted by z", kittyPicture("i=7,z=3", 3, 2) + kittyPicture("i=8,z=-1", 1, 1) + "\x1b_Ga=d,d=z,z=3\x1b\\", "1x1+3+1 of 0,0", "4,1"},
		{"deleted at a cell by z", kittyPicture("i=7,z=3", 3, 2) + "\x1b_Ga=d,d=q,x=1,y=1,z=2\x1b\\" + kittyPicture("i=8,z=3", 1, 1) + "\x1b_Ga=d,d=q,x=4,y=2,z=3\x1b\\", "3x2+0+0 of 0,0", "4,1"},
		{"range deleted", kittyPicture("i=7", 3, 2) + kittyPicture("i=8", 1, 1) + "\x1b_Ga=d,d=r,x=3,y=7\x1b\\", "1x1+3+1 of 0,0", "4,1"},
		{"deletion by position leaves placeholders", kittyPicture("i=7,U=1", 1, 1) + "\x1b[38;5;7m\U0010eeee\u0305\x1b_Ga=d,d=x,x=1\x1b\\", "1x1+0+0 of 0,0", "1,0"},
		{"replaced", kittyPicture("i=7", 3, 2) + kittyPicture("i=7", 1, 1), "1x1+3+1 of 0,0", "4,1"},
		{"moved", kittyPicture("i=7,p=1", 3, 1) + "\x1b[3H\x1b_Ga=p,i=7,p=1,c=2,r=1\x1b\\", "2x1+0+2 of 0,0", "2,2"},
		{"placed twice", kittyPicture("i=7", 3, 1) + "\x1b[3H\x1b_Ga=p,i=7,c=2,r=1\x1b\\", "3x1+0+0 of 0,0; 2x1+0+2 of 0,0", "2,2"},
		{"relative", kittyPicture("i=7,p=1", 3, 2) + "\x1b[5;9H" + kittyPicture("i=8,P=7,Q=1,H=4,V=1", 2, 1), "3x2+0+0 of 0,0; 2x1+4+1 of 0,0", "8,4"},
		{"relative, moved", kittyPicture("i=7,p=1", 3, 1) + kittyPicture("i=8,P=7,Q=1,H=4,V=1", 2, 1) + "\x1b[3;3H\x1b_Ga=p,i=7,p=1,c=3,r=1\x1b\\", "3x1+2+2 of 0,0; 2x1+6+3 of 0,0", "5,2"},
		{"relative, scrolled", "\x1b[4;3H" + kittyPicture("i=7,p=1,C=1", 3, 1) + kittyPicture("i=8,P=7,Q=1,H=-1,V=1", 2, 1) + "\x1b[5H\n", "3x1+2+2 of 0,0; 2x1+1+3 of 0,0", "0,4"},
		{"relative, over the edge", kittyPicture("i=7,p=1,C=1", 3, 1) + kittyPicture("i=8,P=7,Q=1,H=-1,V=2", 3, 4), "3x1+0+0 of 0,0; 2x3+0+2 of 1,0", "0,0"},
		{"relative to relative", kittyPicture("i=7,p=1,C=1", 1, 1) + kittyPicture("i=8,p=2,P=7,Q=1,H=2", 1, 1) + kittyPicture("i=9,P=8,Q=2,H=2", 1, 1) + "\x1b[2H\x1b_Ga=p,i=7,p=1,C=1,c=1,r=1\x1b\\", "1x1+0+1 of 0,0; 1x1+2+1 of 0,0; 1x1+4+1 of 0,0", "0,1"},
		{"relative, under text", kittyPicture("i=7,p=1,C=1", 3, 1) + kittyPicture("i=8,P=7,Q=1,V=1", 1, 1) + "\x1b[2Hx", "3x1+0+0 of 0,0", "1,1"},
		{"relative to deleted", kittyPicture("i=7,p=1,C=1", 3, 1) + kittyPicture("i=8,P=7,Q=1,V=1", 2, 1) + "\x1b[H\x1b_Ga=d,d=c\x1b\\", "", "0,0"},
		{"relative to placeholders", kittyPicture("i=7,U=1", 1, 1) + kittyPicture("i=8,P=7,H=1,V=1", 2, 1) + "\x1b[3;3H\x1b[38;5;7m\U0010eeee\u0305\u0305", "1x1+2+2 of 0,0; 2x1+3+3 of 0,0", "3,2"},
		{"relative to moving placeholders", kittyPicture("i=7,U=1", 1, 1) + "\x1b[3;3H\x1b[38;5;7m\U0010eeee\u0305\u0305" + kittyPicture("i=8,P=7,H=1,V=1", 2, 1) + "\x1b[3H\x1b[K\x1b[H\U0010eeee\u0305\u0305", "1x1+0+0 of 0,0; 2x1+1+1 of 0,0", "1,0"},
		{"placeholders", "\x1b[38;5;7m\U0010eeee\u0305\u0305\U0010eeee\U0010eeee\r\n\U0010eeee\u030d\U0010eeee\u030d\u030e", "3x1+0+0 of 0,0; 1x1+0+1 of 0,1; 1x1+1+1 of 2,1", "2,1"},
		{"main screen comes back", kittyPicture("q=2", 3, 2) + "\x1b[?1049hx\x1b[?1049l", "3x2+0+0 of 0,0", "3,1"},
		{"alternate screen ends", "\x1b[?1049h" + kittyPicture("q=2", 3, 2) + "\x1b[?1049l", "", "0,0"},
		{"reset", kittyPicture("q=2", 3, 2) + "\x1bc", "", "0,0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := typedInto(withPictures(10, 5), test.input).Snapshot()
			if got := layoutText(s); got != test.layout {
				t.Errorf("%q, want %q", got, test.layout)
			}
			if got := fmt.Sprintf("%d,%d", s.Cursor.X, s.Cursor.Y); got != test.cursor {
				t.Errorf("cursor at %s, want %s", got, test.cursor)
			}
		})
	}
}

// onePixel is a PNG of one pixel, in base64.
const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// TestPlaceholdersGetTheirPicture checks that placeholders have the number of the placement
// that a program has made for them, whether before or after, and again after a replacement.
func TestPlaceholdersGetTheirPicture(t *testing.T) {
	const cells, image = "\x1b[H\x1b[38;5;7m\U0010eeee\u0305\u0305", "\x1b_Ga=T,U=1,i=7,f=24,s=1,v=1,c=1,r=1;"
	for name, input := range map[string]string{
		"before":   image + "AAAA\x1b\\" + cells,
		"after":    cells + image + "AAAA\x1b\\",
		"replaced": image + "////\x1b\\" + cells + image + "AAAA\x1b\\",
		"placed again": "\x1b_Gi=7,f=24,s=1,v=1;////\x1b\\\x1b_Ga=p,U=1,i=7,c=1,r=1\x1b\\" + cells +
			"\x1b_Gi=7,f=24,s=1,v=1;AAAA\x1b\\\x1b_Ga=p,U=1,i=7,c=1,r=1\x1b\\",
	} {
		t.Run(name, func(t *testing.T) {
			term := typedInto(withPictures(10, 5), input)
			list := term.Snapshot().Pictures()
			if len(list) != 1 {
				t.Fatalf("%v", list)
			}
			p := term.Placement(list[0].Number)
			if p == nil || string(p.Image.Data) != "\x00\x00\x00" {
				t.Errorf("the placement is %v", p)
			}
		})
	}
}

// TestPlaceholdersNameTheirPicture checks which picture each of four placeholders has, of images
// whose ids differ in the first byte, and of placements of one image.
func TestPlaceholdersNameTheirPicture(t *testing.T) {
	const p, first = "\U0010eeee", "\x1b[38;5;7m"
	image := func(id uint32, keys, data string) string {
		return fmt.Sprintf("\x1b_Ga=T,U=1,i=%d,f=24,s=1,v=1,c=4,r=1,q=2%s;%s\x1b\\", id, keys, data)
	}
	two := image(7, "", "AAAA") + image(2<<24|7, "", "////")
	for name, test := range map[string]struct{ input, pictures, layout string }{
		"third mark":            {first + p + "\u0305\u0305\u030e" + p + "\u0305\u030d" + p + p + "\u0305", "2222", "4x1+0+0 of 0,0"},
		"no third mark":         {first + p + "\u0305\u0305" + p + p + p, "0000", "4x1+0+0 of 0,0"},
		"changed in the row":    {first + p + p + "\u0305\u030d\u030e" + p + p + "\u0305\u0305", "0220", "1x1+0+0 of 0,0; 2x1+1+0 of 1,0; 1x1+3+0 of 0,0"},
		"another column":        {first + p + "\u0305\u0305\u030e" + p + "\u0305\u0310" + p + p, "2000", "1x1+0+0 of 0,0; 3x1+1+0 of 3,0"},
		"another row":           {first + p + "\u0305\u0305\u030e" + p + "\u030d" + p + p, "2000", "1x1+0+0 of 0,0; 3x1+1+0 of 0,1"},
		"colour of 24 bits":     {"\x1b[38;2;0;0;7m" + p + "\u0305\u0305\u030e" + p + p + p, "2222", "4x1+0+0 of 0,0"},
		"another background":    {first + p + "\u0305\u0305\u030e\x1b[41m" + p + p + p, "2222", "4x1+0+0 of 0,0"},
		"mark beyond a byte":    {first + p + "\u0305\u0305\U0001d244" + p + p + p, "0000", "4x1+0+0 of 0,0"},
		"placement":             {image(7, ",p=5", "AAAA") + "\x1b_Ga=p,U=1,i=7,p=6,c=2,r=1,q=2\x1b\\\x1b[38;5;7;58;5;5m" + p + p + "\x1b[58;5;6m" + p + p, "0000", "2x1+0+0 of 0,0; 2x1+2+0 of 0,0"},
		"before the picture":    {"\x1b_Ga=d,d=I,i=33554439\x1b\\" + first + p + "\u0305\u0305\u030e" + p + p + p + image(2<<24|7, "", "////"), "2222", "4x1+0+0 of 0,0"},
		"of a picture replaced": {first + p + "\u0305\u0305\u030e" + p + p + p + image(2<<24|7, "", "AAAA") + image(2<<24|7, "", "////"), "2222", "4x1+0+0 of 0,0"},
	} {
		t.Run(name, func(t *testing.T) {
			term := typedInto(withPictures(10, 5), two+test.input)
			s := term.Snapshot()
			got := []byte("----")
			for x := range got {
				p, _ := s.tables.pictureCell(s.Cell(x, 0))
				if placed := term.Placement(p.Number); placed != nil {
					got[x] = "02"[placed.Image.Data[0]&1]
				}
			}
			if string(got) != test.pictures || layoutText(s) != test.layout {
				t.Errorf("%s, %s; want %s, %s", got, layoutText(s), test.pictures, test.layout)
			}
		})
	}
}

// TestPicturesNeedTheTerminal checks that programs learn whether the user's terminal shows
// pictures.
func TestPicturesNeedTheTerminal(t *testing.T) {
	const asks = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[?1;1;0S\x1b[?2;1;0S\x1b[?1;3;16S\x1b[?9;1;0S\x1b]1337;ReportCellSize\a\x1b[c"
	capable := "\x1b_Gi=31;OK\x1b\\\x1b[?1;0;256S\x1b[?2;0;4096;4096S\x1b]1337;ReportCellSize=10;8;1\x1b\\\x1b[?64;4;6;21;22;28;52c"
	term := withPictures(10, 5)
	if got := replies(typedInto(term, asks)); got != capable {
		t.Errorf("%q, want %q", got, capable)
	}
	without := everything()
	without.Features &^= FeaturePictures
	term.SetCapabilities(without)
	if got := replies(typedInto(term, asks+kittyPicture("i=1", 3, 2)+"\x1bPq~\x1b\\")); got != "\x1b[?64;6;21;22;28;52c" {
		t.Errorf("without pictures: %q", got)
	}
	if got := layoutText(term.Snapshot()); got != "" {
		t.Errorf("without pictures the screen has %s", got)
	}
	term.Await()
	typedInto(term, asks+kittyPicture("i=1", 3, 2))
	term.SetCapabilities(everything())
	if got := replies(term); !strings.HasPrefix(got, "\x1b_Gi=31;OK") || !strings.HasSuffix(got, "\x1b_Gi=1;OK\x1b\\") {
		t.Errorf("asked before the terminal was known: %q", got)
	}
}

func replies(t *Terminal) string { return string(t.TakeReplies(nil)) }

// TestPicturesAreBlankElsewhere checks that a receiver without pictures gets blanks.
func TestPicturesAreBlankElsewhere(t *testing.T) {
	s := typedInto(withPictures(10, 5), "ab"+kittyPicture("q=2", 3, 2)+"cd").Snapshot()
	for name, d := range map[string]Dialect{"stock": Stock(), "user": UserTerminal("xterm-256color", "truecolor")} {
		out := string(AppendDiff(nil, NewScreen(10, 5), s, d))
		if strings.ContainsRune(out, picture.Placeholder) || strings.Contains(out, "38;2") {
			t.Errorf("%s: %q", name, out)
		}
		if got := typed(out).Snapshot().Text(); got != "ab\n     cd" {
			t.Errorf("%s shows %q", name, got)
		}
	}
}

// TestPlaceholdersOfTheTerminal checks that cells name pictures of gm's own alone in the
// user's terminal, whatever the colours.
func TestPlaceholdersOfTheTerminal(t *testing.T) {
	d := UserTerminal("xterm-256color", "") // without direct colours
	d.Pictures, d.PictureIDs = true, 2
	term := typedInto(withPictures(10, 5), kittyPicture("q=2", 3, 2)+"\x1b[1;2Hx")
	s := term.Snapshot()
	n := s.Pictures()[0].Number
	fg := fmt.Sprintf("38;2;%d;%d;%d", n>>16, n>>8&255, n&255)
	out := string(AppendDiff(nil, NewScreen(10, 5), s, d))
	if !strings.Contains(out, fg) || strings.Count(out, "\u030e") < 3 {
		t.Errorf("%q, want the colour %s", out, fg)
	}
	for _, cell := range []string{"\U0010eeee\u0305\u0305\u030e", "\U0010eeee\u0305\u030e\u030e", "\U0010eeee\u030d\u0305\u030e\U0010eeee\U0010eeee"} {
		if !strings.Contains(out, cell) {
			t.Errorf("%q lacks %q", out, cell)
		}
	}
	foreign := typed("\x1b[7;41;4;38;5;7;58;5;9m\U0010eeee\x1b[m").Snapshot()
	if out := string(AppendDiff(nil, NewScreen(10, 5), foreign, d)); !strings.Contains(out, "\x1b[38;2;0;0;7;41m\U0010eeee\u0305\u0305\u030e") {
		t.Errorf("another picture: %q", out)
	}
	out = string(AppendDiff(nil, s, s.WithoutPictures(nil), d))
	if strings.ContainsRune(out, picture.Placeholder) {
		t.Errorf("without pictures: %q", out)
	}
	if got := s.WithoutPictures(nil); len(got.Pictures()) > 0 || got.Text() != " x" || len(s.Pictures()) == 0 || got.WithoutPictures(nil) != got {
		t.Errorf("without pictures: %q, %d of them", got.Text(), len(got.Pictures()))
	}
}

// TestHistoryHasNoPictures checks that lines with pictures scroll off as blanks.
func TestHistoryHasNoPictures(t *testing.T) {
	term := typedInto(withPictures(10, 5), "ab"+kittyPicture("q=2", 3, 2)+"cd\x1b[5H\n\n\n")
	s := term.Snapshot()
	first, end := s.History()
	var got []string
	for n := first; n < end; n++ {
		cells, _, _ := s.AppendHistory(nil, n)
		var line []byte
		for _, c := range cells {
			line = s.AppendText(line, c)
		}
		got = append(got, strings.TrimRight(string(line), " "))
	}
	if text := strings.Join(got, "|"); text != "ab|     cd|" {
		t.Errorf("the history has %q", text)
	}
}

// textOperations are what programs do to text. # is replaced by a number.
var textOperations = []string{
	"\n", "\r\n", "\x1bM", "\x1b[#;#H", "\x1b[#X", "\x1b[#P", "\x1b[#@", "\x1b[#L", "\x1b[#M", "\x1b[#S", "\x1b[#T", "\x1b[K", "\x1b[1K", "\x1b[J", "\x1b[1J",
	"\x1b[#;#r", "\x1b[r", "\x1b[?69h\x1b[#;#s", "\x1b[?69l", "\x1b[?1049h", "\x1b[?1049l", "xyz", "日本", "\x1b[#;#;#;#$z", "\x1b[#;#;#;#;1;#;#;1$v", "\x1b[4h", "\x1b[4l",
	"\x1b[# @", "\x1b[# A", "\x1b[#'}", "\x1b[#'~",
}

// TestPicturesFareAsText checks that after any operations the cells of a picture are where
// characters would be that were written into them, and that a diff carries both.
func TestPicturesFareAsText(t *testing.T) {
	const cols, rows = 20, 8
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 19))
		pictures, text := withPictures(cols, rows), withPictures(cols, rows)
		pictures.screen.history.limit, text.screen.history.limit = 0, 0 // lines that come back from it are text
		before := pictures.Snapshot()
		x, y := r.IntN(cols-5), r.IntN(rows-3)
		pictures.Write([]byte(fmt.Sprintf("\x1b[%d;%dH", y+1, x+1) + kittyPicture("q=2,C=1", 5, 3)))
		for row := range 3 {
			fmt.Fprintf(text, "\x1b[%d;%dH%s", y+row+1, x+1, "abcdefghijklmno"[5*row:5*row+5])
		}
		fmt.Fprintf(text, "\x1b[%d;%dH", y+1, x+1)
		for range 12 {
			var b strings.Builder
			for _, part := range strings.SplitAfter(textOperations[r.IntN(len(textOperations))], "#") {
				b.WriteString(strings.Replace(part, "#", fmt.Sprint(1+r.IntN(rows)), 1))
			}
			pictures.Write([]byte(b.String()))
			text.Write([]byte(b.String()))
			if r.IntN(6) == 0 {
				c, n := cols-r.IntN(6), rows-r.IntN(3)
				pictures.Resize(c, n)
				text.Resize(c, n)
			}
		}
		if got, want := pictureLetters(pictures.Snapshot()), screenText(text.Snapshot()); got != want {
			t.Fatalf("seed %d:\n%s\nwant:\n%s", seed, got, want)
		}
		after := pictures.Snapshot()
		receiver := Resume(before)
		receiver.Write(AppendDiff(nil, before, after, Full()))
		c, n := after.Size()
		if w, h := before.Size(); w == c && h == n && layoutText(receiver.Snapshot()) != layoutText(after) {
			t.Fatalf("seed %d: after the diff %s, want %s", seed, layoutText(receiver.Snapshot()), layoutText(after))
		}
	}
}

// pictureLetters is screenText with letters for the cells of a picture of 5 columns.
func pictureLetters(s *Screen) string {
	text := screenText(s)
	for row := range 3 {
		for column := range 5 {
			text = strings.ReplaceAll(text, string(picture.AppendCell(nil, row, column)), string(rune('a'+5*row+column)))
		}
	}
	return text
}

// TestPictureMemoryIsBounded shows pictures for ever.
func TestPictureMemoryIsBounded(t *testing.T) {
	term := withPictures(80, 24)
	data := base64.StdEncoding.EncodeToString(make([]byte, 3*1000*1000))
	for range 40 {
		typedInto(term, "\x1b[H\x1b_Ga=T,f=24,s=1000,v=1000,c=2,r=2,q=2;"+data+"\x1b\\")
		if n := term.pictures.Memory(); n > picture.MaxMemory+3*1000*1000 {
			t.Fatalf("%d bytes are kept", n)
		}
	}
	if len(term.Snapshot().Pictures()) != 1 {
		t.Error("the last picture is not shown")
	}
}

// TestRandomPictures mixes pictures of all protocols with random input, in any pieces, and
// checks that the screen comes to a receiver as it is.
func TestRandomPictures(t *testing.T) {
	pieces := []string{
		kittyPicture("i=1", 3, 2), kittyPicture("i=2,p=1", 1, 1), kittyPicture("i=1,z=-1,C=1", 9, 9), kittyPicture("i=3,U=1", 4, 2), "\x1b_Ga=p,i=1\x1b\\", "\x1b_Ga=p,U=1,i=2,c=2,r=2\x1b\\",
		"\x1b_Ga=d\x1b\\", "\x1b_Ga=d,d=I,i=1\x1b\\", "\x1b_Ga=d,d=c\x1b\\", "\x1b_Ga=d,d=X,x=2\x1b\\", "\x1b_Gi=1,m=1;AAAA\x1b\\", "\x1b_Gm=0;AAAA\x1b\\",
		"\x1bPq\"1;1;17;11#0~\x1b\\", "\x1bP0;1q#1!99~-~\x1b\\", "\x1b]1337;File=inline=1;width=3:" + onePixel + "\a",
		kittyPicture("i=4,p=1,P=1,H=-1,V=1,X=3,Y=9", 2, 2), kittyPicture("i=5,P=3,V=-1,z=-1", 3, 1), "\x1b_Ga=p,i=2,p=2,P=4,Q=1,H=3\x1b\\", "\U0010eeee\u0305\u0305\u030e",
		"\x1b[38;5;3m\U0010eeee\u0305\u0305\U0010eeee\U0010eeee", "\x1b[38;2;0;0;1;4m\U0010eeee\u030d", "\U0010eeee", "\u0305",
	}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 20))
		term := withPictures(20, 8)
		for range 30 {
			if r.IntN(5) == 0 {
				term.Resize(1+r.IntN(30), 1+r.IntN(12))
			}
			before := term.Snapshot()
			input := randomInput(r, 3)
			for range 3 {
				input = append(append(input, pieces[r.IntN(len(pieces))]...), randomInput(r, 1)...)
			}
			for len(input) > 0 {
				n := 1 + r.IntN(len(input))
				term.Write(input[:n])
				input = input[n:]
			}
			after := term.Snapshot()
			receiver := Resume(before)
			receiver.Write(AppendDiff(nil, before, after, Full()))
			if got, want := layoutText(receiver.Snapshot()), layoutText(after); got != want {
				t.Fatalf("seed %d: %s, want %s", seed, got, want)
			}
			term.TakeReplies(nil)
		}
	}
}

// TestDiffAfterPendingWrap checks diffs from screens whose next character wraps although the
// cursor is not in the last column, and to lines that begin in a row of double width.
func TestDiffAfterPendingWrap(t *testing.T) {
	for before, change := range map[string]string{
		"\x1b[2;1H1234567890\x1b[4Z": "\x1b[2;1Hyz", // CBT keeps the wrap pending, as in xterm
		"\x1b[3H\x1b#6":              "0123456789abcdefghij",
	} {
		term := typed(before)
		from := term.Snapshot()
		to := typedInto(term, change).Snapshot()
		receiver := Resume(from)
		receiver.Write(AppendDiff(nil, from, to, Full()))
		if got := receiver.Snapshot(); !got.Equal(to) {
			t.Errorf("%q, %q: %q, want %q", before, change, screenText(got), screenText(to))
		}
	}
}
