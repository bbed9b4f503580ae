package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dronewebhooks.Conformance.Case;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ConformanceTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private interface Way {
        Delivery verify(DroneWebhookVerifier verifier, Case each);
    }

    @Test
    void everyVerdictIsTheOneOfTheVectors() {
        expectVerdicts((verifier, each) -> verifier.verify(each.head(), each.body(), each.now()));
    }

    @Test
    void everyVerdictIsTheSameInTwoPhases() {
        expectVerdicts((verifier, each) -> verifier.authenticate(each.head(), each.now()).finish(each.body()));
    }

    @Test
    void everyVerdictIsTheSameFromAMapOfHeadersInTheirOrder() {
        expectVerdicts((verifier, each) -> {
            Map<String, List<String>> map = each.pairs().stream()
                    .collect(Collectors.groupingBy(
                            pair -> pair.getKey(), java.util.LinkedHashMap::new, Collectors.mapping(pair -> pair.getValue(), Collectors.toList())));
            var head = RequestHead.of(map).withRequestLine(each.head().method(), each.head().target());
            return verifier.verify(head, each.body(), each.now());
        });
    }

    @Test
    void whatRealServersSignedIsSignedAgain() {
        List<Case> cases = Conformance.cases("signed");
        assertTrue(cases.size() >= 59, cases.size() + " cases");
        for (Case each : cases) {
            JsonNode json = each.json();
            var signer = Signer.builder()
                    .secret(Conformance.base64(json.get("secret")))
                    .clock(Clock.fixed(Instant.ofEpochSecond(json.get("now").longValue()), ZoneOffset.UTC))
                    .build();
            var expected = new SignedHeaders(json.get("date").textValue(), json.get("digest").textValue(), json.get("signature").textValue());
            assertEquals(expected, signer.sign(each.body()), each.name());
        }
    }

    @Test
    void everyCauseIsNamed() {
        List<Case> cases = Conformance.cases("causes");
        assertTrue(cases.size() >= 247, cases.size() + " cases");
        for (Case each : cases) {
            Explanation told = each.options().build().explain(each.head(), each.body(), each.now(), false);
            assertEquals(each.code(), told.code() == null ? null : told.code().toString(), each.name());
            List<String> causes = StreamSupport.stream(each.json().get("causes").spliterator(), false).map(JsonNode::textValue).toList();
            assertEquals(causes, told.causes().stream().map(Explanation.Cause::code).toList(), each.name());
            if (each.json().has("sender")) {
                assertEquals(each.json().get("sender").textValue(), told.causes().get(0).sender(), each.name());
            }
            assertEquals(11, told.steps().size());
        }
    }

    private static void expectVerdicts(Way way) {
        List<Case> cases = new ArrayList<>(Conformance.cases("verdicts"));
        cases.addAll(Conformance.cases("mutations"));
        assertTrue(cases.size() >= 1162, cases.size() + " cases");
        var wrong = new ArrayList<String>();
        for (Case each : cases) {
            Map<String, Object> told = new TreeMap<>();
            String code = judge(way, each, told);
            if (!java.util.Objects.equals(code, each.code())) {
                wrong.add(each.name() + ": " + code + " and not " + each.code());
            }
            each.json().path("expect").properties().forEach(expected -> {
                JsonNode found = MAPPER.valueToTree(told.get(expected.getKey()));
                if (!expected.getValue().asText().equals(found.asText()) || expected.getValue().size() != found.size()) {
                    wrong.add(each.name() + ": " + expected + " and not " + found);
                }
            });
        }
        assertEquals(List.of(), wrong);
    }

    /** The code of the first refusal on the whole way, or null; and what the delivery says. */
    private static String judge(Way way, Case each, Map<String, Object> told) {
        try {
            Delivery delivery = way.verify(each.options().build(), each);
            told.put("event", delivery.event());
            told.put("action", delivery.action());
            told.put("id", delivery.id());
            told.put("keyId", delivery.keyId());
            told.put("signedAt", delivery.signedAt().getEpochSecond());
            told.put("signedHeaders", delivery.signedHeaders());
            return null;
        } catch (WebhookVerificationException refusal) {
            return refusal.code().toString();
        }
    }
}
