package io.github.dronewebhooks.bench;

import io.github.dronewebhooks.DroneWebhookVerifier;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the first verdict of a process takes, from the verifier's making on: each in a process of its own, in turns, and the median told. The thread's own
 * time, so that what else runs on the machine counts for nothing.
 */
public final class Load {
    private static final byte[] SECRET = "d8fa5c314f7b1f5cac27d34e157e3459".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BODY = "{\"event\":\"user\",\"action\":\"created\"}".getBytes(StandardCharsets.UTF_8);
    private static final int PROCESSES = 15;

    private Load() {}

    /** Without an argument starts the processes; with one is such a process. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            System.out.println(first(arguments[0].equals("ours")));
            return;
        }
        long[] ours = new long[PROCESSES];
        long[] byHand = new long[PROCESSES];
        for (int each = 0; each < PROCESSES; each++) {
            ours[each] = run("ours");
            byHand[each] = run("by hand");
        }
        Arrays.sort(ours);
        Arrays.sort(byHand);
        System.out.printf("first verdict: ours %d ms (at least %d), by hand %d ms (at least %d)%n",
                ours[PROCESSES / 2] / 1000, ours[0] / 1000, byHand[PROCESSES / 2] / 1000, byHand[0] / 1000);
    }

    private static long run(String what) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Load.class.getName(), what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return Long.parseLong(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim());
    }

    /** In microseconds. */
    private static long first(boolean ours) throws GeneralSecurityException {
        Map<String, List<String>> headers = signed();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        boolean good = ours
                ? DroneWebhookVerifier.builder().secret(SECRET).build().verify(headers, BODY) != null
                : new NativeVerifier(SECRET).verify(headers, BODY, Instant.now());
        long end = threads.getCurrentThreadCpuTime();
        if (!good) {
            throw new IllegalStateException("a good request was refused");
        }
        return (end - start) / 1000;
    }

    private static Map<String, List<String>> signed() throws GeneralSecurityException {
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.US).format(Instant.now().atOffset(ZoneOffset.UTC));
        String digest = "SHA-256=" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(BODY));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] signature = mac.doFinal(("date: " + date + "\ndigest: " + digest).getBytes(StandardCharsets.UTF_8));
        return Map.of("Date", List.of(date), "Digest", List.of(digest), "Signature", List.of("keyId=\"hmac-key\",algorithm=\"hmac-sha256\",signature=\""
                + Base64.getEncoder().encodeToString(signature) + "\",headers=\"date digest\""));
    }
}
