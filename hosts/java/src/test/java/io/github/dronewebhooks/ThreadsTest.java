package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private static final int THREADS = 8;
    private static final int VERIFICATIONS = 100_000;

    @Test
    void eightThreadsGiveNoWrongVerdictIn100000HalfOfThemForged() throws Exception {
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        List<Future<Integer>> right = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                right.add(threads.submit(() -> verifyMany(verifier, number)));
            }
            int sum = 0;
            for (Future<Integer> each : right) {
                sum += each.get();
            }
            assertEquals(VERIFICATIONS, sum);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every thread has bodies of its own, so that what one leaves behind is wrong for another; gives how many verdicts were right. */
    private static int verifyMany(DroneWebhookVerifier verifier, int thread) {
        int right = 0;
        byte[] body = Sample.body(thread, 300 + 700 * thread);
        byte[] other = Sample.body(thread + 100, 300 + 700 * thread);
        Map<String, List<String>> good = Signer.withSecret("the secret").sign(body).asMap();
        Map<String, List<String>> forged = Signer.withSecret("another secret").sign(body).asMap();
        for (int each = 0; each < VERIFICATIONS / THREADS; each++) {
            Code expected = each % 2 == 0 ? null : each % 4 == 1 ? Code.SIGNATURE_MISMATCH : Code.DIGEST_MISMATCH;
            Code found = Sample.codeOf(() -> verifier.verify(
                    expected == Code.SIGNATURE_MISMATCH ? forged : good, expected == Code.DIGEST_MISMATCH ? other : body));
            right += found == expected ? 1 : 0;
        }
        return right;
    }

    @Test
    void twoThousandThreadsAtOnceWaitForAnInstanceAndVirtualOnesWhereThereAreSome() throws Exception {
        byte[] body = Sample.body(1, 2000);
        var headers = Signer.withSecret("the secret").sign(body).asMap();
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        ExecutorService threads = manyThreads();
        try {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int number = 0; number < 2000; number++) {
                tasks.add(() -> verifier.verify(headers, body).event());
            }
            for (Future<String> each : threads.invokeAll(tasks)) {
                assertEquals("build", each.get());
            }
            assertTrue(verifier.instances().idle() <= Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
        } finally {
            threads.shutdownNow();
        }
    }

    /** By reflection, since they are there from Java 21 on only. */
    private static ExecutorService manyThreads() throws ReflectiveOperationException {
        if (Runtime.version().feature() < 21) {
            return Executors.newFixedThreadPool(200);
        }
        return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    @Test
    void payloadsAreReadByTheThreadThatAsks() throws Exception {
        byte[] body = Sample.body(1, 5000);
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Long>> tasks = new ArrayList<>();
            for (int number = 0; number < 400; number++) {
                Delivery delivery = verifier.verify(Signer.withSecret("the secret").sign(body).asMap(), body);
                tasks.add(() -> delivery.payload().build().number());
                tasks.add(() -> delivery.event().equals("build") ? 1L : 0L);
            }
            for (Future<Long> each : threads.invokeAll(tasks)) {
                assertEquals(1L, each.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anInterruptedThreadVerifiesAllTheSameAndStaysInterrupted() {
        byte[] body = Sample.body(1, 2000);
        var headers = Signer.withSecret("the secret").sign(body).asMap();
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        Thread.currentThread().interrupt();
        Delivery delivery = verifier.verify(headers, body);
        assertEquals("build", delivery.event());
        assertTrue(Thread.interrupted());
    }

    @Test
    void anInterruptInTheMiddleOfACallLosesNoDelivery() throws Exception {
        byte[] body = Sample.body(1, 60_000);
        var headers = Signer.withSecret("the secret").sign(body).asMap();
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        Thread verifying = Thread.currentThread();
        var done = new AtomicBoolean();
        var interrupter = new Thread(() -> {
            while (!done.get()) {
                verifying.interrupt();
            }
        });
        interrupter.start();
        try {
            for (int each = 0; each < 300; each++) {
                assertEquals("build", verifier.verify(headers, body).event());
            }
        } finally {
            done.set(true);
            while (interrupter.isAlive()) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }
    }
}
