package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ulikunitz/xz/lzma"

	"gm/sshboot/payload"
	"gm/sshboot/payload/filter"
)

// entry is the line of a program.
type entry struct {
	stream   string
	platform payload.Platform
	size     int64
	sum      string // SHA-256, hexadecimal
	before   int64  // offset in the stream, in bytes
}

// sourcesLine is the first word of an archive.
const sourcesLine = "sources"

// Read returns the programs in an archive and the hash of the sources from which they were
// built. A program is decompressed and verified when it is opened.
func Read(file []byte) (set payload.Set, sources string, err error) {
	end := bytes.Index(file[:min(len(file), maxIndex)], []byte("\n\n"))
	if end < 0 {
		return nil, "", errDamaged
	}
	first, index, _ := strings.Cut(string(file[:end]), "\n")
	sources, ok := strings.CutPrefix(first, sourcesLine+" ")
	if !ok || len(sources) != hex.EncodedLen(sha256.Size) {
		return nil, "", errDamaged
	}
	entries, packed, err := parse(index, file[end+2:])
	if err != nil {
		return nil, "", err
	}
	for _, e := range entries {
		stream, ok := packed[e.stream]
		if !ok {
			return nil, "", errDamaged
		}
		set = append(set, payload.Payload{
			Platform: e.platform, Hash: e.sum[:payload.HashDigits], Size: e.size,
			Open: func() (io.ReadCloser, error) { return e.open(stream) },
		})
	}
	return set, sources, nil
}

func parse(index string, rest []byte) (entries []entry, packed map[string][]byte, err error) {
	before := map[string]int64{}
	packed = map[string][]byte{}
	for line := range strings.Lines(index) {
		switch words := strings.Fields(line); len(words) {
		case 4:
			e, err := parseEntry(words)
			if err != nil {
				return nil, nil, err
			}
			e.before = before[e.stream]
			before[e.stream] += e.size
			entries = append(entries, e)
		case 2:
			size, err := strconv.ParseInt(words[1], 10, 64)
			if err != nil || size < 0 || size > int64(len(rest)) {
				return nil, nil, errDamaged
			}
			packed[words[0]], rest = rest[:size], rest[size:]
		default:
			return nil, nil, errDamaged
		}
	}
	return entries, packed, nil
}

// parseEntry parses the stream, platform, size and hash of a program.
func parseEntry(words []string) (e entry, err error) {
	e.stream, e.sum = words[0], words[3]
	var err1, err2 error
	e.platform, err1 = payload.ParsePlatform(words[1])
	e.size, err2 = strconv.ParseInt(words[2], 10, 64)
	if err1 != nil || err2 != nil || e.size < 0 || e.size > maxProgram || len(e.sum) != hex.EncodedLen(sha256.Size) {
		return entry{}, errDamaged
	}
	return e, nil
}

func (e entry) open(stream []byte) (io.ReadCloser, error) {
	dictionary := min(e.before+e.size+maxChunk, maxDictionary) // all that the decoder may refer to
	unpacker, err := lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(bufio.NewReader(bytes.NewReader(stream)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if _, err := io.CopyN(io.Discard, unpacker, e.before); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	content := make([]byte, e.size)
	if _, err := io.ReadFull(unpacker, content); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	filter.Unpack(content, e.platform.Arch)
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != e.sum {
		return nil, errDamaged
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}
