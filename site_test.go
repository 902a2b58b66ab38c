package main

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestSiteContrast checks the colours of the site, light and dark, on each ground on which
// they occur: WCAG 2.2 asks for a contrast of 4.5 (1.4.3, AA).
func TestSiteContrast(t *testing.T) {
	css := read(t, "doc/site/site.css")
	light, dark, ok := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no colours for dark")
	}
	dark, _, _ = strings.Cut(dark, "\n}")
	_, print, _ := strings.Cut(css, "@media print")
	for _, theme := range []struct{ name, css string }{{"light", light}, {"dark", dark}, {"print", print}} {
		t.Run(theme.name, func(t *testing.T) {
			colors := map[string]float64{}
			for _, m := range regexp.MustCompile(`--(\w+): #([0-9a-f]{3,6});`).FindAllStringSubmatch(theme.css, -1) {
				colors[m[1]] = luminance(t, m[2])
			}
			for _, pair := range []struct{ text, ground string }{
				{"text", "back"}, {"text", "box"}, {"soft", "back"}, {"link", "back"}, {"link", "box"}, {"text", "mark"},
			} {
				text, hasText := colors[pair.text]
				ground, hasGround := colors[pair.ground]
				if theme.name == "print" && pair.ground == "mark" {
					continue // the list of pages, which is not printed
				}
				contrast := (max(text, ground) + 0.05) / (min(text, ground) + 0.05)
				if !hasText || !hasGround || contrast < 4.5 {
					t.Errorf("%s on %s has a contrast of %.2f", pair.text, pair.ground, contrast)
				}
			}
		})
	}
}

// luminance returns the relative luminance of a colour in hexadecimal digits (WCAG 2.2).
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	if len(color) == 3 {
		color = strings.Join([]string{color[:1], color[:1], color[1:2], color[1:2], color[2:], color[2:]}, "")
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(color[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if c := float64(n) / 255; c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
