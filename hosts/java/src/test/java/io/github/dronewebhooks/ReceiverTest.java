package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dronewebhooks.Servers.Running;
import io.github.dronewebhooks.Wire.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of what a receiver answers, in real servers. */
class ReceiverTest {
    private static final byte[] BODY = Sample.body(1, 2000);
    private static final String LENGTH = "Content-Length: " + BODY.length;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Webhooks webhooks;
    private Running server;

    private void start(String name) throws Exception {
        start(name, DroneWebhookVerifier.builder().secret("the secret").maxBodyBytes(100_000).maxHeaders(20).build());
    }

    private void start(String name, DroneWebhookVerifier verifier) throws Exception {
        webhooks = Webhooks.builder(verifier).capacity(1).build();
        webhooks.on("build.completed", delivery -> told.add("build " + delivery.payload().build().number()));
        webhooks.onRefused((refusal, head) -> told.add(refusal.code() + (refusal.getCause() == null ? "" : " broken off")));
        server = Servers.start(name, webhooks);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        webhooks.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aDeliveryIsAcceptedOnceAndThenADuplicate(String name) throws Exception {
        start(name);
        String head = Wire.head("/hook?a=b", "the secret", BODY, LENGTH, "X-Drone-Event: build");
        Answer answer = Wire.exchange(server.port(), head, BODY);
        assertEquals(202, answer.status());
        assertEquals("Accepted\n", answer.text());
        assertNull(answer.headers().get("connection"));
        assertEquals("build 1", told.poll(60, TimeUnit.SECONDS));
        assertEquals(200, Wire.exchange(server.port(), head, BODY).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aConnectionIsKeptForTheNextDelivery(String name) throws Exception {
        start(name);
        try (var wire = new Wire(server.port())) {
            for (int number = 1; number < 4; number++) {
                byte[] body = Sample.body(number, 500);
                wire.send(Wire.head("/hook", "the secret", body, "Content-Length: " + body.length) + "\r\n\r\n");
                wire.send(body);
                assertEquals(202, wire.answer().status());
                assertEquals("build " + number, told.poll(60, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aBodyInChunksIsAccepted(String name) throws Exception {
        start(name);
        try (var wire = new Wire(server.port())) {
            wire.send(Wire.head("/hook", "the secret", BODY, "Transfer-Encoding: chunked") + "\r\n\r\n");
            wire.send(Integer.toHexString(BODY.length) + "\r\n");
            wire.send(BODY);
            wire.send("\r\n0\r\n\r\n");
            assertEquals(202, wire.answer().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aForgeryIsRefusedBeforeItsBodyIsSent(String name) throws Exception {
        start(name);
        try (var wire = new Wire(server.port())) {
            wire.send(Wire.head("/hook", "another secret", BODY, "Content-Length: 90000") + "\r\n\r\n");
            Answer answer = wire.answer();
            assertEquals(401, answer.status());
            assertEquals("Unauthorized\n", answer.text());
            assertEquals("close", answer.headers().get("connection"));
            // The others wait for what the client sends still, as it is their habit.
            assertTrue(!name.equals("jetty") || wire.isClosed());
        }
        assertEquals("signature_mismatch", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void everyRefusalOfAKindIsAnsweredTheSame(String name) throws Exception {
        start(name);
        Answer forged = Wire.exchange(server.port(), Wire.head("/hook", "another secret", BODY, LENGTH), BODY);
        Answer changed = Wire.exchange(server.port(), Wire.head("/hook", "the secret", Sample.body(2, 2000), LENGTH), BODY);
        Answer unsigned = Wire.exchange(server.port(), "POST /hook HTTP/1.1\r\nHost: a\r\n" + LENGTH, BODY);
        assertEquals(401, forged.status());
        assertEquals(forged, changed);
        assertEquals(forged, unsigned);
        assertEquals("signature_mismatch", told.poll(60, TimeUnit.SECONDS));
        assertEquals("digest_mismatch", told.poll(60, TimeUnit.SECONDS));
        assertEquals("signature_missing", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void anotherMethodIsNotAllowedAndAnotherPathNotFound(String name) throws Exception {
        start(name);
        for (String method : new String[] {"GET", "PUT", "DELETE", "OPTIONS"}) {
            Answer answer = Wire.exchange(server.port(), method + " /hook HTTP/1.1\r\nHost: a", new byte[0]);
            assertEquals(405, answer.status(), method);
            assertEquals("POST", answer.headers().get("allow"));
        }
        for (String path : new String[] {"/", "/hook/more", "/hooks"}) {
            int status = Wire.exchange(server.port(), Wire.head(path, "the secret", BODY, LENGTH), BODY).status();
            // Paths that are not ours are the server's business; Jetty takes only GET for what is not there.
            assertEquals(name.equals("jetty") ? 405 : 404, status, path);
        }
        assertTrue(told.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aBodyThatSaysItIsTooLargeIsNotRead(String name) throws Exception {
        start(name);
        try (var wire = new Wire(server.port())) {
            wire.send(Wire.head("/hook", "the secret", BODY, "Content-Length: 100001") + "\r\n\r\n");
            assertEquals(413, wire.answer().status());
        }
        assertEquals("body_too_large", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aBodyThatDoesNotSayItIsTooLargeIsReadToItsBound(String name) throws Exception {
        start(name);
        try (var wire = new Wire(server.port())) {
            wire.send(Wire.head("/hook", "the secret", BODY, "Transfer-Encoding: chunked") + "\r\n\r\n");
            // One byte beyond the bound, and the chunk has no end.
            wire.send("fffff\r\n" + "x".repeat(100_001));
            assertEquals(413, wire.answer().status());
        }
        assertEquals("body_too_large", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void tooManyHeadersAre431(String name) throws Exception {
        start(name);
        String head = Wire.head("/hook", "the secret", BODY, LENGTH) + "\r\nX: y".repeat(20);
        assertEquals(431, Wire.exchange(server.port(), head, BODY).status());
        assertEquals("headers_too_large", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void whatIsAuthenticAndNoWebhookIs422(String name) throws Exception {
        start(name);
        byte[] extension = "{\"repo\":{\"slug\":\"octo/demo\"}}".getBytes(StandardCharsets.UTF_8);
        String head = Wire.head("/hook", "the secret", extension, "Content-Length: " + extension.length);
        assertEquals(422, Wire.exchange(server.port(), head, extension).status());
        assertEquals("payload_malformed", told.poll(60, TimeUnit.SECONDS));
        head = Wire.head("/hook", "the secret", BODY, LENGTH, "X-Drone-Event: user");
        assertEquals(422, Wire.exchange(server.port(), head, BODY).status());
        assertEquals("event_mismatch", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aFullInboxIs503(String name) throws Exception {
        start(name);
        var free = new CountDownLatch(1);
        var lost = new LinkedBlockingQueue<String>();
        webhooks.onAny(delivery -> free.await()).onError((failure, delivery) -> lost.add(delivery.id()));
        assertEquals(202, Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH), BODY).status());
        byte[] next = Sample.body(2, 100);
        String head = Wire.head("/hook", "the secret", next, "Content-Length: " + next.length);
        assertEquals(503, Wire.exchange(server.port(), head, next).status());
        assertEquals(64, lost.poll(60, TimeUnit.SECONDS).length());
        free.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aBodyThatBreaksOffIsTold(String name) throws Exception {
        start(name);
        try (var wire = new Wire(server.port())) {
            wire.send(Wire.head("/hook", "the secret", BODY, LENGTH) + "\r\n\r\n");
            wire.send(new byte[BODY.length / 2]);
        }
        assertEquals("body_not_bytes broken off", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void aReceiverThatIsSetUpWronglyIs500(String name) throws Exception {
        var broken = java.time.Clock.fixed(java.time.Instant.ofEpochSecond(-5), java.time.ZoneOffset.UTC);
        start(name, DroneWebhookVerifier.builder().secret("the secret").clock(broken).build());
        assertEquals(500, Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH), BODY).status());
        assertEquals("config_invalid", told.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat", "jdk"})
    void bytesThatAreNotAsciiAreMalformedHoweverTheServerDecodesThem(String name) throws Exception {
        start(name);
        String head = Wire.head("/hook", "the secret", BODY, LENGTH).replace("Digest: SHA", "Digest: \u00e9SHA");
        try {
            assertEquals(401, Wire.exchange(server.port(), head, BODY).status());
            assertEquals("header_malformed", told.poll(60, TimeUnit.SECONDS));
        } catch (IOException closed) {
            assertEquals("", closed.getMessage());
        }
    }
}
