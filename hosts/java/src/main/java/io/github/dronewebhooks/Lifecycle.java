package io.github.dronewebhooks;

import io.github.dronewebhooks.payload.Build;
import io.github.dronewebhooks.payload.Payload;
import io.github.dronewebhooks.payload.Repo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** What becomes of a build, told once, although Drone repeats itself: {@code build.completed}, {@code build.failed}, {@code build.fixed}. In memory. */
final class Lifecycle {
    static final String COMPLETED = "build.completed";
    static final String FAILED = "build.failed";
    static final String FIXED = "build.fixed";

    // Builds, and branches, that are remembered; of each branch so many results, since few builds end out of order.
    private static final int MOST = 10_000;
    private static final int RESULTS = 20;

    /** How a build of a branch ended, in the order in which that was learnt, and whether it was the one that fixed the branch. */
    private record Result(long number, boolean failed, boolean fixed) {}

    /** Which delivery told of the end of a build, and what it told. */
    private record Told(String id, List<String> names) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Told> builds = bounded();
    private final Map<String, List<Result>> branches = bounded();

    /** The derived names that are due for a delivery. The same delivery gets the same again; others of the same build get none. */
    List<String> namesOf(Delivery delivery) {
        Payload payload = delivery.payload();
        Build build = payload.build();
        if (!"build".equals(delivery.event()) || build == null || !build.isCompleted()) {
            return List.of();
        }
        String repo = repoOf(payload.repo());
        if (repo == null || build.number() == null) {
            // Without a number every delivery is a build of its own.
            return names(build, false);
        }
        lock.lock();
        try {
            String key = repo + " " + build.number();
            Told told = builds.get(key);
            if (told == null) {
                told = new Told(delivery.id(), names(build, isFix(build, repo + " " + lineOf(build))));
                builds.put(key, told);
            }
            return told.id.equals(delivery.id()) ? told.names : List.of();
        } finally {
            lock.unlock();
        }
    }

    private static List<String> names(Build build, boolean fixed) {
        var names = new ArrayList<>(List.of(COMPLETED));
        if (failed(build)) {
            names.add(FAILED);
        }
        if (fixed) {
            names.add(FIXED);
        }
        return List.copyOf(names);
    }

    /** Adds the result to its branch and says whether it fixed it. A cancelled, skipped or declined build says nothing about the code. */
    private boolean isFix(Build build, String branch) {
        boolean failed = failed(build);
        if (!failed && !"success".equals(build.status())) {
            return false;
        }
        List<Result> results = branches.computeIfAbsent(branch, key -> new ArrayList<>());
        // An earlier build that succeeds after a later one has fixed nothing.
        boolean last = results.stream().allMatch(result -> result.number < build.number());
        boolean fixed = last && !failed && isBroken(results);
        results.add(new Result(build.number(), failed, fixed));
        if (results.size() > RESULTS) {
            results.remove(0);
        }
        return fixed;
    }

    /** Whether a failure was told of and no newer success since: a failure that is told of late wants its fix all the same. */
    private static boolean isBroken(List<Result> results) {
        boolean broken = false;
        long latest = Long.MIN_VALUE;
        for (Result result : results) {
            if (result.failed) {
                broken = true;
            } else if (result.number > latest) {
                broken = false;
            }
            latest = Math.max(latest, result.number);
        }
        return broken;
    }

    private static boolean failed(Build build) {
        return "failure".equals(build.status()) || "error".equals(build.status());
    }

    private static String repoOf(Repo repo) {
        return repo == null ? null : repo.id() != null ? String.valueOf(repo.id()) : repo.slug();
    }

    /** What a build is compared within: its branch; a pull request, a tag, and each target of promotions are lines of their own. */
    private static String lineOf(Build build) {
        String event = build.event() == null ? "" : build.event();
        String branch = build.target() != null ? build.target() : build.ref();
        return switch (event) {
            case "pull_request", "tag" -> build.ref() != null ? build.ref() : event + " " + build.target();
            case "promote", "rollback" -> build.deployTo() + " from " + branch;
            default -> branch == null ? "" : branch;
        };
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        };
    }
}
