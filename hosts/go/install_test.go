package dronewebhooks_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

const (
	modulePath = "github.com/drone-webhooks/drone-webhooks/hosts/go"
	version    = "v0.0.0-test"
)

// project is a module of somebody else, with a module cache of its own and a proxy that has this module as it would be published.
type project struct {
	t           *testing.T
	folder      string
	environment []string
}

func newProject(t *testing.T) project {
	t.Helper()
	root := t.TempDir()
	// What it needs of others comes from the cache of this run, so that nothing depends on a network.
	downloads := filepath.Join(strings.TrimSpace(output(t, exec.Command("go", "env", "GOMODCACHE"))), "cache", "download")
	p := project{t, filepath.Join(root, "project"), append(os.Environ(),
		"GOMODCACHE="+filepath.Join(root, "modules"), "GOPROXY=file://"+filepath.Join(root, "proxy")+",file://"+downloads,
		"GOSUMDB=off", "GOFLAGS=-modcacherw", "GOWORK=off")}
	publish(t, filepath.Join(root, "proxy", modulePath, "@v", version))
	if err := os.Mkdir(p.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	p.run("mod", "init", "example.com/receiver")
	p.run("get", modulePath+"@"+version)
	return p
}

func output(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	var told bytes.Buffer
	command.Stderr = &told
	text, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command.Args, err, told.Bytes())
	}
	return string(text)
}

func (p project) run(arguments ...string) string {
	p.t.Helper()
	return output(p.t, p.command("go", arguments...))
}

func (p project) command(name string, arguments ...string) *exec.Cmd {
	command := exec.Command(name, arguments...)
	command.Dir, command.Env = p.folder, p.environment
	return command
}

// publish writes what a module proxy has of a version: its go.mod, when it was made, and everything in a zip.
func publish(t *testing.T, file string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := pack(&archive); err != nil {
		t.Fatal(err)
	}
	for ending, content := range map[string][]byte{".mod": module, ".info": []byte(`{"Version":"` + version + `"}`), ".zip": archive.Bytes()} {
		if err := os.WriteFile(file+ending, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func pack(to io.Writer) error {
	archive := zip.NewWriter(to)
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := archive.Create(modulePath + "@" + version + "/" + filepath.ToSlash(path))
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

// snippets are the programs of the README by their names.
func snippets(t *testing.T) map[string]string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, match := range regexp.MustCompile("(?s)<!-- test: ([^>]*) -->\n```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		found[match[1]] = match[2]
	}
	if all := strings.Count(string(readme), "```go\n"); len(found) != all || all != 3 {
		t.Fatalf("%d of %d snippets have a name", len(found), all)
	}
	return found
}

func (p project) build(source string) string {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.folder, "main.go"), []byte(source), 0o600); err != nil {
		p.t.Fatal(err)
	}
	program := filepath.Join(p.t.TempDir(), "program")
	p.run("build", "-o", program, ".")
	return program
}

// running is a program of the README that receives.
type running struct {
	url  string
	logs *bufio.Scanner
	kill func() error
}

func (p project) start(program string, environment ...string) running {
	p.t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	command := p.command(program)
	command.Env = append(command.Env, append(environment, "ADDRESS="+address, "DRONE_WEBHOOK_SECRET="+secret)...)
	logs, err := command.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	listening(p.t, address)
	return running{"http://" + address + "/hook", bufio.NewScanner(logs), command.Process.Kill}
}

// logged waits until each of the texts was logged, in any order.
func (r running) logged(t *testing.T, texts ...string) {
	t.Helper()
	// The end of the program is the end of its log.
	defer time.AfterFunc(30*time.Second, func() { _ = r.kill() }).Stop()
	for len(texts) > 0 {
		if !r.logs.Scan() {
			t.Fatalf("%q was not logged", texts)
		}
		texts = slices.DeleteFunc(texts, func(text string) bool { return strings.Contains(r.logs.Text(), text) })
	}
}

func listening(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal("nobody listens at ", address)
		case <-tick.C:
		}
	}
}

func (r running) send(t *testing.T, body, secret string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := dw.SignRequest(request, []byte(body), dw.SignOptions{Secret: secret}); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestWhatIsPublishedInstallsAndEveryProgramOfTheReadmeRuns(t *testing.T) {
	p := newProject(t)
	programs := snippets(t)
	const body = `{"event":"build","action":"updated","repo":{"slug":"octocat/hello"},"build":{"number":7,"status":"success"}}`
	t.Run("verify by itself", func(t *testing.T) {
		if text := output(t, p.command(p.build(programs["verify by itself"]))); text != "build updated\ndigest_mismatch 401 true\nbody_newline_added\n" {
			t.Error(text)
		}
	})
	t.Run("a receiver", func(t *testing.T) {
		r := p.start(p.build(programs["a receiver"]))
		if good, forged := r.send(t, body, secret), r.send(t, body, "another"); good != 202 || forged != 401 {
			t.Error(good, forged)
		}
		r.logged(t, "octocat/hello success", "signature_mismatch")
	})
	t.Run("a middleware", func(t *testing.T) {
		spool := t.TempDir()
		r := p.start(p.build(programs["a middleware"]), "SPOOL="+spool)
		if good, forged := r.send(t, body, secret), r.send(t, body, "another"); good != 202 || forged != 401 {
			t.Error(good, forged)
		}
		files, err := filepath.Glob(filepath.Join(spool, "*.json"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		if stored, err := os.ReadFile(files[0]); string(stored) != body {
			t.Error(string(stored), err)
		}
	})
}

func TestWhatAProgramDependsOnIsOneModuleAndWhatThatNeeds(t *testing.T) {
	modules := strings.Fields(newProject(t).run("list", "-m", "-f", "{{.Path}}", "all"))
	if found := strings.Join(modules, " "); found != "example.com/receiver "+modulePath+" github.com/tetratelabs/wazero golang.org/x/sys" {
		t.Error(found)
	}
}
