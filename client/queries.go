package client

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gm/client/picture"
	"gm/vt"
	"gm/vt/cellwidth"
)

// query is a query to a terminal and the form of its reply: one of heads, then bytes
// in body, then one of ends (xterm ctlseqs).
type query struct {
	ask   string
	heads []string
	body  string
	ends  []string
	take  func(q *termQuery, body string)
}

// Sets of bytes in replies.
const (
	decimalDigits = "0123456789"
	hexDigits     = "0123456789abcdefABCDEF"
)

// allQueries returns the queries in the order of sending. They leave the terminal
// unchanged, except for text on terminals that print them, which the first frame
// clears.
func allQueries(dcs bool, widths widthTest) []query {
	queries := []query{kittyQuery(), modifiersQuery()}
	for _, n := range vt.UserModes() {
		queries = append(queries, modeQuery(int(n)))
	}
	queries = append(queries, colorQueries(nil)...)
	queries = append(queries, schemeQuery(),
		pixelQuery(14, func(c *vt.Capabilities) *vt.Pixels { return &c.Text }),
		pixelQuery(15, func(c *vt.Capabilities) *vt.Pixels { return &c.Screen }),
		pixelQuery(16, func(c *vt.Capabilities) *vt.Pixels { return &c.Cell }),
		nameQuery())
	if dcs {
		for _, name := range []string{"RGB", "Tc", "Smulx", "Su", "Setulc", "Ms"} {
			queries = append(queries, capabilityQuery(name))
		}
		queries = append(queries, graphicsQuery(), registersQuery())
		queries = append(queries, settingQuery("\x1b[38;2;1;2;3m"), settingQuery("\x1b[4m\x1b[4:3m"), settingQuery("\x1b[58:2::4:5:6m"))
	}
	if widths != noWidths {
		queries = append(queries, widthQueries(widths)...)
	}
	return append(queries, fence())
}

// widthTest is where queries for the widths of characters write.
type widthTest uint8

const (
	noWidths       widthTest = iota // there are no such queries
	widthsBelowTop                  // the second row: in the first, the reply would equal F3 with modifiers
	widthsHere                      // the row of the cursor
)

// widthQueries returns queries for the widths of characters. Each writes a test text,
// concealed, at the start of a row, requests the cursor's column (CPR), and erases the
// text.
func widthQueries(where widthTest) (queries []query) {
	place, head, body := "\x1b[2H", "\x1b[2;", decimalDigits
	if where == widthsHere {
		place, head, body = "\r", "\x1b[", decimalDigits+";"
	}
	for _, w := range cellwidth.Measured {
		text, columns := w.TestText()
		queries = append(queries, query{
			ask: place + "\x1b[8m" + text + "\x1b[6n\x1b[m\r\x1b[2K", heads: []string{head}, body: body, ends: []string{"R"},
			take: func(q *termQuery, body string) {
				q.caps.Widths |= cellwidth.Known
				if body[strings.IndexByte(body, ';')+1:] == strconv.Itoa(1+columns) {
					q.caps.Widths |= w
				}
			},
		})
	}
	return queries
}

// match reports in ok whether b is a prefix of a reply to k, and in whole whether it
// is a complete one, with the returned body.
func (k *query) match(b []byte) (body string, whole, ok bool) {
	s := string(b)
	for _, head := range k.heads {
		if len(s) < len(head) {
			ok = ok || strings.HasPrefix(head, s)
			continue
		}
		rest, found := strings.CutPrefix(s, head)
		if !found {
			continue
		}
		end := strings.TrimLeft(rest, k.body)
		for _, e := range k.ends {
			if strings.HasPrefix(e, end) {
				return rest[:len(rest)-len(end)], end == e, true
			}
		}
	}
	return "", false, ok
}

// colorQueries returns OSC 10 to 19 and 4 for the theme and for two samples of the
// palette, except for colours in set.
func colorQueries(set *vt.Colors) (queries []query) {
	for _, c := range []struct {
		n    int
		slot func(t *vt.Theme) *vt.Color
	}{
		{10, func(t *vt.Theme) *vt.Color { return &t.Foreground }},
		{11, func(t *vt.Theme) *vt.Color { return &t.Background }},
		{12, func(t *vt.Theme) *vt.Color { return &t.Cursor }},
		{17, func(t *vt.Theme) *vt.Color { return &t.Selection }},
		{19, func(t *vt.Theme) *vt.Color { return &t.SelectedText }},
	} {
		if !set.HasDynamic(c.n) {
			queries = append(queries, colorQuery(strconv.Itoa(c.n), c.slot))
		}
	}
	for i := range len(vt.Theme{}.Palette) {
		if !set.HasPalette(i) {
			queries = append(queries, colorQuery(fmt.Sprintf("4;%d", i), func(t *vt.Theme) *vt.Color { return &t.Palette[i] }))
		}
	}
	if set.HasPalette(67) || set.HasPalette(250) {
		return queries
	}
	return append(queries, sampleQuery(67, vt.RGBColor(0x5f, 0x87, 0xaf)), sampleQuery(250, vt.RGBColor(0xbc, 0xbc, 0xbc)))
}

