package dronewebhooks_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

const webhook = `{"event":"build","action":"updated","build":{"number":7,"status":"success"}}`

// receiver is a real server with the middleware at /hook.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	refused  []error
	received []string
}

func newReceiver(t *testing.T, http2 bool, options ...dw.Option) *receiver {
	t.Helper()
	r := &receiver{}
	verifier := newVerifier(t, append(options, dw.WithOnRefused(func(err *dw.Error, _ *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.refused = append(r.refused, err)
	}))...)
	mux := http.NewServeMux()
	mux.Handle("/hook", verifier.Middleware(http.HandlerFunc(r.serve)))
	r.Server = httptest.NewUnstartedServer(mux)
	if http2 {
		r.EnableHTTP2 = true
		r.StartTLS()
	} else {
		r.Start()
	}
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) serve(w http.ResponseWriter, request *http.Request) {
	delivery := dw.DeliveryFromContext(request.Context())
	body, err := io.ReadAll(request.Body)
	if err != nil || !bytes.Equal(body, delivery.Body()) {
		http.Error(w, "the body cannot be read again", http.StatusTeapot)
		return
	}
	r.mu.Lock()
	r.received = append(r.received, delivery.ID())
	r.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}

// lastRefusal is the code of the last one that the hook was told of, and forgets them.
func (r *receiver) lastRefusal() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.refused) == 0 {
		return ""
	}
	last := r.refused[len(r.refused)-1]
	r.refused = nil
	var refused *dw.Error
	errors.As(last, &refused)
	return string(refused.Code)
}

type sending struct {
	method, path, body string
	change             func(http.Header)
}

func (r *receiver) send(t *testing.T, s sending) (*http.Response, string) {
	t.Helper()
	header, _ := sign(t, s.body)
	if s.change != nil {
		s.change(header)
	}
	request, err := http.NewRequest(s.method, r.URL+s.path, strings.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := r.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestAnswersAreTheOnesOfTheTable(t *testing.T) {
	set := func(name, value string) func(http.Header) { return func(h http.Header) { h.Set(name, value) } }
	for name, each := range map[string]struct {
		sending
		status  int
		refusal string
	}{
		"a delivery":               {sending{body: webhook}, 202, ""},
		"its event in the header":  {sending{body: webhook, change: set("X-Drone-Event", "build")}, 202, ""},
		"another path":             {sending{path: "/other", body: webhook}, 404, ""},
		"another method":           {sending{method: "PUT", body: webhook}, 405, ""},
		"no signature":             {sending{body: webhook, change: func(h http.Header) { h.Del("Signature") }}, 401, "signature_missing"},
		"another date":             {sending{body: webhook, change: set("Date", "Sun, 22 Nov 2026 06:11:53 GMT")}, 401, "signature_mismatch"},
		"a header beyond ASCII":    {sending{body: webhook, change: set("Digest", "SHA-256=\xe4")}, 401, "header_malformed"},
		"an extension call":        {sending{body: `{"build":{},"repo":{}}`}, 422, "payload_malformed"},
		"an empty action":          {sending{body: `{"event":"user","action":""}`}, 202, ""},
		"broken JSON":              {sending{body: `{"event":`}, 422, "payload_malformed"},
		"another event":            {sending{body: webhook, change: set("X-Drone-Event", "user")}, 422, "event_mismatch"},
		"a body beyond its bound":  {sending{body: `{"event":"` + strings.Repeat("x", 5000) + `"}`}, 413, "body_too_large"},
		"headers beyond the bound": {sending{body: webhook, change: set("Signature", strings.Repeat("x", 17_000))}, 431, "headers_too_large"},
		"too many headers": {sending{body: webhook, change: func(h http.Header) {
			for range 300 {
				h.Add("X-Field", "v")
			}
		}}, 431, "headers_too_large"},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/HTTP2=%v", name, http2), func(t *testing.T) {
				r := newReceiver(t, http2, dw.WithMaxBodyBytes(4096))
				if each.method == "" {
					each.method = "POST"
				}
				if each.path == "" {
					each.path = "/hook"
				}
				response, text := r.send(t, each.sending)
				if response.StatusCode != each.status || r.lastRefusal() != each.refusal {
					t.Errorf("%d %q", response.StatusCode, text)
				}
				if wantsHTTP2 := response.ProtoMajor == 2; wantsHTTP2 != http2 {
					t.Error("it was sent by ", response.Proto)
				}
				if each.status == 405 && response.Header.Get("Allow") != "POST" {
					t.Error("no Allow")
				}
				if each.status >= 400 && each.status != 404 && text != reason(each.status)+"\n" {
					t.Errorf("it says %q", text)
				}
				if each.status == 202 && len(r.received) != 1 {
					t.Error("the handler was not called")
				}
				if each.status != 202 && len(r.received) != 0 {
					t.Error("the handler was called")
				}
			})
		}
	}
}

