//go:build e2e

package vt

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// kittyCases are commands of kitty's graphics protocol, without APC, G and ST. Parts that begin
// with > are other output. Data are of one pixel (AAAA) or of four.
var kittyCases = []string{
	// Queries.
	"i=31,s=1,v=1,a=q,t=d,f=24;AAAA", "i=7,s=1,v=1,a=q;AAAAAA==", "i=7,s=1,v=1,a=q;AAAA", "i=7,s=1,v=1,a=q,f=0;AAAAAA==", "i=7,s=1,v=1,a=q,f=24;AAAAAAAA",
	"s=1,v=1,a=q,f=24;AAAA", "I=5,s=1,v=1,a=q,f=24;AAAA", "i=7,p=3,s=1,v=1,a=q,f=24;AAAA", "i=0,a=q,s=1,v=1,f=24;AAAA", "i=4294967295,a=q,s=1,v=1,f=24;AAAA",
	"i=4294967296,a=q,s=1,v=1,f=24;AAAA", "i=-1,a=q,s=1,v=1,f=24;AAAA", "i=x,a=q,s=1,v=1,f=24;AAAA", "i=7,i=8,a=q,s=1,v=1,f=24;AAAA", "i=07,a=q,s=1,v=1,f=24;AAAA",
	"i=7,s=1,v=1,a=q,f=24;", "i=7,s=0,v=1,a=q,f=24;AAAA", "i=7,a=q", "i=7,s=1,v=1,a=q,f=25;AAAA", "i=7,a=q,f=100;AAAA", "i=7,a=q,f=100;" + onePixel, "i=7,a=q,f=100,s=5,v=9;" + onePixel,
	"i=7,a=q,o=z,f=24,s=1,v=1;eJxjYGAAAAADAAE=", "i=7,a=q,s=10001,v=1;AAAA", "i=7,a=q,t=f,f=24,s=1,v=1;L25vd2hlcmU=", "i=7,a=q,t=s,f=24,s=1,v=1;L25vd2hlcmU=", "a=q", ";AAAA", "i=7;OK",
	"i=7,a=q,q=1,s=1,v=1,f=24;AAAA", "i=7,a=q,q=2,s=1,v=1,f=24", "i=7,a=q,q=1,s=1,v=1,f=24", "i=7,a=q,q=4,s=1,v=1,f=24;AAAA",
	// Transmissions.
	"i=7,I=5,s=1,v=1,a=t,f=24;AAAA|a=p,i=7", "a=t,s=1,v=1,f=24;AAAA", "i=1,s=1,v=1,f=24;AAAA|i=1,a=p", "I=1,s=1,v=1,f=24;AAAA|a=p,I=1|a=p,I=2", "i=7,p=3,s=1,v=1,a=t,f=24;AAAA",
	"I=3,s=1,v=1,f=24;AAAA|I=3,s=1,v=1,f=24;AAAA|a=d,d=N,I=3|a=p,I=3|a=d,d=N,I=3|a=p,I=3", "i=1,a=t,s=1,v=1,f=24;AAAA|i=1,a=t,s=2,v=1,f=24;AAAA|a=p,i=1",
	"i=1,a=t,s=1,v=1,f=24;AAAA|i=1,a=q,s=2,v=1,f=24;AAAA|a=p,i=1", "i=7,a=t,s=1,v=1,f=24;AAAA|i=7;OK|a=p,i=7",
	// Chunks.
	"i=1,s=2,v=2,f=24,m=1;AAAA|m=1;AAAAAAAA|m=0;AAAA", "i=1,s=2,v=2,f=24,m=1;AAAA|m=1;AAAA|m=1|m=1;AAAAAAAA|m=0;",
	"i=1,s=2,v=2,f=24,m=1;AAAA|m=0;AAAA|m=0;AAAAAAAA|i=3,s=1,v=1,f=24;AAAA", "i=1,s=2,v=2,f=24,m=1;AAAA|m=0,q=1;AAAAAAAAAAAA", "i=1,s=2,v=2,f=24,m=1,q=2;AAAA|m=0;AAAA", "i=1,s=2,v=2,f=24,m=1;AAAA|m=0,q=2;AAAA",
	"i=1,s=2,v=2,f=24,a=T,m=1;AAAA|>hello|m=0;AAAAAAAAAAAA", "i=1,s=2,v=2,f=24,a=T,m=1;AAAA|>\x1b[!p|a=T,m=0;AAAAAAAAAAAA", "i=1,s=2,v=2,f=24,m=1;AAA=|m=0;AAAAAAAAAAAAAAAA",
	"i=1,s=2,v=2,f=24,a=T,m=1;AAAA|i=1,s=2,v=2,f=24,a=T,m=0;AAAAAAAAAAAA", "I=1,s=2,v=2,f=24,a=T,m=1;AAAA|m=0;AAAAAAAAAAAA", "i=1,s=2,v=2,f=25,m=1;AAAA|m=1;AAAAAAAA|m=0;AAAA",
	"i=1,s=2,v=2,f=24,m=1;AAAA|m=1;AAAAAAAA|a=d|m=0;AAAA",
	// Placements.
	"a=p", "a=p,I=0", "a=p,i=9", "a=p,i=9,p=3", "a=p,i=9,I=3", "a=p,i=9,q=1", "a=p,i=9,q=2", "a=T,i=1,p=4294967295,s=1,v=1,f=24;AAAA", "a=T,p=4,s=1,v=1,f=24;AAAA", "a=T,I=3,p=4,s=1,v=1,f=24;AAAA",
	"a=T,i=1,c=3,r=2,s=1,v=1,f=24;AAAA", "a=T,i=1,c=3,r=2,C=1,s=1,v=1,f=24;AAAA", "a=T,i=1,c=3,r=2,C=2,s=1,v=1,f=24;AAAA", "a=T,i=1,c=1000,r=1000,s=1,v=1,f=24;AAAA", "a=T,i=1,c=3,r=30,C=1,s=1,v=1,f=24;AAAA",
	"i=1,s=40,v=40,o=z,f=24;" + redSquare + "|a=p,i=1|a=p,i=1,x=5,w=9|a=p,i=1,x=35,y=35,w=99|a=p,i=1,w=0,h=0|a=p,i=1,w=4294967295",
	"a=T,i=1,z=-1073741825,s=1,v=1,f=24;AAAA", "a=T,i=1,z=2147483648,s=1,v=1,f=24;AAAA",
	">\x1b[24;1H|a=T,i=1,c=3,r=3,s=1,v=1,f=24;AAAA", ">\x1b[23;78H|a=T,i=1,c=3,r=3,s=1,v=1,f=24;AAAA", ">\x1b[1;80Hx|a=T,i=1,c=1,r=1,s=1,v=1,f=24;AAAA", ">\x1b[5;10r\x1b[24;5H|a=T,i=1,c=2,r=3,s=1,v=1,f=24;AAAA",
}

