package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dronewebhooks.Servers.Running;
import io.github.dronewebhooks.Wire.Answer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final byte[] BODY = "{\"event\":\"user\",\"action\":\"created\",\"user\":{\"login\":\"h\u00fcbot\"}}".getBytes(StandardCharsets.UTF_8);
    private static final String LENGTH = "Content-Length: " + BODY.length;
    private static final DroneWebhookVerifier VERIFIER = DroneWebhookVerifier.builder().secret("the secret").maxBodyBytes(10_000).build();

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private Running start(String name, HttpServlet servlet, Filter... filters) throws Exception {
        return name.equals("jetty") ? Servers.jetty(servlet, filters) : Servers.tomcat(servlet, filters);
    }

    private DroneWebhookFilter filter() {
        return new DroneWebhookFilter(VERIFIER, (refusal, head) -> told.add(refusal.code().toString()));
    }

    /** Answers with the delivery's event and the body as it reads it. */
    private static final class Echo extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            var delivery = (Delivery) request.getAttribute(DroneWebhookFilter.DELIVERY);
            byte[] body = request.getInputStream().readAllBytes();
            byte[] answer = (delivery.event() + " " + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat"})
    void theServletBehindItHasTheDeliveryAndTheBody(String name) throws Exception {
        try (Running server = start(name, new Echo(), filter())) {
            Answer answer = Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH), BODY);
            assertEquals(200, answer.status());
            assertEquals("user " + new String(BODY, StandardCharsets.UTF_8), answer.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat"})
    void theBodyIsReadAsUtf8ByAReader(String name) throws Exception {
        var servlet = new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
                byte[] line = request.getReader().readLine().getBytes(StandardCharsets.UTF_8);
                response.setContentLength(line.length);
                response.getOutputStream().write(line);
            }
        };
        try (Running server = start(name, servlet, filter())) {
            Answer answer = Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH), BODY);
            assertEquals(new String(BODY, StandardCharsets.UTF_8), answer.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat"})
    void theBodyIsReadWithoutBlockingByAListener(String name) throws Exception {
        var servlet = new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
                AsyncContext async = request.startAsync(request, response);
                ServletInputStream in = request.getInputStream();
                var read = new ByteArrayOutputStream();
                in.setReadListener(new ReadListener() {
                    @Override
                    public void onDataAvailable() throws IOException {
                        while (in.isReady() && !in.isFinished()) {
                            read.write(in.read());
                        }
                    }

                    @Override
                    public void onAllDataRead() throws IOException {
                        response.setContentLength(read.size());
                        response.getOutputStream().write(read.toByteArray());
                        async.complete();
                    }

                    @Override
                    public void onError(Throwable failure) {
                        async.complete();
                    }
                });
            }
        };
        try (Running server = start(name, servlet, filter())) {
            Answer answer = Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH), BODY);
            assertEquals(new String(BODY, StandardCharsets.UTF_8), answer.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat"})
    void whatIsRefusedDoesNotReachTheServlet(String name) throws Exception {
        var servlet = new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response) {
                told.add("reached");
            }
        };
        try (Running server = start(name, servlet, filter())) {
            try (var wire = new Wire(server.port())) {
                wire.send(Wire.head("/hook", "another secret", BODY, LENGTH) + "\r\n\r\n");
                assertEquals(401, wire.answer().status(), "before the body is sent");
            }
            assertEquals(401, Wire.exchange(server.port(), Wire.head("/hook", "the secret", new byte[0], LENGTH), BODY).status());
            assertEquals(413, Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, "Content-Length: 10001"), BODY).status());
            assertEquals(422, Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH, "X-Drone-Event: repo"), BODY).status());
            Answer answer = Wire.exchange(server.port(), "GET /hook HTTP/1.1\r\nHost: a", new byte[0]);
            assertEquals(405, answer.status());
            assertEquals("POST", answer.headers().get("allow"));
        }
        for (String code : new String[] {"signature_mismatch", "digest_mismatch", "body_too_large", "event_mismatch"}) {
            assertEquals(code, told.poll(60, TimeUnit.SECONDS));
        }
        assertTrue(told.isEmpty(), told.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat"})
    void aBodyThatAnotherFilterHasReadIsNoBytes(String name) throws Exception {
        Filter greedy = (request, response, chain) -> {
            request.getInputStream().readAllBytes();
            chain.doFilter(request, response);
        };
        Filter reading = (request, response, chain) -> {
            request.getReader().readLine();
            chain.doFilter(request, response);
        };
        for (Filter before : new Filter[] {greedy, reading}) {
            try (Running server = start(name, new Echo(), before, filter())) {
                assertEquals(500, Wire.exchange(server.port(), Wire.head("/hook", "the secret", BODY, LENGTH), BODY).status());
                assertEquals("body_not_bytes", told.poll(60, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "tomcat"})
    void extensionCallsGoThroughWhereTheyAreWanted(String name) throws Exception {
        byte[] body = "{\"repo\":{\"slug\":\"octo/demo\"}}".getBytes(StandardCharsets.UTF_8);
        var verifier = DroneWebhookVerifier.builder().secret("the secret").requiredHeaders(Signer.EXTENSION_HEADERS).build();
        var headers = java.util.List.of(
                java.util.Map.entry("accept", "application/vnd.drone.config.v1+json"),
                java.util.Map.entry("accept-encoding", "identity"),
                java.util.Map.entry("content-type", "application/json"));
        SignedHeaders signed = Signer.builder().secret("the secret").signedHeaders(Signer.EXTENSION_HEADERS).build().sign(RequestHead.ofPairs(headers), body);
        String head = "POST /hook HTTP/1.1\r\nHost: a\r\nAccept: application/vnd.drone.config.v1+json\r\nAccept-Encoding: identity\r\n"
                + "Content-Type: application/json\r\nDate: " + signed.date() + "\r\nDigest: " + signed.digest() + "\r\nSignature: " + signed.signature()
                + "\r\nContent-Length: " + body.length;
        try (Running server = start(name, new Echo(), DroneWebhookFilter.forExtensions(verifier))) {
            assertEquals("null {\"repo\":{\"slug\":\"octo/demo\"}}", Wire.exchange(server.port(), head, body).text());
        }
        try (Running server = start(name, new Echo(), new DroneWebhookFilter(verifier))) {
            assertEquals(422, Wire.exchange(server.port(), head, body).status());
        }
    }
}