func reason(status int) string {
	return map[int]string{401: "Unauthorized", 405: "Method Not Allowed", 413: "Content Too Large", 422: "Unprocessable Content", 431: "Request Header Fields Too Large"}[status]
}

// raw is a connection on which a test writes what it wants.
type raw struct {
	net.Conn
	t *testing.T
}

func (r *receiver) dial(t *testing.T) raw {
	t.Helper()
	connection, err := net.Dial("tcp", r.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return raw{connection, t}
}

func (c raw) write(header http.Header, lines ...string) {
	c.t.Helper()
	var head bytes.Buffer
	fmt.Fprint(&head, "POST /hook HTTP/1.1\r\nHost: x\r\n")
	if err := header.Write(&head); err != nil {
		c.t.Fatal(err)
	}
	fmt.Fprint(&head, strings.Join(append(lines, "\r\n"), "\r\n"))
	c.writeText(head.String())
}

func (c raw) writeText(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatal(err)
	}
}

// answer is the whole answer without its Date, and that the connection was closed after it.
func (c raw) answer() string {
	c.t.Helper()
	reader := bufio.NewReader(c)
	var text strings.Builder
	for {
		line, err := reader.ReadString('\n')
		if !strings.HasPrefix(line, "Date:") {
			text.WriteString(line)
		}
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			c.t.Fatalf("after %q: %v", text.String(), err)
		}
	}
}

func TestAForgeryIsAnsweredBeforeItsBodyIsSentAndTheConnectionIsClosed(t *testing.T) {
	r := newReceiver(t, false)
	header, _ := sign(t, webhook)
	header.Set("Date", "Sun, 22 Nov 2026 06:11:53 GMT")
	for _, length := range []string{"Content-Length: 10", "Content-Length: 4000000", "Transfer-Encoding: chunked", "Content-Length: 10\r\nExpect: 100-continue"} {
		c := r.dial(t)
		c.write(header, length)
		if text := c.answer(); !strings.HasPrefix(text, "HTTP/1.1 401 Unauthorized\r\n") {
			t.Errorf("%s: %s", length, text)
		}
	}
}

func TestWhoIsStillWritingIsAnsweredAndNotReset(t *testing.T) {
	r := newReceiver(t, false)
	body := fmt.Sprintf(`{"event":%q}`, strings.Repeat("x", 200_000))
	for range 20 {
		response, _ := r.send(t, sending{method: "POST", path: "/hook", body: body, change: func(h http.Header) { h.Set("Date", "Sun, 22 Nov 2026 06:11:53 GMT") }})
		if response.StatusCode != 401 {
			t.Error(response.Status)
		}
	}
}

func TestEveryForgeryGetsTheSameAnswerToTheByte(t *testing.T) {
	r := newReceiver(t, false)
	good, _ := sign(t, webhook)
	answers := map[string][]string{}
	for name, change := range map[string]func(http.Header){
		"no signature":    func(h http.Header) { h.Del("Signature") },
		"another date":    func(h http.Header) { h.Set("Date", "Sun, 22 Nov 2026 06:11:53 GMT") },
		"no parameters":   func(h http.Header) { h.Set("Signature", "x") },
		"two signatures":  func(h http.Header) { h.Add("Signature", h.Get("Signature")) },
		"another digest":  func(h http.Header) { h.Set("Digest", "SHA-256=x") },
		"another body":    func(http.Header) {},
		"a date too old":  signedAt(t, time.Now().Add(-time.Hour)),
		"a date to come":  signedAt(t, time.Now().Add(time.Hour)),
		"another headers": func(h http.Header) { h.Set("Signature", strings.Replace(h.Get("Signature"), "date digest", "date", 1)) },
	} {
		header := good.Clone()
		change(header)
		c := r.dial(t)
		c.write(header, fmt.Sprintf("Content-Length: %d", len(webhook)))
		c.writeText(strings.Replace(webhook, "7", "8", 1))
		text := c.answer()
		answers[text] = append(answers[text], name)
	}
	if len(answers) != 1 {
		t.Errorf("%q", answers)
	}
}

