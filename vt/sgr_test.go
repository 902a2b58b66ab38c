package vt

import (
	"fmt"
	"testing"
)

func TestSGR(t *testing.T) {
	red, none := PaletteColor(1), Color(0)
	for input, want := range map[string]Rendition{
		"1":                      {Attrs: Bold},
		"1;2;3;5;7;8;9;53":       {Attrs: Bold | Faint | Italic | Blink | Inverse | Invisible | Strike | Overline},
		"6":                      {Attrs: RapidBlink},
		"1;2;22":                 {},
		"3;23":                   {},
		"5;6;25":                 {},
		"7;27;8;28;9;29;53;55":   {},
		"4":                      {Underline: UnderlineSingle},
		"21":                     {Underline: UnderlineDouble},
		"4;24":                   {},
		"4:0":                    {},
		"4:1":                    {Underline: UnderlineSingle},
		"4:2":                    {Underline: UnderlineDouble},
		"4:3":                    {Underline: UnderlineCurly},
		"4:4":                    {Underline: UnderlineDotted},
		"4:5":                    {Underline: UnderlineDashed},
		"4:6":                    {},
		"31":                     {Fg: red},
		"91":                     {Fg: PaletteColor(9)},
		"41":                     {Bg: red},
		"107":                    {Bg: PaletteColor(15)},
		"31;39;41;49":            {Fg: none, Bg: none},
		"38;5;200":               {Fg: PaletteColor(200)},
		"48;5;200;1":             {Bg: PaletteColor(200), Attrs: Bold},
		"38;5;256":               {},
		"38;2;1;2;3":             {Fg: RGBColor(1, 2, 3)},
		"38;2;1;2;300":           {},
		"38;2;1;2":               {Fg: RGBColor(1, 2, 0)}, // as in xterm
		"38;2":                   {Fg: RGBColor(0, 0, 0)},
		"38;5":                   {Fg: PaletteColor(0)},
		"31;38":                  {Fg: red},
		"31;38;5;;4":             {Fg: red, Underline: UnderlineSingle},
		"31;38;2;1;;1":           {Fg: red},
		"31;38;2;1;":             {Fg: red},
		"38;9;1":                 {Attrs: Bold},
		"48;2;1;2;3;4":           {Bg: RGBColor(1, 2, 3), Underline: UnderlineSingle},
		"58;2;1;2;3":             {UnderlineColor: RGBColor(1, 2, 3)},
		"58;5;9;59":              {},
		"38:5:200":               {Fg: PaletteColor(200)},
		"38:2:1:2:3":             {Fg: RGBColor(1, 2, 3)},
		"38:2::1:2:3":            {Fg: RGBColor(1, 2, 3)},
		"38:2:0:1:2:3":           {Fg: RGBColor(1, 2, 3)},
		"48:2::1:2:3;4:3":        {Bg: RGBColor(1, 2, 3), Underline: UnderlineCurly},
		"58:2::1:2:3":            {UnderlineColor: RGBColor(1, 2, 3)},
		"58:5:7":                 {UnderlineColor: PaletteColor(7)},
		"38:2":                   {},
		"1;0":                    {},
		"1;;3":                   {Attrs: Italic},
		"1;":                     {},
		"10;20;26;50;99;108;999": {},
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			if got := typed("\x1b[" + input + "m").screen.Pen; got != want {
				t.Errorf("SGR %s: %+v, want %+v", input, got, want)
			}
		})
	}
	if got := typed("\x1b[1;31m\x1b[m").screen.Pen; got != (Rendition{}) {
		t.Errorf("SGR without parameters: %+v", got)
	}
}

func TestSGROfCells(t *testing.T) {
	s := typed("a\x1b[1;31mb\x1b[mc\x1b[1;31md").screen
	want := []Rendition{{}, {Attrs: Bold, Fg: PaletteColor(1)}, {}, {Attrs: Bold, Fg: PaletteColor(1)}}
	for x, r := range want {
		if got := s.Rendition(s.Cell(x, 0)); got != r {
			t.Errorf("cell %d: %+v, want %+v", x, got, r)
		}
	}
	if (s.Cell(1, 0)^s.Cell(3, 0))&cellRendition != 0 {
		t.Error("one rendition has two numbers")
	}
}

// TestSGRReport sets the rendition reported by DECRQSS and compares.
func TestSGRReport(t *testing.T) {
	for _, input := range []string{
		"1;2;3;5;6;7;8;9;53", "4", "4:3", "21", "4:4", "31;42", "95;106", "38;5;200;48;5;17",
		"38;2;1;2;3;48;2;4;5;6", "58:2::7:8:9", "58:5:3", "58:5:200",
	} {
		term := typed("\x1b[" + input + "m\x1bP$qm\x1b\\")
		want := term.screen.Pen
		reply := string(term.TakeReplies(nil))
		if len(reply) < 8 || reply[:5] != "\x1bP1$r" {
			t.Fatalf("%s: %q", input, reply)
		}
		if got := typed("\x1b[" + reply[5:len(reply)-2]).screen.Pen; got != want {
			t.Errorf("%s: %q sets %+v, want %+v", input, reply, got, want)
		}
	}
}