func colorQuery(name string, slot func(*vt.Theme) *vt.Color) query {
	return oscQuery(name, func(q *termQuery, c vt.Color) { *slot(&q.theme) = c })
}

// sampleQuery queries a colour of the palette. If both samples equal xterm's, all of
// the palette is assumed to.
func sampleQuery(n int, want vt.Color) query {
	return oscQuery(fmt.Sprintf("4;%d", n), func(q *termQuery, c vt.Color) {
		if c == want {
			q.matchedSamples++
		}
		q.set(vt.FeatureStandardPalette, q.matchedSamples == 2)
	})
}

func oscQuery(name string, take func(q *termQuery, c vt.Color)) query {
	return query{
		ask:   "\x1b]" + name + ";?\a", // with ESC \ the replies of some terminals are malformed
		heads: []string{"\x1b]" + name + ";"},
		body:  hexDigits + "/:#rgb",
		ends:  []string{"\a", "\x1b\\"},
		take: func(q *termQuery, body string) {
			if c, ok := vt.ParseColor(body); ok {
				take(q, c)
			}
		},
	}
}

func (q *termQuery) set(f vt.Feature, on bool) {
	q.caps.Features &^= f
	if on {
		q.caps.Features |= f
	}
}

// pixelQuery returns XTWINOPS n, 14 to 16.
func pixelQuery(n int, slot func(*vt.Capabilities) *vt.Pixels) query {
	return query{
		ask: fmt.Sprintf("\x1b[%dt", n), heads: []string{fmt.Sprintf("\x1b[%d;", n-10)}, body: decimalDigits + ";", ends: []string{"t"},
		take: func(q *termQuery, body string) {
			if size, ok := parsePixels(body); ok {
				*slot(&q.caps) = size
			}
		},
	}
}

// parsePixels parses the height and the width in a reply to XTWINOPS. ok is false if
// either is zero, as of terminals that do not know it.
func parsePixels(body string) (size vt.Pixels, ok bool) {
	height, width, _ := strings.Cut(body, ";")
	var err1, err2 error
	size.Height, err1 = strconv.Atoi(height)
	size.Width, err2 = strconv.Atoi(width)
	return size, err1 == nil && err2 == nil && size.Height > 0 && size.Width > 0
}

// modeColorReports is the mode in which a terminal reports changes of its colour
// scheme (Contour, VT extensions).
const modeColorReports = 2031

// modeQuery returns DECRQM for mode n.
func modeQuery(n int) query {
	return query{
		ask: fmt.Sprintf("\x1b[?%d$p", n), heads: []string{fmt.Sprintf("\x1b[?%d;", n)}, body: decimalDigits, ends: []string{"$y"},
		take: func(q *termQuery, body string) {
			if value, err := strconv.Atoi(body); err == nil {
				q.caps.SetMode(n, value)
			}
		},
	}
}

func kittyQuery() query {
	return query{
		ask: "\x1b[?u", heads: []string{"\x1b[?"}, body: decimalDigits, ends: []string{"u"},
		take: func(q *termQuery, _ string) { q.set(vt.FeatureKittyKeys, true) },
	}
}

// modifiersQuery returns XTQMODKEYS. A terminal that ignores the question mark
// interprets it as SGR 4; the SGR 0 after it resets that.
func modifiersQuery() query {
	return query{
		ask: "\x1b[?4m\x1b[m", heads: []string{"\x1b[>4"}, body: decimalDigits + ";", ends: []string{"m"},
		take: func(q *termQuery, _ string) { q.set(vt.FeatureModifyOtherKeys, true) },
	}
}

// schemeQuery returns DSR 996 (Contour, VT extensions).
func schemeQuery() query {
	return query{
		ask: "\x1b[?996n", heads: []string{"\x1b[?997;"}, body: decimalDigits, ends: []string{"n"},
		take: func(q *termQuery, body string) {
			if body == "1" || body == "2" {
				q.caps.Scheme = body[0] - '0'
				q.changed = true // the colours may change within the same scheme
			}
		},
	}
}

// nameQuery returns XTVERSION. Some terminals do not reply to the other queries; their
// features are known by their names.
func nameQuery() query {
	return query{
		ask: "\x1b[>q", heads: []string{"\x1bP>|"}, body: printable, ends: []string{"\x1b\\"},
		take: func(q *termQuery, body string) {
			q.caps.Features |= vt.FeaturesOf(body)
			q.fixedLines = strings.HasPrefix(body, "XTerm(")
			q.graphics.files = strings.HasPrefix(body, "iTerm2 ")
			q.graphics.placeholders = picture.HasPlaceholders(body)
		},
	}
}

// The texts of rowQuery and cornerQuery.
const (
	cpr         = "\x1b[6n"
	cprAtCorner = "\x1b7\x1b[9999;9999H\x1b[6n\x1b8"
)

