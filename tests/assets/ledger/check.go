// Check a log with the code of Go's checksum database, which knows nothing of Assay.
//
//	check FOLDER VKEY < QUESTIONS
//
// FOLDER holds checkpoint and tile/. Each question is one line:
//
//	root SIZE BASE64      the tree of SIZE entries has this root, and the tree now begins with it
//	receipt ENTRY FILE    the receipt in FILE proves the entry in the file ENTRY
//
// Every entry is hashed and compared with its leaf, whether asked for or not.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads tiles by the paths of tlog-tiles, which leave out the height that Go's paths begin with.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		var err error
		if data[i], err = os.ReadFile(filepath.Join(string(f), path)); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(signed []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	checkpoint, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(checkpoint.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("origin %s is not %s", lines[0], verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func bundlePath(number, size int64) string {
	width := size - number*256
	if width > 256 {
		width = 256
	}
	tile := tlog.Tile{H: 8, L: 0, N: number, W: int(width)}
	return "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
}

func checkEntries(f folder, tree tlog.Tree, hashes tlog.HashReader) {
	for number := int64(0); number*256 < tree.N; number++ {
		data, err := os.ReadFile(filepath.Join(string(f), bundlePath(number, tree.N)))
		check(err)
		index := number * 256
		for ; len(data) > 0; index++ {
			length := int(binary.BigEndian.Uint16(data))
			entry := data[2 : 2+length]
			data = data[2+length:]
			stored, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			check(err)
			if tlog.RecordHash(entry) != stored[0] {
				check(fmt.Errorf("entry %d does not hash to its leaf", index))
			}
			if index%997 == 0 {
				proof, err := tlog.ProveRecord(tree.N, index, hashes)
				check(err)
				check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
			}
		}
		if index != number*256+256 && index != tree.N {
			check(fmt.Errorf("bundle %d ends at entry %d", number, index))
		}
	}
}

func checkRoot(size int64, root string, tree tlog.Tree, hashes tlog.HashReader) {
	old, err := tlog.TreeHash(size, hashes)
	check(err)
	if old.String() != root {
		check(fmt.Errorf("the root at %d is %s, not %s", size, old, root))
	}
	proof, err := tlog.ProveTree(tree.N, size, hashes)
	check(err)
	check(tlog.CheckTree(proof, tree.N, tree.Hash, size, old))
}

func checkReceipt(entry, receipt []byte, vkey string) {
	head, signed, _ := strings.Cut(string(receipt), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		check(fmt.Errorf("no tlog-proof: %s", lines[:2]))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		proof = append(proof, hash)
	}
	tree := open([]byte(signed), vkey)
	check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
}

func main() {
	f, vkey := folder(os.Args[1]), os.Args[2]
	signed, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	check(err)
	tree := open(signed, vkey)
	hashes := tlog.TileHashReader(tree, f)
	checkEntries(f, tree, hashes)
	questions := bufio.NewScanner(os.Stdin)
	answered := 0
	for ; questions.Scan(); answered++ {
		words := strings.Fields(questions.Text())
		switch words[0] {
		case "root":
			size, err := strconv.ParseInt(words[1], 10, 64)
			check(err)
			checkRoot(size, words[2], tree, hashes)
		case "receipt":
			entry, err := os.ReadFile(words[1])
			check(err)
			receipt, err := os.ReadFile(words[2])
			check(err)
			checkReceipt(entry, receipt, vkey)
		default:
			check(fmt.Errorf("what is %q?", words[0]))
		}
	}
	check(questions.Err())
	fmt.Println(tree.N, base64.StdEncoding.EncodeToString(tree.Hash[:]), answered)
}
