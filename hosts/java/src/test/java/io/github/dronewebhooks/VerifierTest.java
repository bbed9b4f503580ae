package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static final byte[] BODY = Sample.body(7, 400);
    private static final SignedHeaders SIGNED = Signer.withSecret("the secret").sign(BODY);
    private static final DroneWebhookVerifier VERIFIER = builder().build();

    private static DroneWebhookVerifier.Builder builder() {
        return DroneWebhookVerifier.builder().secret("the secret");
    }

    @Test
    void aDeliverySaysWhatWasSigned() {
        Delivery delivery = VERIFIER.verify(SIGNED.asMap(), BODY);
        assertEquals("build", delivery.event());
        assertEquals("updated", delivery.action());
        assertEquals("hmac-key", delivery.keyId());
        assertEquals(List.of("date", "digest"), delivery.signedHeaders());
        assertEquals(64, delivery.id().length());
        assertTrue(Duration.between(delivery.signedAt(), Instant.now()).abs().toSeconds() < 60);
        assertEquals(7, delivery.payload().build().number());
        assertTrue(delivery.payload().build().isCompleted());
        assertEquals("Delivery[" + delivery.id() + "]", delivery.toString());
    }

    @Test
    void headersOfJavaNetHttpAreTaken() {
        var headers = HttpHeaders.of(SIGNED.asMap(), (name, value) -> true);
        assertEquals("build", VERIFIER.verify(headers, BODY).event());
    }

    @Test
    void namesAndValuesThatAreNullAreLeftOut() {
        Map<String, List<String>> headers = new HashMap<>(SIGNED.asMap());
        headers.put(null, List.of("HTTP/1.1 200 OK"));
        headers.put("accept", null);
        headers.put("x-drone-event", Arrays.asList((String) null));
        assertEquals("build", VERIFIER.verify(headers, BODY).event());
    }

    @Test
    void whatOneRequestLeavesBehindDoesNotCountForTheNext() {
        var forged = RequestHead.of(Signer.withSecret("wrong").sign(BODY).asMap());
        var good = RequestHead.of(SIGNED.asMap());
        Authenticated first = VERIFIER.authenticate(good);
        assertEquals(Code.SIGNATURE_MISMATCH, Sample.codeOf(() -> VERIFIER.authenticate(forged)));
        assertEquals(Code.DIGEST_MISMATCH, Sample.codeOf(() -> first.finish(new byte[] {1})));
        assertEquals("build", first.finish(BODY).event());
        assertEquals(Code.SIGNATURE_MISSING, Sample.codeOf(() -> VERIFIER.verify(Map.of(), BODY)));
        assertEquals("build", VERIFIER.verify(good, BODY).event());
    }

    @Test
    void theTimeCountsWhenTheHeadersCome() {
        var head = RequestHead.of(SIGNED.asMap());
        Instant signed = VERIFIER.verify(head, BODY).signedAt();
        Authenticated authenticated = VERIFIER.authenticate(head, signed.plusSeconds(300));
        assertEquals("build", authenticated.finish(BODY).event());
        assertEquals(Code.DATE_TOO_OLD, Sample.codeOf(() -> VERIFIER.authenticate(head, signed.plusSeconds(301))));
        assertEquals(Code.DATE_IN_FUTURE, Sample.codeOf(() -> VERIFIER.authenticate(head, signed.minusSeconds(301))));
    }

    @Test
    void aBodyThatIsChangedAfterwardsIsNoPayload() {
        byte[] body = BODY.clone();
        Delivery delivery = VERIFIER.verify(SIGNED.asMap(), body);
        body[body.length - 5] ^= 1;
        assertEquals(Code.DIGEST_MISMATCH, Sample.codeOf(delivery::payload));
    }

    @Test
    void aBodyOfWhichOnlyTheLengthIsKnownIsTooLarge() {
        var verifier = builder().maxBodyBytes(1000).build();
        assertEquals(1000, verifier.maxBodyBytes());
        var refusal = verifier.authenticate(RequestHead.of(SIGNED.asMap())).tooLarge(1001);
        assertEquals(Code.BODY_TOO_LARGE, refusal.code());
        assertEquals(413, refusal.status());
    }

    @Test
    void secretsAreRotatedAndKeyIdsHaveTheirOwn() {
        var rotated = DroneWebhookVerifier.builder().secret("the next").secret("the secret".getBytes(StandardCharsets.UTF_8)).build();
        assertEquals("build", rotated.verify(SIGNED.asMap(), BODY).event());
        var keys = DroneWebhookVerifier.builder().key("hmac-key", "the secret").key("other", "another").build();
        assertEquals("build", keys.verify(SIGNED.asMap(), BODY).event());
        var others = DroneWebhookVerifier.builder().key("other", "the secret").build();
        assertEquals(Code.KEY_UNKNOWN, Sample.codeOf(() -> others.verify(SIGNED.asMap(), BODY)));
    }

    @Test
    void aSecretThatIsChangedAfterwardsStaysWhatItWas() {
        byte[] secret = "the secret".getBytes(StandardCharsets.UTF_8);
        var verifier = DroneWebhookVerifier.builder().secret(secret).build();
        Arrays.fill(secret, (byte) 0);
        assertEquals("build", verifier.verify(SIGNED.asMap(), BODY).event());
    }

    @Test
    void lettersThatOnlyJavaTakesForAnAsciiOneAreNoHeaderName() {
        // A long s and a Kelvin sign are s and k without case.
        var pairs = List.of(
                Map.entry("date", SIGNED.date()), Map.entry("digest", SIGNED.digest()), Map.entry("\u017fignature", SIGNED.signature()));
        assertEquals(Code.SIGNATURE_MISSING, Sample.codeOf(() -> VERIFIER.verify(RequestHead.ofPairs(pairs), BODY)));
    }

    @Test
    void whatIsNotAsciiInAHeaderIsMalformedAndNeverAQuestionMark() {
        for (String bad : List.of("\ud800", "\u00e9", "\u0144", "\n", "\0", "\r")) {
            var headers = new HashMap<>(SIGNED.asMap());
            headers.put("digest", List.of(SIGNED.digest() + bad));
            assertEquals(Code.HEADER_MALFORMED, Sample.codeOf(() -> VERIFIER.verify(headers, BODY)), bad);
        }
        // The sender signed a question mark, and what came is a lone surrogate.
        var signer = Signer.builder().secret("the secret").signedHeaders(List.of("x-note", "date", "digest")).build();
        var signed = signer.sign(RequestHead.ofPairs(List.of(Map.entry("x-note", "really?"))), BODY);
        var headers = new HashMap<>(signed.asMap());
        headers.put("x-note", List.of("really?"));
        assertNull(Sample.codeOf(() -> VERIFIER.verify(headers, BODY)));
        headers.put("x-note", List.of("really\ud800"));
        assertEquals(Code.HEADER_MALFORMED, Sample.codeOf(() -> VERIFIER.verify(headers, BODY)));
    }

    @Test
    void aBodyThatIsNullIsNoBytes() {
        assertEquals(Code.BODY_NOT_BYTES, Sample.codeOf(() -> VERIFIER.verify(SIGNED.asMap(), null)));
        assertEquals(Code.BODY_NOT_BYTES, Sample.codeOf(() -> VERIFIER.authenticate(RequestHead.of(SIGNED.asMap())).finish(null)));
        assertEquals(Code.BODY_NOT_BYTES, Sample.codeOf(() -> Signer.withSecret("a").sign(null)));
    }

    @Test
    void mistakesInTheOptionsAreConfigInvalid() {
        var mistakes = new ArrayList<Runnable>();
        mistakes.add(() -> DroneWebhookVerifier.builder().build());
        mistakes.add(() -> DroneWebhookVerifier.builder().secret("").build());
        mistakes.add(() -> DroneWebhookVerifier.builder().secret(new byte[0]).build());
        mistakes.add(() -> DroneWebhookVerifier.builder().secret((String) null));
        mistakes.add(() -> DroneWebhookVerifier.builder().secret((byte[]) null));
        mistakes.add(() -> DroneWebhookVerifier.builder().secret("\ud800"));
        mistakes.add(() -> builder().key(null, "a"));
        mistakes.add(() -> builder().key("a", "").build());
        mistakes.add(() -> builder().tolerance(Duration.ofSeconds(-1)));
        mistakes.add(() -> builder().tolerance(Duration.ofNanos(-1)));
        mistakes.add(() -> builder().tolerance(null));
        mistakes.add(() -> builder().maxBodyBytes(-1));
        mistakes.add(() -> builder().maxBodyBytes(1L << 31));
        mistakes.add(() -> builder().maxHeaderBytes(-1));
        mistakes.add(() -> builder().maxHeaders(-1));
        mistakes.add(() -> builder().clock(null));
        mistakes.add(() -> builder().requiredHeaders().build());
        mistakes.add(() -> builder().requiredHeaders("date").build());
        mistakes.add(() -> builder().requiredHeaders("digest").build());
        mistakes.add(() -> builder().requiredHeaders("date", null));
        mistakes.add(() -> builder().requiredHeaders((List<String>) null));
        mistakes.add(() -> builder().requiredHeaders("date", "digest", "not a name").build());
        mistakes.add(() -> Signer.builder().build());
        mistakes.add(() -> Signer.withSecret(""). sign(BODY));
        mistakes.add(() -> Signer.builder().secret("a").signedHeaders(List.of("x-missing", "date", "digest")).build().sign(BODY));
        for (Instant time : List.of(Instant.ofEpochSecond(-1), Instant.ofEpochSecond(253_402_300_800L), Instant.MAX, Instant.MIN)) {
            mistakes.add(() -> builder().clock(Clock.fixed(time, ZoneOffset.UTC)).build().verify(SIGNED.asMap(), BODY));
            mistakes.add(() -> Signer.builder().secret("a").clock(Clock.fixed(time, ZoneOffset.UTC)).build().sign(BODY));
        }
        for (int each = 0; each < mistakes.size(); each++) {
            assertEquals(Code.CONFIG_INVALID, Sample.codeOf(mistakes.get(each)::run), "number " + each);
        }
    }

    @Test
    void aSignerThatWasBuiltStaysAsItIs() {
        var builder = Signer.builder().secret("the secret");
        Signer signer = builder.build();
        builder.secret("another").keyId("changed");
        assertEquals("hmac-key", VERIFIER.verify(signer.sign(BODY).asMap(), BODY).keyId());
    }

    @Test
    void noSecretIsTold() {
        String secret = "7f3a0c5e9d1b48e6";
        var verifier = DroneWebhookVerifier.builder().secret(secret).build();
        Explanation told = verifier.explain(RequestHead.of(SIGNED.asMap()), BODY);
        assertFalse(told.ok());
        assertEquals(Code.SIGNATURE_MISMATCH, told.code());
        assertEquals("secret_wrong", told.causes().get(0).code());
        assertFalse((verifier + told.toString() + VERIFIER.verify(SIGNED.asMap(), BODY)).contains(secret));
    }
}
