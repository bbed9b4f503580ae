package dronewebhooks

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// received is what is known of a request before its body.
type received struct {
	header http.Header
	// net/http keeps it apart from the other headers.
	host           string
	method, target string
}

func receivedOf(r *http.Request) received {
	target := r.RequestURI
	if target == "" && r.URL != nil {
		target = r.URL.RequestURI()
	}
	return received{header: r.Header, host: r.Host, method: r.Method, target: target}
}

// lines are the values of one of the headers that are looked at.
type lines struct {
	// The place of the header in the list of names.
	name   int
	key    string
	values []string
}

// record is the head for the module: the lines with one of these names (in lower case), or all, where there is no list. `complete`: they are all that there is to ask for.
func (r received) record(now int64, names []string, complete bool) []byte {
	var room [8]lines
	picked, count := r.pick(room[:0], names)
	size := 64 + len(r.method) + len(r.target)
	for _, each := range picked {
		for _, value := range each.values {
			size += 8 + len(each.key) + len(value)
		}
	}
	record := make([]byte, 0, size)
	record = appendU64(record, uint64(now))
	record = appendU32(record, flag(complete))
	record = appendU32(record, uint32(count))
	record = appendOptional(record, r.method)
	record = appendOptional(record, r.target)
	at := len(record)
	record = appendU32(record, 0)
	handed := uint32(0)
	for _, each := range picked {
		for _, value := range each.values {
			record = appendText(appendText(record, each.key), value)
			handed++
		}
	}
	appendU32(record[:at], handed)
	return record
}

// pick gives the lines with one of the names, and how many lines there are in all.
func (r received) pick(picked []lines, names []string) ([]lines, int) {
	count := 0
	hasHost := r.host == ""
	for key, values := range r.header {
		count += len(values)
		name := place(names, key)
		if name >= 0 {
			picked = append(picked, lines{name, key, values})
		}
		hasHost = hasHost || strings.EqualFold(key, "host")
	}
	if !hasHost {
		count++
		if name := place(names, "host"); name >= 0 {
			picked = append(picked, lines{name, "host", []string{r.host}})
		}
	}
	// A map has no order; the same request must always give the same record.
	slices.SortFunc(picked, func(a, b lines) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.key, b.key))
	})
	return picked, count
}

// place is where a name is in the list, compared without case; -1 for nowhere. Without a list every name has its place.
func place(names []string, key string) int {
	if names == nil {
		return 0
	}
	for at, name := range names {
		if len(name) == len(key) && strings.EqualFold(name, key) {
			return at
		}
	}
	return -1
}

func flag(value bool) uint32 {
	if value {
		return 1
	}
	return 0
}