// redSquare are the data of a picture of 40 by 40 pixels.
const redSquare = "eNrtwjENAAAAAiD7l9YaHjCaVFVVVVVfDz2WOhs="

// kittyDeletions are deletions of pictures that kittyScene shows.
var kittyDeletions = []string{
	"", "d=a", "d=A", "d=i,i=1" + alone, "d=I,i=2,p=7", "d=i,i=2,p=8" + alone, "d=I,i=2,p=9", "d=I,i=0", "d=I", "d=I,i=50", "d=i,i=50", "d=n,I=3" + alone, "d=N,I=9", "d=N,i=1",
	"d=c" + alone, "d=C", "d=p,x=1,y=1" + alone, "d=p,x=3,y=2" + alone, "d=p,x=4,y=2" + alone, "d=p,x=3,y=3" + alone, "d=P,x=20,y=12", "d=P,x=0,y=0", "d=P,y=1", "d=x,x=2" + alone, "d=X,x=20", "d=X,x=0", "d=y,y=2" + alone, "d=Y,x=1,y=12", "d=X,x=6,y=20",
	"d=z,z=5" + alone, "d=z" + alone, "d=z,z=4" + alone, "d=q,x=6,y=6,z=5" + alone, "d=q,x=6,y=6,z=4" + alone, "d=q,x=1,y=1" + alone, "d=Q,x=20,y=12", "d=F", "d=f" + alone, "d=K", "d=0", "q=2,i=1", "d=I,i=1",
}

// alone removes one of the two placements that two images have, and frees the images without.
const alone = "|a=d,d=p,x=1,y=15|a=d,d=p,x=4,y=15|a=d,d=I,i=99"

