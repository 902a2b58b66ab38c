//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/e2e/harness"
)

// TestVideo has mpv play a video as sixels, without end. Pictures may be skipped, memory is
// bounded, and after the key that ends it the screen has text alone.
func TestVideo(t *testing.T) {
	t.Parallel()
	dir := harness.TempDir(t)
	video, start := filepath.Join(dir, "video.y4m"), filepath.Join(dir, "start")
	writeVideo(t, video, 320, 240, 20)
	script := fmt.Sprintf(`stty -echo; text() { printf '\033[?25l\033[2J\033[Htext'; }; text; while ! [ -e %s ]; do sleep 0.1; done
		mpv --no-config --no-audio --really-quiet --vo=sixel --loop-file=inf %s; text; sleep 1000`, start, video)
	family := harness.NewFamily(t)
	gm := startXTermWindow(t, append(harness.Environment(t), family.Env()), plain, "--local", "--scrollback=off", "--", "sh", "-c", script)
	harness.Until(t, "the text", harness.Patience, func() bool { return gm.Screen().HasLine("text") }, nil)
	before := gm.pixels()
	writeFile(t, start, nil)
	seen, last := 0, before
	harness.Until(t, "a video", harness.Patience, func() bool {
		now := gm.pixels()
		if !bytes.Equal(now, last) && colors(now) > 50 {
			seen++
		}
		last = now
		return seen >= 10
	}, func() string { return fmt.Sprintf("%d pictures seen", seen) })
	for _, p := range family.Processes() {
		if p.Command[0] != plain {
			continue
		}
		memory := peakMemory(t, p.PID)
		t.Logf("%s: %d kB", p.Command[1], memory)
		if memory > 150<<10 {
			t.Errorf("%v has had %d kB", p, memory)
		}
	}
	typed := time.Now()
	gm.Type("q")
	harness.Until(t, "the text alone", harness.Patience, func() bool { return bytes.Equal(gm.pixels(), before) }, nil)
	t.Logf("%v after the key", time.Since(typed))
}

// peakMemory returns the most memory that a process has had, in kB.
func peakMemory(t *testing.T, pid int) (kB int) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, value, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Sscan(value, &kB)
	return kB
}

// writeVideo writes a video without compression (YUV4MPEG2), at 20 pictures a second.
func writeVideo(t *testing.T, path string, width, height, frames int) {
	video := fmt.Appendf(nil, "YUV4MPEG2 W%d H%d F20:1 Ip A1:1 C420jpeg\n", width, height)
	for n := range frames {
		video = append(video, "FRAME\n"...)
		for i := range width * height {
			video = append(video, byte(i%width+i/width+12*n))
		}
		for i := range width * height / 4 {
			video = append(video, byte(i%(width/2)+12*n))
		}
		for i := range width * height / 4 {
			video = append(video, byte(i/(width/2)-12*n))
		}
	}
	writeFile(t, path, video)
}
