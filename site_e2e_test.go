//go:build e2e

package main

import (
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestSite makes the site and follows every link, anchor and picture of its pages.
func TestSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	run := exec.Command("make", "--silent", "site", "SITE="+dir)
	run.Env = quietMake()
	if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("make site: %v\n%s", err, out)
	}
	s := site{dir: dir, pages: map[string]*sitePage{}}
	err := filepath.WalkDir(s.dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(file, ".html") {
			rel, _ := filepath.Rel(s.dir, file)
			s.pages[filepath.ToSlash(rel)] = parsePage(t, file)
		}
		return err
	})
	if err != nil || len(s.pages) < 30 {
		t.Fatalf("the site has %d pages, %v", len(s.pages), err)
	}
	reached := map[string]bool{"404.html": true}
	s.reach("index.html", reached)
	for name, page := range s.pages {
		t.Run(name, func(t *testing.T) {
			s.check(t, name, page)
			if !reached[name] {
				t.Error("no link leads here from the first page")
			}
		})
	}
	topics, _ := filepath.Glob("client/manual/text/*.txt")
	for _, topic := range topics {
		if name := "manual/" + strings.TrimSuffix(filepath.Base(topic), ".txt") + ".html"; s.pages[name] == nil {
			t.Errorf("the site has no %s: doc/site/hugo.yaml", name)
		}
	}
	sources, _ := filepath.Glob("doc/*.md")
	for _, source := range append(sources, "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "RELEASING.md", "CODE_OF_CONDUCT.md") {
		if s.pages[strings.TrimSuffix(filepath.ToSlash(source), ".md")+".html"] == nil {
			t.Errorf("the site has no page of %s", source)
		}
	}
}

type site struct {
	dir   string
	pages map[string]*sitePage // by path
}

// sitePage is what a page refers to, and what can be referred to in it.
type sitePage struct {
	ids              map[string]int
	links, resources []string
	headings         int // of the first level
	faults           []string
}

func parsePage(t *testing.T, file string) *sitePage {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	root, err := html.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	p := &sitePage{ids: map[string]int{}}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			p.read(n)
		}
	}
	return p
}

func (p *sitePage) read(n *html.Node) {
	attrs := map[string]string{}
	for _, a := range n.Attr {
		attrs[a.Key] = a.Val
	}
	if id := attrs["id"]; id != "" {
		p.ids[id]++
	}
	switch n.Data {
	case "a":
		p.links = append(p.links, attrs["href"])
	case "img":
		p.resources = append(p.resources, attrs["src"])
		if attrs["alt"] == "" {
			p.faults = append(p.faults, "a picture without a text: "+attrs["src"])
		}
	case "link":
		p.resources = append(p.resources, attrs["href"])
	case "h1":
		p.headings++
	case "script", "iframe", "object":
		p.faults = append(p.faults, n.Data+": the site is to work without it")
	}
}

// reach marks the pages to which links lead from one.
func (s site) reach(name string, reached map[string]bool) {
	if reached[name] || s.pages[name] == nil {
		return
	}
	reached[name] = true
	for _, link := range s.pages[name].links {
		if to, err := url.Parse(link); err == nil && to.Host == "" {
			s.reach(path.Join(path.Dir(name), to.Path), reached)
		}
	}
}

func (s site) check(t *testing.T, name string, p *sitePage) {
	for _, fault := range p.faults {
		t.Error(fault)
	}
	if p.headings != 1 && name != "404.html" {
		t.Errorf("%d headings of the first level", p.headings)
	}
	for id, n := range p.ids {
		if n > 1 {
			t.Errorf("%d places are called %s", n, id)
		}
	}
	for _, resource := range p.resources {
		if !strings.HasPrefix(resource, "data:") {
			s.checkLink(t, name, resource, false)
		}
	}
	for _, link := range p.links {
		s.checkLink(t, name, link, true)
	}
}

// checkLink checks a link of a page, which may lead elsewhere if it is for people.
func (s site) checkLink(t *testing.T, from, link string, people bool) {
	to, err := url.Parse(link)
	switch {
	case err != nil || link == "":
		t.Errorf("the link %q: %v", link, err)
		return
	case to.Host != "":
		if !people || to.Scheme != "https" {
			t.Errorf("%s is from elsewhere", link)
		}
		return
	case strings.HasPrefix(to.Path, "/"):
		t.Errorf("%s is for a site at the root of its host alone", link)
		return
	}
	file := path.Join(path.Dir(from), to.Path)
	if to.Path == "" {
		file = from
	}
	if info, err := os.Stat(filepath.Join(s.dir, file)); err != nil || info.IsDir() {
		t.Errorf("the link to %s leads nowhere", link)
		return
	}
	if to.Fragment != "" && (s.pages[file] == nil || s.pages[file].ids[to.Fragment] == 0) {
		t.Errorf("the link to %s leads to no place in %s", link, file)
	}
}
