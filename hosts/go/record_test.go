package dronewebhooks

import "testing"

func TestAnAnswerThatBreaksOffIsAnErrorAndNothingIsReadBeyondIt(t *testing.T) {
	whole := appendList(appendU64(appendText(nil, "a text"), 7), []string{"b"})
	read := func(answer []byte) error {
		r := reader{rest: answer}
		if text, number, count, last := r.text(), r.u64(), r.u32(), r.text(); r.err == nil && (text != "a text" || number != 7 || count != 1 || last != "b") {
			t.Errorf("%q %d %d %q", text, number, count, last)
		}
		return r.err
	}
	for end := range whole {
		if read(whole[:end]) == nil {
			t.Errorf("%d of %d bytes are enough", end, len(whole))
		}
	}
	if err := read(whole); err != nil {
		t.Error(err)
	}
	// Lengths whose upper bit is set are long, and not negative.
	for _, length := range []uint32{1 << 31, none - 1} {
		if r := (reader{rest: appendU32(nil, length)}); r.text() != "" || r.err == nil {
			t.Errorf("a text of %d bytes is read", length)
		}
	}
	if r := (reader{rest: appendU32(nil, none)}); r.text() != "" || r.err != nil {
		t.Error("no text is a mistake")
	}
}
