package dronewebhooks_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

// hooked is a server of Webhooks, and what its handlers were told.
type hooked struct {
	*dw.Webhooks
	server *httptest.Server
	told   chan string
}

func newHooked(t *testing.T, options ...dw.Option) *hooked {
	t.Helper()
	webhooks, err := dw.NewWebhooks(append([]dw.Option{dw.WithSecret(secret), dw.WithBackoff(func(int) time.Duration { return 0 })}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	h := &hooked{webhooks, httptest.NewServer(webhooks), make(chan string, 1000)}
	t.Cleanup(func() {
		h.server.Close()
		if err := webhooks.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *hooked) tell(name string) dw.Handler {
	return func(context.Context, *dw.Delivery) error {
		h.told <- name
		return nil
	}
}

// send gives the status of the answer.
func (h *hooked) send(t *testing.T, body string) int {
	t.Helper()
	header, _ := sign(t, body)
	return h.sendSigned(t, header, body)
}

func (h *hooked) sendSigned(t *testing.T, header http.Header, body string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, h.server.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

// drained is what was told, once everything is handled.
func (h *hooked) drained(t *testing.T) []string {
	t.Helper()
	if err := h.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	close(h.told)
	var all []string
	for name := range h.told {
		all = append(all, name)
	}
	return all
}

func build(number int, status string) string {
	return fmt.Sprintf(`{"event":"build","action":"updated","repo":{"id":1,"slug":"o/r"},"build":{"number":%d,"status":%q,"event":"push","target":"main"}}`, number, status)
}

func want(t *testing.T, found []string, expected ...string) {
	t.Helper()
	if fmt.Sprint(found) != fmt.Sprint(expected) {
		t.Errorf("it is %q, not %q", found, expected)
	}
}

func TestHandlersAreCalledByEventAndActionInTheirOrder(t *testing.T) {
	h := newHooked(t)
	h.On("build", h.tell("build")).OnAny(h.tell("any")).On("build.updated", h.tell("updated")).On("build.created", h.tell("created")).On("user", h.tell("user"))
	if status := h.send(t, build(1, "running")); status != 202 {
		t.Error(status)
	}
	if status := h.send(t, `{"event":"later","action":"changed"}`); status != 202 {
		t.Error(status)
	}
	want(t, h.drained(t), "build", "any", "updated", "any")
}

func TestTheSenderIsAnsweredBeforeHandlersRun(t *testing.T) {
	h := newHooked(t)
	answered := make(chan struct{})
	h.OnAny(func(context.Context, *dw.Delivery) error {
		<-answered // never comes where the answer waits for the handler
		return nil
	})
	if status := h.send(t, webhook); status != 202 {
		t.Error(status)
	}
	close(answered)
	want(t, h.drained(t))
}

func TestADuplicateIsAnswered200AndHandledOnce(t *testing.T) {
	h := newHooked(t)
	h.OnAny(h.tell("it"))
	header, _ := sign(t, webhook)
	if first, second := h.sendSigned(t, header, webhook), h.sendSigned(t, header, webhook); first != 202 || second != 200 {
		t.Error(first, second)
	}
	want(t, h.drained(t), "it")
}

func TestIdsAreForgottenOnceAReplayWouldBeRefused(t *testing.T) {
	var mu sync.Mutex
	now := time.Now()
	h := newHooked(t, dw.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}), dw.WithTolerance(time.Minute))
	header, _ := sign(t, webhook)
	h.sendSigned(t, header, webhook)
	for _, step := range []struct {
		later time.Duration
		want  int
	}{{time.Minute - time.Second, 200}, {2 * time.Minute, 401}, {10 * time.Minute, 401}} {
		mu.Lock()
		now = now.Add(step.later)
		mu.Unlock()
		if status := h.sendSigned(t, header, webhook); status != step.want {
			t.Errorf("%v later it is %d", step.later, status)
		}
	}
}

func TestAFullQueueAnswers503AndTells(t *testing.T) {
	h := newHooked(t, dw.WithCapacity(2))
	release := make(chan struct{})
	h.OnAny(func(context.Context, *dw.Delivery) error { <-release; return nil })
	var lost []error
	h.OnError(func(err error, delivery *dw.Delivery) { lost = append(lost, err) })
	for number, want := range []int{202, 202, 503} {
		if status := h.send(t, build(number+1, "running")); status != want {
			t.Errorf("delivery %d is %d", number, status)
		}
	}
	close(release)
	h.drained(t)
	if len(lost) != 1 || !errors.Is(lost[0], dw.ErrQueueFull) {
		t.Error(lost)
	}
}

func TestALostDeliveryIsLoggedWholeWhereNobodyListens(t *testing.T) {
	var text bytes.Buffer
	log.SetOutput(&text)
	defer log.SetOutput(os.Stderr)
	h := newHooked(t, dw.WithCapacity(0))
	h.send(t, webhook)
	h.server.Close()
	if !strings.Contains(text.String(), webhook) {
		t.Error(text.String())
	}
}

func TestHandlersThatFailOrPanicAreTriedAgain(t *testing.T) {
	h := newHooked(t, dw.WithAttempts(3))
	var told []string
	h.OnError(func(err error, delivery *dw.Delivery) { told = append(told, err.Error()) })
	calls := 0
	done := make(chan struct{})
	h.OnAny(func(context.Context, *dw.Delivery) error {
		calls++
		switch calls {
		case 1:
			return errors.New("not now")
		case 2:
			panic("never")
		default:
			close(done)
			return nil
		}
	})
	h.send(t, webhook)
	<-done
	h.drained(t)
	want(t, told, "not now", "panic: never")
}

func TestADeliveryIsGivenUpAfterItsLastAttemptAndTheNextOneComes(t *testing.T) {
	h := newHooked(t, dw.WithAttempts(2))
	var told []error
	h.OnError(func(err error, _ *dw.Delivery) { told = append(told, err) })
	h.On("build", func(context.Context, *dw.Delivery) error { return errors.New("never") })
	last := make(chan struct{})
	h.On("user", func(context.Context, *dw.Delivery) error {
		if len(told) == 2 {
			close(last)
			return nil
		}
		return errors.New("the builds are not given up yet")
	})
	h.send(t, webhook)
	h.send(t, `{"event":"user","action":"created"}`)
	<-last
	h.drained(t)
}

func TestCloseHandlesWhatWaitsAndWhatIsPaused(t *testing.T) {
	h := newHooked(t, dw.WithBackoff(func(int) time.Duration { return time.Hour }))
	failed := make(chan struct{})
	calls := 0
	h.On("build", func(context.Context, *dw.Delivery) error {
		h.told <- "build"
		if calls++; calls == 1 {
			close(failed)
			return errors.New("not now")
		}
		return nil
	})
	h.OnError(func(error, *dw.Delivery) {})
	h.On("user", h.tell("user"))
	h.send(t, webhook)
	<-failed
	h.send(t, `{"event":"user","action":"created"}`)
	want(t, h.drained(t), "build", "user", "build")
	if status := h.send(t, build(9, "running")); status != 503 {
		t.Errorf("after Close it is %d", status)
	}
}

func TestCloseGivesUpWithItsContextAndSaysWhatIsLost(t *testing.T) {
	webhooks, err := dw.NewWebhooks(dw.WithSecret(secret))
	if err != nil {
		t.Fatal(err)
	}
	started, ended := make(chan struct{}), make(chan error, 1)
	webhooks.OnAny(func(ctx context.Context, _ *dw.Delivery) error {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return nil
	})
	verifier := newVerifier(t)
	for number := range 3 {
		header, body := sign(t, build(number, "running"))
		delivery, err := verifier.Verify(header, body)
		if err != nil {
			t.Fatal(err)
		}
		if accepted, err := webhooks.Accept(delivery); !accepted || err != nil {
			t.Fatal(accepted, err)
		}
	}
	<-started
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = webhooks.Close(ctx)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "3 deliveries") {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRefusalsAreTold(t *testing.T) {
	h := newHooked(t)
	var codes []string
	h.OnRefused(func(err *dw.Error, r *http.Request) { codes = append(codes, string(err.Code)+" "+r.Method) })
	header, _ := sign(t, webhook)
	if status := h.sendSigned(t, header, webhook+" "); status != 401 {
		t.Error(status)
	}
	if status := h.send(t, `{"build":{}}`); status != 422 {
		t.Error(status)
	}
	want(t, codes, "digest_mismatch POST", "payload_malformed POST")
}

func TestWhatBecomesOfBuildsIsToldOncePerBuild(t *testing.T) {
	for name, each := range map[string]struct {
		deliveries []string
		want       []string
	}{
		"success":                        {[]string{build(1, "running"), build(1, "success")}, []string{"completed 1"}},
		"repeats":                        {[]string{build(1, "killed"), build(1, "killed") + " "}, []string{"completed 1"}},
		"failure and fix":                {[]string{build(1, "failure"), build(2, "success")}, []string{"completed 1", "failed 1", "completed 2", "fixed 2"}},
		"killed is neither":              {[]string{build(1, "error"), build(2, "killed"), build(3, "success")}, []string{"completed 1", "failed 1", "completed 2", "completed 3", "fixed 3"}},
		"an earlier build fixes nothing": {[]string{build(2, "failure"), build(1, "success")}, []string{"completed 2", "failed 2", "completed 1"}},
		"a late failure is fixed":        {[]string{build(2, "success"), build(1, "failure"), build(3, "success")}, []string{"completed 2", "completed 1", "failed 1", "completed 3", "fixed 3"}},
		"a pull request is its own line": {[]string{build(1, "failure"), strings.Replace(build(2, "success"), `"push"`, `"pull_request"`, 1)}, []string{"completed 1", "failed 1", "completed 2"}},
		"a tag is its own line":          {[]string{build(1, "failure"), strings.Replace(build(2, "success"), `"push"`, `"tag"`, 1)}, []string{"completed 1", "failed 1", "completed 2"}},
		"a promotion is its own line":    {[]string{build(1, "failure"), strings.Replace(build(2, "success"), `"push"`, `"promote"`, 1)}, []string{"completed 1", "failed 1", "completed 2"}},
		"another repository":             {[]string{build(1, "failure"), strings.Replace(build(2, "success"), `"id":1`, `"id":2`, 1)}, []string{"completed 1", "failed 1", "completed 2"}},
		"without a number":               {[]string{build(0, "failure"), build(0, "failure") + " "}, []string{"completed 0", "failed 0", "completed 0", "failed 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHooked(t)
			for _, what := range []string{"completed", "failed", "fixed"} {
				h.On("build."+what, func(_ context.Context, delivery *dw.Delivery) error {
					payload, err := delivery.Payload()
					if err != nil {
						return err
					}
					h.told <- fmt.Sprint(what, " ", payload.Build.Number)
					return nil
				})
			}
			for _, body := range each.deliveries {
				if status := h.send(t, body); status != 202 {
					t.Errorf("%s is %d", body, status)
				}
			}
			want(t, h.drained(t), each.want...)
		})
	}
}

func TestWhatWasToldOfABuildIsToldAgainWhenItsHandlersAreTriedAgain(t *testing.T) {
	h := newHooked(t)
	h.OnError(func(error, *dw.Delivery) {})
	calls := 0
	done := make(chan struct{})
	h.On("build.failed", func(context.Context, *dw.Delivery) error {
		if calls++; calls < 3 {
			return errors.New("not now")
		}
		close(done)
		return nil
	})
	h.send(t, build(1, "failure"))
	<-done
	h.drained(t)
}
