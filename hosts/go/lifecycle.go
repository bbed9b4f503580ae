package dronewebhooks

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// The names that are derived; Drone sends none of them.
const (
	buildCompleted = "build.completed"
	buildFailed    = "build.failed"
	buildFixed     = "build.fixed"
)

const (
	// Builds and branches that are remembered, of each; the oldest are forgotten.
	mostLines = 10_000
	// Builds that end out of order are few; so many of a branch are remembered.
	mostResults = 20
)

func isLifecycle(name string) bool {
	return name == buildCompleted || name == buildFailed || name == buildFixed
}

// lifecycle tells what became of a build, once, although Drone repeats itself.
type lifecycle struct {
	mu       sync.Mutex
	builds   memory[*claim]
	branches memory[[]result]
}

// claim is the first delivery that said that a build has ended, and what it was told.
type claim struct {
	id    string
	names []string
}

// result is how a build of a branch ended; the list of them is in the order in which that was learnt.
type result struct {
	number int64
	failed bool
}

func newLifecycle() lifecycle {
	return lifecycle{builds: newMemory[*claim](), branches: newMemory[[]result]()}
}

// of is which of the derived names are due. The same delivery gets the same answer however often it is asked for, so that handlers can be repeated; other
// deliveries of the same build get none.
func (l *lifecycle) of(delivery *Delivery) []string {
	payload, err := delivery.Payload()
	if err != nil || delivery.Event() != "build" || !payload.IsCompleted() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	failed := payload.Build.Status == StatusFailure || payload.Build.Status == StatusError
	names := []string{buildCompleted}
	if failed {
		names = append(names, buildFailed)
	}
	repo := nameOfRepo(payload.Repo)
	// Without a number every delivery is a build of its own.
	if repo == "" || payload.Build.Number == 0 {
		return names
	}
	key := fmt.Sprintf("%s %d", repo, payload.Build.Number)
	if known, found := l.builds.get(key); found {
		if known.id != delivery.ID() {
			return nil
		}
		return known.names
	}
	// A cancelled, skipped or declined build says nothing about the code: it neither fails nor fixes a branch.
	if failed || payload.Build.Status == StatusSuccess {
		if l.add(repo+" "+lineOf(payload.Build), result{payload.Build.Number, failed}) {
			names = append(names, buildFixed)
		}
	}
	l.builds.set(key, &claim{delivery.ID(), names})
	return names
}

// add remembers a result, and tells whether it fixed the branch. An earlier build that succeeds after a later one has fixed nothing.
func (l *lifecycle) add(branch string, added result) bool {
	results, _ := l.branches.get(branch)
	isLast := !slices.ContainsFunc(results, func(each result) bool { return each.number >= added.number })
	fixed := isLast && !added.failed && isBroken(results)
	results = append(slices.Clone(results), added)
	l.branches.set(branch, results[max(0, len(results)-mostResults):])
	return fixed
}

// isBroken tells whether there was a failure, and no newer success since.
func isBroken(results []result) bool {
	broken := false
	latest := int64(0)
	for _, each := range results {
		if each.failed {
			broken = true
		} else if each.number > latest {
			broken = false
		}
		latest = max(latest, each.number)
	}
	return broken
}

func nameOfRepo(repo *Repo) string {
	switch {
	case repo == nil:
		return ""
	case repo.ID != 0:
		return fmt.Sprint(repo.ID)
	default:
		return repo.Slug
	}
}

// lineOf is what a build is compared within: its branch; a pull request, a tag, and each target of promotions are lines of their own.
func lineOf(build *Build) string {
	switch build.Event {
	case "pull_request", "tag":
		return cmp.Or(build.Ref, build.Event+" "+build.Target)
	case "promote", "rollback":
		return build.DeployTo + " from " + cmp.Or(build.Target, build.Ref)
	default:
		return cmp.Or(build.Target, build.Ref)
	}
}

// memory is a map that forgets what was added first.
type memory[T any] struct {
	values map[string]T
	order  []string
}

func newMemory[T any]() memory[T] { return memory[T]{values: map[string]T{}} }

func (m *memory[T]) get(key string) (T, bool) {
	value, found := m.values[key]
	return value, found
}

func (m *memory[T]) set(key string, value T) {
	if _, found := m.values[key]; !found {
		if len(m.order) >= mostLines {
			delete(m.values, m.order[0])
			m.order = m.order[1:]
		}
		m.order = append(m.order, key)
	}
	m.values[key] = value
}
