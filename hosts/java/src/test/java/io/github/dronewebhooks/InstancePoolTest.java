package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

class InstancePoolTest {
    @Test
    void anInstanceThatTrapsIsThrownAwayAndTheTaskDoneOnAnother() {
        var pool = new InstancePool(ModuleInstance::verifying);
        List<ModuleInstance> used = new ArrayList<>();
        int verdict = pool.use(instance -> {
            used.add(instance);
            if (used.size() == 1) {
                breakMemory(instance);
            }
            return instance.call(instance.facts, new byte[1], 1);
        });
        assertEquals(254, ModuleInstance.codeOf(verdict), "a record of one byte is malformed");
        assertEquals(2, used.size());
        assertNotSame(used.get(0), used.get(1));
        assertEquals(1, pool.idle());
        pool.use(instance -> used.add(instance));
        assertEquals(used.get(1), used.get(2));
    }

    @Test
    void aTaskThatAlwaysTrapsIsToldAndThePoolLives() {
        var pool = new InstancePool(ModuleInstance::verifying);
        for (int each = 0; each < 50; each++) {
            assertThrows(RuntimeException.class, () -> pool.use(instance -> {
                breakMemory(instance);
                return instance.call(instance.facts, new byte[1], 1);
            }));
        }
        assertEquals(0, pool.idle());
        assertEquals("a", pool.use(instance -> "a"));
    }

    @Test
    void verifyingGoesOnAfterATrap() {
        byte[] body = Sample.body(1, 500);
        var headers = Signer.withSecret("the secret").sign(body).asMap();
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        verifier.verify(headers, body);
        verifier.instances().use(instance -> {
            breakMemory(instance);
            return null;
        });
        assertEquals("build", verifier.verify(headers, body).event());
        assertEquals(Code.DIGEST_MISMATCH, Sample.codeOf(() -> verifier.verify(headers, Sample.body(2, 500))));
    }

    @Test
    void noMoreInstancesAreMadeThanThePoolIsBoundTo() throws InterruptedException {
        var made = new AtomicInteger();
        var pool = new InstancePool(() -> {
            made.incrementAndGet();
            return ModuleInstance.verifying();
        });
        var threads = new ArrayList<Thread>();
        var start = new CountDownLatch(1);
        for (int each = 0; each < 64; each++) {
            var thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException impossible) {
                    throw new IllegalStateException(impossible);
                }
                for (int call = 0; call < 20; call++) {
                    pool.use(instance -> instance.call(instance.facts, new byte[1], 1));
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        int bound = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        assertTrue(made.get() <= bound, made + " were made, and " + bound + " are allowed");
        assertEquals(made.get(), pool.idle());
    }

    @Test
    void anInstanceWhoseMemoryHasGrownIsNotKept() {
        byte[] body = Sample.body(1, 4_000_000);
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        Delivery delivery = verifier.verify(Signer.withSecret("the secret").sign(body).asMap(), body);
        assertEquals(1, verifier.instances().idle(), "a body is not copied to be verified");
        assertEquals("build", delivery.event());
        assertEquals(0, verifier.instances().idle());
    }

    @Test
    void aBodyOverItsBoundIsNotCopied() {
        byte[] body = Sample.body(1, 30_000_000);
        var verifier = DroneWebhookVerifier.builder().secret("the secret").build();
        var headers = Signer.withSecret("the secret").sign(new byte[0]).asMap();
        long before = verifier.instances().use(ModuleInstance::memoryBytes);
        assertEquals(Code.BODY_TOO_LARGE, Sample.codeOf(() -> verifier.verify(headers, body)));
        assertEquals(before, verifier.instances().use(ModuleInstance::memoryBytes));
    }

    @Test
    void aModuleOfAnotherVersionIsRefused() {
        // (module (memory (export "memory") 1) (func (export "abi_version") (result i32) (i32.const 2)))
        byte[] module = {
            0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 24, 2, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0,
            11, 'a', 'b', 'i', '_', 'v', 'e', 'r', 's', 'i', 'o', 'n', 0, 0, 10, 6, 1, 4, 0, 0x41, 2, 0x0b
        };
        Instance other = Instance.builder(Parser.parse(module)).build();
        var refusal = assertThrows(IllegalStateException.class, () -> new ModuleInstance(other, false));
        assertTrue(refusal.getMessage().contains("version 2"), refusal.getMessage());
    }

    @Test
    void lengthsInTheUpperHalfOfAVerdictAreNotNegative() {
        var instance = ModuleInstance.verifying();
        int length = 9 << 20;
        instance.call(instance.facts, new byte[length], length);
        int verdict = (length << 8) | 21;
        assertTrue(verdict < 0);
        assertEquals(21, ModuleInstance.codeOf(verdict));
        assertEquals(length, instance.answer(verdict).length);
    }

    private static void breakMemory(ModuleInstance instance) {
        instance.memory().fill((byte) 0xff, 0, (int) instance.memoryBytes());
    }
}
