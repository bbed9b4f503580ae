package io.github.dronewebhooks.bench;

import io.github.dronewebhooks.DroneWebhookVerifier;
import io.github.dronewebhooks.SignedHeaders;
import io.github.dronewebhooks.Signer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A verdict's cost beside a verifier written by hand. Both are warmed up in one process and then take turns, in samples of some milliseconds; the ratio is
 * taken round by round, and its median told.
 */
public final class Bench {
    private static final String SECRET = "d8fa5c314f7b1f5cac27d34e157e3459";
    private static final int REQUESTS = 64;
    private static final long WARM_UP_NANOS = 8_000_000_000L;
    private static final long SAMPLE_NANOS = 10_000_000L;
    private static final int ROUNDS = 201;

    // The thread's own time: what else runs on the machine counts for nothing.
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private record Request(Map<String, List<String>> headers, byte[] body) {}

    private interface Contestant {
        boolean accepts(Request request);
    }

    private Bench() {}

    /** Prints a line for each size. */
    public static void main(String[] arguments) {
        for (String argument : arguments.length == 0 ? new String[] {"2048", "65536"} : arguments) {
            System.out.println(measure(Integer.parseInt(argument)));
        }
    }

    private static String measure(int size) {
        Request[] requests = requests(size);
        var verifier = DroneWebhookVerifier.builder().secret(SECRET).build();
        var byHand = new NativeVerifier(SECRET.getBytes(StandardCharsets.UTF_8));
        Contestant ours = request -> verifier.verify(request.headers(), request.body()) != null;
        Contestant theirs = request -> byHand.verify(request.headers(), request.body(), Instant.now());
        long end = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < end) {
            sample(ours, requests);
            sample(theirs, requests);
        }
        double[] ratios = new double[ROUNDS];
        double[] times = new double[ROUNDS];
        double[] timesByHand = new double[ROUNDS];
        var random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            boolean first = random.nextBoolean();
            double early = sample(first ? ours : theirs, requests);
            double late = sample(first ? theirs : ours, requests);
            times[round] = first ? early : late;
            timesByHand[round] = first ? late : early;
            ratios[round] = times[round] / timesByHand[round];
        }
        return String.format("%6d bytes: %.2f times by hand (quartiles %.2f to %.2f); ours %.1f us, by hand %.1f us",
                size, at(ratios, 0.5), at(ratios, 0.25), at(ratios, 0.75), at(times, 0.5) / 1000, at(timesByHand, 0.5) / 1000);
    }

    /** Nanoseconds for one request. */
    private static double sample(Contestant contestant, Request[] requests) {
        long start = THREADS.getCurrentThreadCpuTime();
        long done = 0;
        long elapsed;
        do {
            for (Request request : requests) {
                if (!contestant.accepts(request)) {
                    throw new IllegalStateException("a good request was refused");
                }
            }
            done += requests.length;
            elapsed = THREADS.getCurrentThreadCpuTime() - start;
        } while (elapsed < SAMPLE_NANOS);
        return (double) elapsed / done;
    }

    private static double at(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }

    private static Request[] requests(int size) {
        var all = new ArrayList<Request>();
        for (int number = 0; number < REQUESTS; number++) {
            String start = "{\"event\":\"build\",\"action\":\"updated\",\"build\":{\"number\":" + number + ",\"message\":\"";
            byte[] body = (start + "m".repeat(size - start.length() - 3) + "\"}}").getBytes(StandardCharsets.UTF_8);
            SignedHeaders signed = Signer.builder().secret(SECRET).clock(Clock.systemUTC()).build().sign(body);
            // As Drone sends them, in its order.
            var headers = new LinkedHashMap<String, List<String>>();
            headers.put("Host", List.of("127.0.0.1:8080"));
            headers.put("User-Agent", List.of("Go-http-client/1.1"));
            headers.put("Content-Length", List.of(String.valueOf(body.length)));
            headers.put("Content-Type", List.of("application/json"));
            headers.put("Date", List.of(signed.date()));
            headers.put("Digest", List.of(signed.digest()));
            headers.put("Signature", List.of(signed.signature()));
            headers.put("X-Drone-Event", List.of("build"));
            headers.put("Accept-Encoding", List.of("gzip"));
            all.add(new Request(headers, body));
        }
        return all.toArray(Request[]::new);
    }
}