// kittyScene shows pictures, and leaves the cursor in the last one.
const kittyScene = "a=T,i=1,C=1,c=3,r=2,q=2,s=1,v=1,f=24;AAAA|>\x1b[5;5H|a=T,i=2,p=7,C=1,c=4,r=4,z=5,q=2,s=1,v=1,f=24;AAAA|>\x1b[15;1H|a=p,i=2,p=8,C=1,c=2,r=1,z=-5,q=2|>\x1b[15;4H|a=p,i=1,p=9,c=1,r=1,C=1,q=2|" +
	"i=50,q=2,s=1,v=1,f=24;AAAA|>\x1b[20;9H|a=T,i=900,c=2,r=1,C=1,q=2,s=1,v=1,f=24;AAAA|>\x1b[12;20H|a=T,I=3,C=1,c=2,r=1,q=2,s=1,v=1,f=24;AAAA"

// kittyRest finds out which pictures are left.
const kittyRest = "a=p,i=1,C=1|a=p,i=2,C=1|a=p,i=50,C=1|a=p,i=900,C=1|a=p,I=3,C=1"

// TestRepliesAsKitty compares the replies to commands with kitty's, to the code of an error, and
// the position of the cursor. It sends no command for which gm has its own answer:
//   - Malformed commands and data get an error, as a program may wait for a reply.
//   - Data in files, animations and parts outside of an image are refused. Ranges of ids (d=r)
//     are deleted, as in later versions.
//   - Compressed data are not checked.
//   - A transmission in chunks ends when another begins, as its program may have been killed.
//   - Of a picture with c or r alone the other is by its proportions, as in later versions.
//   - A picture moves the cursor in a scroll region and between margins as text does.
//   - Of pictures in the same place only the last is there.
func TestRepliesAsKitty(t *testing.T) {
	compareWithKitty(t, kittyCases)
	var deletions []string
	for _, d := range kittyDeletions {
		deletions = append(deletions, kittyScene+"|a=d,"+d+"|"+kittyRest)
	}
	for some := range slices.Chunk(deletions, kittyEndures) {
		compareWithKitty(t, some)
	}
	for seed := range uint64(5) {
		compareWithKitty(t, []string{randomKitty(rand.New(rand.NewPCG(seed, 21)))})
	}
}

// kittyEndures is the number of scenes after which another kitty is started: kitty 0.26 loops
// for ever after images were freed in some orders.
const kittyEndures = 10

func compareWithKitty(t *testing.T, cases []string) {
	k := oracle.StartKitty(t)
	cell := Pixels{}
	if _, err := fmt.Sscanf(k.Ask("\x1b[16t"), "\x1b[6;%d;%dt", &cell.Height, &cell.Width); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		output := kittyOutput(c) + "\x1b[6n"
		want := k.Ask(kittyOutput("a=d,d=A,q=2|>\x1bc") + output)
		term := NewTerminal(80, 24, Options{Pictures: true})
		term.SetCapabilities(Capabilities{Features: FeaturePictures, Cell: cell})
		if got, want := kittyCodes(replies(typedInto(term, output))), kittyCodes(want); got != want {
			t.Errorf("%q:\n%q, kitty\n%q", c, got, want)
		}
	}
}

// kittyOutput returns the output for a case.
func kittyOutput(text string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(text, "|") {
		if other, ok := strings.CutPrefix(part, ">"); ok {
			b.WriteString(other)
		} else {
			b.WriteString("\x1b_G" + part + "\x1b\\")
		}
	}
	return b.String()
}

// messages matches the text of an error after its code, chosenIDs the ids that a terminal
// chooses, and emptyID the place of one that kitty does not have.
var (
	messages  = regexp.MustCompile(":[^\x1b]*")
	chosenIDs = regexp.MustCompile("i=[0-9]+,I=")
	emptyID   = regexp.MustCompile("G,I=")
)

func kittyCodes(replies string) string {
	return emptyID.ReplaceAllString(chosenIDs.ReplaceAllString(messages.ReplaceAllString(replies, ""), "i=#,I="), "GI=")
}