func signedAt(t *testing.T, at time.Time) func(http.Header) {
	return func(h http.Header) {
		header, err := dw.Sign([]byte(webhook), dw.SignOptions{Secret: secret, Now: at})
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range header {
			h[name] = values
		}
	}
}

func TestABodyBeyondItsBoundIsNotReadOn(t *testing.T) {
	r := newReceiver(t, false, dw.WithMaxBodyBytes(100))
	header, _ := sign(t, webhook)
	c := r.dial(t)
	c.write(header, "Content-Length: 101") // not a byte of it follows
	if text := c.answer(); !strings.HasPrefix(text, "HTTP/1.1 413 ") || r.lastRefusal() != "body_too_large" {
		t.Error(text)
	}
	c = r.dial(t)
	c.write(header, "Transfer-Encoding: chunked")
	c.writeText("65\r\n" + strings.Repeat("x", 101)) // and no end
	if text := c.answer(); !strings.HasPrefix(text, "HTTP/1.1 413 ") || r.lastRefusal() != "body_too_large" {
		t.Error(text)
	}
}

func TestABodyThatBreaksOffIsToldAndNeverADelivery(t *testing.T) {
	r := newReceiver(t, false)
	header, _ := sign(t, webhook)
	c := r.dial(t)
	c.write(header, fmt.Sprintf("Content-Length: %d", len(webhook)))
	c.writeText(webhook[:20])
	if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if text := c.answer(); !strings.HasPrefix(text, "HTTP/1.1 400 ") {
		t.Error(text)
	}
	c = r.dial(t)
	c.write(header, "Transfer-Encoding: chunked")
	c.writeText("no number\r\n")
	if text := c.answer(); !strings.HasPrefix(text, "HTTP/1.1 400 ") {
		t.Error(text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.refused) != 2 || len(r.received) != 0 {
		t.Fatalf("%v, %v", r.refused, r.received)
	}
	if !errors.Is(r.refused[0], dw.ErrBodyNotBytes) || !errors.Is(r.refused[0], io.ErrUnexpectedEOF) {
		t.Error(r.refused[0])
	}
}

func TestAConnectionServesManyDeliveries(t *testing.T) {
	r := newReceiver(t, false)
	header, body := sign(t, webhook)
	c := r.dial(t)
	for range 3 {
		c.write(header, fmt.Sprintf("Content-Length: %d", len(body)))
		c.writeText(webhook)
		response, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || response.StatusCode != 202 {
			t.Fatal(response, err)
		}
	}
}

func TestWithoutTheMiddlewareThereIsNoDelivery(t *testing.T) {
	if delivery := dw.DeliveryFromContext(context.Background()); delivery != nil {
		t.Error(delivery)
	}
}

func TestAClosedVerifierAnswers503(t *testing.T) {
	verifier := newVerifier(t)
	verifier.Close()
	server := httptest.NewServer(verifier.Middleware(http.NotFoundHandler()))
	defer server.Close()
	response, err := http.Post(server.URL, "application/json", strings.NewReader(webhook))
	if err != nil || response.StatusCode != 503 {
		t.Error(response, err)
	}
}

func TestAReceiverThatIsSetUpWronglyAnswers500AndTells(t *testing.T) {
	r := newReceiver(t, false, dw.WithClock(func() time.Time { return time.Unix(-1, 0) }))
	if response, text := r.send(t, sending{method: "POST", path: "/hook", body: webhook}); response.StatusCode != 500 || text != "Internal Server Error\n" || r.lastRefusal() != "config_invalid" {
		t.Errorf("%d %q", response.StatusCode, text)
	}
}

func TestAHookThatPanicsChangesNoAnswer(t *testing.T) {
	verifier := newVerifier(t, dw.WithOnRefused(func(*dw.Error, *http.Request) { panic("mine") }))
	server := httptest.NewServer(verifier.Middleware(http.NotFoundHandler()))
	defer server.Close()
	response, err := http.Post(server.URL, "application/json", strings.NewReader(webhook))
	if err != nil || response.StatusCode != 401 {
		t.Error(response, err)
	}
}
