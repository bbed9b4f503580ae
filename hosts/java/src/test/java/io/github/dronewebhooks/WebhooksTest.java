package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebhooksTest {
    private static final DroneWebhookVerifier VERIFIER = DroneWebhookVerifier.builder().secret("the secret").build();

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void handlersAreCalledByEventByActionAndForAllInTheirOrder() throws Exception {
        try (var webhooks = new Webhooks(VERIFIER)) {
            webhooks.on("build", tell("build")).on("repo", tell("repo")).onAny(tell("any")).on("build.created", tell("build.created"));
            webhooks.on("build.updated", tell("build.updated"));
            receive(webhooks, "{\"event\":\"build\",\"action\":\"created\"}");
            expect("build", "any", "build.created");
            receive(webhooks, "{\"event\":\"new\",\"action\":\"thing\"}");
            expect("any");
        }
        assertTrue(told.isEmpty(), told.toString());
    }

    @Test
    void aDuplicateIsToldAndNotHandledAgain() throws Exception {
        try (var webhooks = new Webhooks(VERIFIER).onAny(tell("any"))) {
            byte[] body = bytes("{\"event\":\"user\",\"action\":\"created\"}");
            var head = RequestHead.of(Signer.withSecret("the secret").sign(body).asMap());
            assertEquals(Acceptance.ACCEPTED, webhooks.receive(head, body));
            expect("any");
            assertEquals(Acceptance.DUPLICATE, webhooks.receive(head, body));
            assertEquals(200, Acceptance.DUPLICATE.status());
            assertEquals(202, Acceptance.ACCEPTED.status());
        }
        assertTrue(told.isEmpty(), told.toString());
    }

    @Test
    void theAnswerDoesNotWaitForHandlers() throws Exception {
        var answered = new CountDownLatch(1);
        try (var webhooks = new Webhooks(VERIFIER)) {
            webhooks.onAny(delivery -> told.add(answered.await(60, TimeUnit.SECONDS) ? "after" : "before"));
            receive(webhooks, "{\"event\":\"user\",\"action\":\"created\"}");
            answered.countDown();
            expect("after");
        }
    }

    @Test
    void whatFailsIsHandledAgainAndGivenUpInTheEnd() throws Exception {
        try (var webhooks = Webhooks.builder(VERIFIER).attempts(3).pause(attempt -> Duration.ofMillis(attempt)).build()) {
            webhooks.onAny(delivery -> {
                told.add("tried");
                throw new IllegalStateException("no");
            });
            webhooks.onAny(delivery -> {
                told.add("second");
                throw new StackOverflowError();
            });
            webhooks.onError((failure, delivery) -> {
                told.add(failure.getClass().getSimpleName());
                throw new IllegalArgumentException("a hook that fails");
            });
            receive(webhooks, "{\"event\":\"user\",\"action\":\"created\"}");
            for (int attempt = 0; attempt < 3; attempt++) {
                expect("tried", "IllegalStateException", "second", "StackOverflowError");
            }
            assertEquals(0, webhooks.close(Duration.ofSeconds(60)));
        }
        assertTrue(told.isEmpty(), told.toString());
    }

    @Test
    void aFullInboxRefusesAndTells() throws Exception {
        var free = new CountDownLatch(1);
        try (var webhooks = Webhooks.builder(VERIFIER).capacity(2).build()) {
            webhooks.onAny(delivery -> free.await()).onError((failure, delivery) -> told.add(failure.getMessage()));
            receive(webhooks, "{\"event\":\"user\",\"action\":\"1\"}");
            receive(webhooks, "{\"event\":\"user\",\"action\":\"2\"}");
            var full = assertThrows(InboxException.class, () -> receive(webhooks, "{\"event\":\"user\",\"action\":\"3\"}"));
            assertEquals(503, full.status());
            expect("2 deliveries wait to be handled, and there is no room for more");
            free.countDown();
        }
    }

    @Test
    void whatWasAcceptedIsHandledBeforeItIsClosedAndNothingIsTakenAfterwards() throws Exception {
        var webhooks = new Webhooks(VERIFIER);
        webhooks.onAny(tell("any")).onError((failure, delivery) -> told.add(failure.getMessage()));
        for (int each = 0; each < 50; each++) {
            receive(webhooks, "{\"event\":\"user\",\"action\":\"" + each + "\"}");
        }
        assertEquals(0, webhooks.close(Duration.ofSeconds(60)));
        assertEquals(50, told.size());
        told.clear();
        assertThrows(InboxException.class, () -> receive(webhooks, "{\"event\":\"user\",\"action\":\"late\"}"));
        expect("the receiver was closed");
    }

    @Test
    void closingTellsHowManyAreLost() throws Exception {
        var never = new CountDownLatch(1);
        var webhooks = new Webhooks(VERIFIER).onAny(delivery -> never.await());
        receive(webhooks, "{\"event\":\"user\",\"action\":\"1\"}");
        receive(webhooks, "{\"event\":\"user\",\"action\":\"2\"}");
        assertEquals(2, webhooks.close(Duration.ofMillis(1)));
    }

    @Test
    void theExecutorOfTheCallerRunsTheHandlersAndMayRefuse() throws Exception {
        var tasks = new ArrayList<Runnable>();
        var webhooks = Webhooks.builder(VERIFIER).executor(tasks::add).build().onAny(tell("any"));
        byte[] body = bytes("{\"event\":\"user\",\"action\":\"created\"}");
        var head = RequestHead.of(Signer.withSecret("the secret").sign(body).asMap());
        webhooks.receive(head, body);
        assertTrue(told.isEmpty());
        tasks.get(0).run();
        expect("any");
        var busy = Webhooks.builder(VERIFIER).executor(task -> {
            throw new java.util.concurrent.RejectedExecutionException("busy");
        }).build().onError((failure, delivery) -> told.add(failure.getMessage()));
        assertThrows(InboxException.class, () -> busy.receive(head, body));
        assertThrows(InboxException.class, () -> busy.receive(head, body), "what was not taken is no duplicate");
        expect("the executor of the handlers takes no more", "the executor of the handlers takes no more");
        assertEquals(0, busy.close(Duration.ZERO));
    }

    @Test
    void whatIsRefusedIsTold() {
        var webhooks = new Webhooks(VERIFIER).onRefused((refusal, head) -> told.add(refusal.code() + " " + head.method()));
        webhooks.onRefused((refusal, head) -> {
            throw new IllegalStateException("a hook that fails");
        });
        byte[] body = bytes("{\"repo\":{}}");
        var head = RequestHead.of(Signer.withSecret("the secret").sign(body).asMap()).withRequestLine("POST", "/hook");
        assertEquals(Code.PAYLOAD_MALFORMED, Sample.codeOf(() -> webhooks.receive(head, body)));
        assertEquals(Code.DIGEST_MISMATCH, Sample.codeOf(() -> webhooks.receive(head, new byte[0])));
        assertEquals(List.of("payload_malformed POST", "digest_mismatch POST"), List.copyOf(told));
        webhooks.close();
    }

    @Test
    void idsAreForgottenWhenNoReplayCouldBeAcceptedAnyMore() throws Exception {
        byte[] body = bytes("{\"event\":\"user\",\"action\":\"created\"}");
        Instant signed = Instant.ofEpochSecond(1_800_000_000L);
        var head = RequestHead.of(
                Signer.builder().secret("the secret").clock(Clock.fixed(signed, ZoneOffset.UTC)).build().sign(body).asMap());
        Delivery delivery = VERIFIER.verify(head, body, signed);
        var clock = new Clock[] {Clock.fixed(signed, ZoneOffset.UTC)};
        var inbox = new Inbox(new Inbox.Limits(10, 1, attempt -> Duration.ZERO), new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return clock[0].instant();
            }
        }, Duration.ofSeconds(300), Runnable::run, each -> true, (each, attempts) -> {});
        assertEquals(Acceptance.ACCEPTED, inbox.accept(delivery));
        clock[0] = Clock.fixed(signed.plusSeconds(900), ZoneOffset.UTC);
        assertEquals(Acceptance.DUPLICATE, inbox.accept(delivery));
        clock[0] = Clock.fixed(signed.plusSeconds(902), ZoneOffset.UTC);
        assertEquals(Acceptance.ACCEPTED, inbox.accept(delivery));
    }

    @Test
    void mistakesInTheOptionsAreConfigInvalid() {
        assertEquals(Code.CONFIG_INVALID, Sample.codeOf(() -> Webhooks.builder(VERIFIER).capacity(0)));
        assertEquals(Code.CONFIG_INVALID, Sample.codeOf(() -> Webhooks.builder(VERIFIER).attempts(0)));
    }

    private Webhooks.Handler tell(String name) {
        return delivery -> told.add(name);
    }

    private void expect(String... names) throws InterruptedException {
        for (String name : names) {
            assertEquals(name, told.poll(60, TimeUnit.SECONDS));
        }
    }

    private static void receive(Webhooks webhooks, String text) {
        byte[] body = bytes(text);
        webhooks.receive(RequestHead.of(Signer.withSecret("the secret").sign(body).asMap()), body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
