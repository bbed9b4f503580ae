// A verification beside one that is written by hand in Go, in one process: `go run ./internal/bench`.
//
// A round takes one sample of each, in an order drawn anew, over a ring of different requests; the ratio is taken round by round, then its median: what disturbs
// the machine disturbs both.
package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

const (
	secret = "d8fa5c314f7b1f5cac27d34e157e3459"
	ring   = 64
	rounds = 301
	sample = 5 * time.Millisecond
	// In a process that is started again for each measurement.
	loadOnly = "-load"
)

type request struct {
	header http.Header
	body   []byte
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == loadOnly {
		load(os.Args[2:])
		return
	}
	fmt.Println("| good deliveries | by hand | drone-webhooks | ratio |\n|---|---|---|---|")
	for _, size := range []int{2 << 10, 64 << 10} {
		hot(fmt.Sprintf("%d KB", size>>10), requests(size, secret), true)
	}
	fmt.Println("\n| forgeries | by hand | drone-webhooks | ratio |\n|---|---|---|---|")
	for _, size := range []int{2 << 10, 64 << 10} {
		hot(fmt.Sprintf("%d KB", size>>10), requests(size, "another secret"), false)
	}
	loads()
}

// requests are all different, signed under a minute ago, as a server of net/http has them.
func requests(size int, signedWith string) []request {
	all := make([]request, ring)
	for at := range all {
		start := fmt.Sprintf(`{"event":"build","action":"updated","build":{"number":%d,"message":"`, at)
		body := []byte(start + strings.Repeat("x", size-len(start)-3) + `"}}`)
		header := must(dw.Sign(body, dw.SignOptions{Secret: signedWith, Now: time.Now().Add(-time.Duration(at) * 500 * time.Millisecond)}))
		for name, value := range map[string]string{"User-Agent": "Go-http-client/1.1", "Content-Length": fmt.Sprint(size), "Content-Type": "application/json",
			"X-Drone-Event": "build", "Accept-Encoding": "gzip"} {
			header.Set(name, value)
		}
		all[at] = request{header, body}
	}
	return all
}

func hot(name string, all []request, good bool) {
	verifier := must(dw.New(dw.WithSecret(secret)))
	defer verifier.Close()
	ours := func(r request) error { _, err := verifier.Verify(r.header, r.body); return err }
	byHand := func(r request) error { return verifyByHand([]byte(secret), r.header, r.body, time.Now()) }
	var times [2][]float64
	var ratios []float64
	for round := range rounds {
		var spent [2]float64
		for _, which := range rand.Perm(2) {
			spent[which] = measure([]func(request) error{byHand, ours}[which], all, round, good)
		}
		times[0], times[1] = append(times[0], spent[0]), append(times[1], spent[1])
		ratios = append(ratios, spent[1]/spent[0])
	}
	fmt.Printf("| %s | %.2f µs | %.2f µs | %.2f |\n", name, median(times[0]), median(times[1]), median(ratios))
}

// measure gives microseconds for one. What is wrong is not worth measuring.
func measure(verify func(request) error, all []request, from int, good bool) float64 {
	count := 0
	began := time.Now()
	for time.Since(began) < sample {
		for at := range all {
			if (verify(all[(from+at)%len(all)]) == nil) != good {
				panic("a wrong verdict")
			}
		}
		count += len(all)
	}
	return float64(time.Since(began).Nanoseconds()) / float64(count) / 1000
}

// loads measures, in processes of their own, from the start of New to the first verdict.
func loads() {
	folder := must(os.MkdirTemp("", "drone-webhooks"))
	defer os.RemoveAll(folder)
	program := must(os.Executable())
	run := func(arguments ...string) float64 {
		var all []float64
		for range 15 {
			var milliseconds float64
			must(fmt.Sscan(string(must(exec.Command(program, append([]string{loadOnly}, arguments...)...).Output())), &milliseconds))
			all = append(all, milliseconds)
		}
		return median(all)
	}
	first := run()
	run(folder)
	fmt.Printf("\nFrom New to the first verdict: %.1f ms, with a filled compilation cache %.1f ms.\n", first, run(folder))
}

func load(cache []string) {
	// A request of long ago, so that nothing else has compiled the module.
	now := time.Unix(1795327915, 0)
	body := []byte(`{"event":"user","action":"created","user":{"id":2,"login":"hubot","email":"","machine":false,"admin":false,"active":true,"avatar":"","syncing":true,"synced":0,"created":1795327913,"updated":1795327913,"last_login":1795327913},"system":{"proto":"https","host":"drone.example.com","link":"https://drone.example.com","version":"2.25.0"}}`)
	header := http.Header{"Date": {"Sun, 22 Nov 2026 06:11:53 GMT"}, "Digest": {"SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ="},
		"Signature": {`keyId="hmac-key",algorithm="hmac-sha256",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest"`}}
	options := []dw.Option{dw.WithSecret(secret), dw.WithClock(func() time.Time { return now })}
	for _, folder := range cache {
		options = append(options, dw.WithCompilationCache(folder))
	}
	began := time.Now()
	verifier := must(dw.New(options...))
	must(verifier.Verify(header, body))
	fmt.Println(float64(time.Since(began).Microseconds()) / 1000)
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