// randomKitty returns random commands for images with few ids, placed where no others are.
func randomKitty(r *rand.Rand) string {
	var list []string
	for slot := range 24 {
		id := fmt.Sprintf("i=%d", 101+r.IntN(3))
		if r.IntN(4) == 0 {
			id = fmt.Sprintf("I=%d", 1+r.IntN(2))
		}
		if r.IntN(2) == 0 {
			id += fmt.Sprintf(",p=%d", r.IntN(3))
		}
		x, y, z := 1+slot%6*13, 1+slot/6*5, r.IntN(3)-1
		switch r.IntN(4) {
		case 0:
			list = append(list, id+",s=1,v=1,f=24;AAAA")
		case 1:
			list = append(list, fmt.Sprintf(">\x1b[%d;%dH", y, x), fmt.Sprintf("a=T,%s,c=%d,r=%d,z=%d,s=1,v=1,f=24;AAAA", id, 1+r.IntN(9), 1+r.IntN(4), z))
		case 2:
			list = append(list, fmt.Sprintf(">\x1b[%d;%dH", y, x), fmt.Sprintf("a=p,%s,c=%d,r=%d,z=%d,C=1", id, 1+r.IntN(9), 1+r.IntN(4), z))
		case 3:
			list = append(list, fmt.Sprintf("a=d,d=%c,%s,x=%d,y=%d,z=%d", "aiIncpPxyzZq"[r.IntN(12)], id, 1+r.IntN(70), 1+r.IntN(20), z))
		}
	}
	return strings.Join(append(list, "a=p,i=101", "a=p,i=102", "a=p,i=103", "a=p,I=1", "a=p,I=2"), "|")
}

// sixelCases are pictures in sixels, and sixelPlaces output before them.
var (
	sixelCases = []string{
		"q~", "q\"1;1;20;30#1~", "q\"1;1;20;30", "q!40~-!40~-!40~-!40~", "q!40~-!40~-!40~-!40~-", "q!40~$-", "0;1q!40~", "9;1q!40~-~", "1q!9~-~", "5q~-~-~-~", "q\"2;1;20;30~", "q\"1;2~-~-~-~", "q\"10;1~-~-~-~",
		"q-----@", "q\"1;1;800;30~", "q!900~", "q\"1;1;20;700~", "q@-@-@-@-@-@", "q\"1;1;20;13~", "q\"1;1;20;26~", "q\"1;1;20;14~", "q\"1;1;1;1!50~-~-~-~", "q#1;2;100;0;0~#2;1;120;50;100~",
	}
	sixelPlaces = []string{
		"\x1b[3;5H", "\x1b[5;10r\x1b[3;5H", "\x1b[?69h\x1b[10;20s\x1b[3;15H", "\x1b[3;80Hx", "\x1b[?6h\x1b[5;10r\x1b[2;3H", "\x1b[?80h\x1b[3;5H", "\x1b[?80h\x1b[24;79H", "\x1b[?8452h\x1b[3;5H", "\x1b[?8452h\x1b[3;79H", "\x1b[?80h\x1b[?8452h\x1b[3;5H",
	}
)

// TestSixelsAsXTerm compares the position of the cursor after sixels with xterm's. The two are
// not compared where xterm's is a mistake: below the bottom margin, if the size is not known
// before, and after pictures without pixels.
func TestSixelsAsXTerm(t *testing.T) {
	x := oracle.Start(t, 80, 24, "decTerminalID: vt340", "numColorRegisters: 256", "allowWindowOps: true", "disallowedWindowOps: 1")
	cell := Pixels{}
	if _, err := fmt.Sscanf(x.Ask("\x1b[16t"), "\x1b[6;%d;%dt", &cell.Height, &cell.Width); err != nil {
		t.Fatal(err)
	}
	compare := func(output string) {
		term := NewTerminal(80, 24, Options{Pictures: true})
		term.SetCapabilities(Capabilities{Features: FeaturePictures, Cell: cell})
		if got, want := replies(typedInto(term, output)), x.Ask("\x1bc\x1b[?80;8452l"+output); got != want {
			t.Errorf("%q: %q, xterm %q", output, got, want)
		}
	}
	for _, place := range sixelPlaces {
		for _, c := range sixelCases {
			compare(place + "\x1bP" + c + "\x1b\\\x1b[6n")
		}
	}
	for _, c := range []string{"q\"1;1;20;13~", "q\"1;1;20;30~", "q\"1;1;20;700~"} {
		compare("\x1b[24;5H\x1bP" + c + "\x1b\\\x1b[6n")
		compare("\x1b[?8452h\x1b[5;10r\x1b[10;5H\x1bP" + c + "\x1b\\\x1b[6n")
	}
	compare("\x1b[?80$p\x1b[?8452$p\x1b[?80h\x1b[?8452h\x1b[?80$p\x1b[?8452$p\x1b[?80;8452l\x1b[?80$p\x1b[?1;1;0S")
}