// locates reports whether k is from rowQuery or cornerQuery.
func (k query) locates() bool { return k.ask == cpr || k.ask == cprAtCorner }

// rowQuery returns CPR. The reply for the first row may equal F3 with modifiers.
func rowQuery() query {
	return query{
		ask: cpr, heads: []string{"\x1b["}, body: decimalDigits + ";", ends: []string{"R"},
		take: func(q *termQuery, body string) { q.located.row, _ = position(body) },
	}
}

// cornerQuery returns CPR at the bottom right of the window, which shows its size: the
// kernel may not have that yet (tmux waits for up to 250 ms between two sizes).
func cornerQuery() query {
	return query{
		ask: cprAtCorner, heads: []string{"\x1b["}, body: decimalDigits + ";", ends: []string{"R"},
		take: func(q *termQuery, body string) {
			if slices.ContainsFunc(q.open, func(k query) bool { return k.ask == cprAtCorner }) {
				return // the report of an earlier query
			}
			q.located.rows, q.located.cols = position(body)
			q.rowUntil = time.Time{}
		},
	}
}

// position returns the row and the column of a CPR, from 1.
func position(body string) (row, col int) {
	y, x, _ := strings.Cut(body, ";")
	row, _ = strconv.Atoi(y)
	col, _ = strconv.Atoi(x)
	return row, col
}

// printable holds the printable characters of ASCII.
var printable = func() string {
	var b []byte
	for c := byte(' '); c < 0x7f; c++ {
		b = append(b, c)
	}
	return string(b)
}()

// capabilityQuery returns XTGETTCAP for one name.
func capabilityQuery(name string) query {
	return query{
		ask: "\x1bP+q" + hex.EncodeToString([]byte(name)) + "\x1b\\", heads: []string{"\x1bP1+r", "\x1bP0+r"}, body: hexDigits + "=;", ends: []string{"\x1b\\"},
		take: func(q *termQuery, body string) {
			name, _, found := strings.Cut(body, "=")
			if text, err := hex.DecodeString(name); found && err == nil {
				q.caps.Features |= vt.FeatureOf(string(text))
			}
		},
	}
}

// settingQuery returns a query that sets a rendition, requests it (DECRQSS) and resets
// it.
func settingQuery(sgr string) query {
	return query{
		ask: sgr + "\x1bP$qm\x1b\\\x1b[m", heads: []string{"\x1bP1$r", "\x1bP0$r"}, body: decimalDigits + ";:", ends: []string{"m\x1b\\", "\x1b\\"},
		take: func(q *termQuery, body string) {
			q.set(vt.FeatureSettings, true)
			q.caps.Features |= reportedFeatures(body)
		},
	}
}

// reportedFeatures returns the features whose renditions are in the SGR parameters of a
// reply to DECRQSS: 38:2::1:2:3, 4:3 and 58:2::4:5:6. Terminals differ in the separators
// of colors, and in whether a color space, which is empty here, comes before them.
func reportedFeatures(parameters string) (f vt.Feature) {
	isSeparator := func(r rune) bool { return r == ':' || r == ';' }
	numbers := ";" + strings.Join(strings.FieldsFunc(parameters, isSeparator), ";")
	if strings.Contains(numbers, ";38;2;1;2;3") {
		f |= vt.FeatureDirectColor
	}
	if strings.Contains(";"+parameters, ";4:3") {
		f |= vt.FeatureUnderlines
	}
	if strings.Contains(numbers, ";58;2;4;5;6") {
		f |= vt.FeatureUnderlineColor
	}
	return f
}

// graphicsQuery returns a query for kitty's graphics protocol, with a picture of one pixel
// that is not kept.
func graphicsQuery() query {
	return query{
		ask: "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\", heads: []string{"\x1b_Gi=31;"}, body: printable, ends: []string{"\x1b\\"},
		take: func(q *termQuery, body string) { q.graphics.kitty = body == "OK" },
	}
}

// registersQuery returns XTSMGRAPHICS for the number of the colours of sixels. The reply
// begins with its status: 0, or that of an error, without a number.
func registersQuery() query {
	return query{
		ask: "\x1b[?1;1;0S", heads: []string{"\x1b[?1;"}, body: decimalDigits + ";", ends: []string{"S"},
		take: func(q *termQuery, body string) {
			if status, number, _ := strings.Cut(body, ";"); status == "0" {
				q.graphics.registers, _ = strconv.Atoi(number)
			}
		},
	}
}

// fence returns DA1. Every terminal replies to it, so its reply is the last one.
func fence() query {
	return query{
		ask: "\x1b[c", heads: []string{"\x1b[?"}, body: decimalDigits + ";", ends: []string{"c"},
		take: func(q *termQuery, body string) {
			attributes := strings.Split(body, ";")
			if slices.Contains(attributes, "22") {
				q.set(vt.FeatureColor, true)
			}
			if slices.Contains(attributes, "52") {
				q.set(vt.FeatureClipboard, true)
			}
			q.graphics.sixel = slices.Contains(attributes, "4")
			q.done = true
		},
	}
}
