package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dronewebhooks.Conformance.Case;
import io.github.dronewebhooks.payload.Payload;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PayloadTest {
    private static final DroneWebhookVerifier VERIFIER = DroneWebhookVerifier.builder().secret("the secret").build();

    @Test
    void everyFieldOfEveryRecordedPayloadIsInTheTypes() throws ReflectiveOperationException {
        var missing = new TreeSet<String>();
        int payloads = 0;
        for (Case each : Conformance.cases("verdicts")) {
            if (each.code() == null && each.name().startsWith("recorded")) {
                Delivery delivery = each.options().build().verify(each.head(), each.body(), each.now());
                if (delivery.action() != null) {
                    compare(delivery.payload(), delivery.payload().json(), "", missing);
                    payloads++;
                }
            }
        }
        assertTrue(payloads >= 60, payloads + " payloads");
        assertEquals(new TreeSet<>(), missing);
    }

    /** Adds what the JSON has and the record has not. */
    private static void compare(Object typed, JsonNode json, String path, TreeSet<String> missing) throws ReflectiveOperationException {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String at = path + "." + field.getKey();
            Optional<RecordComponent> component = Arrays.stream(typed.getClass().getRecordComponents())
                    .filter(each -> named(field.getKey()).contains(each.getName()))
                    .findFirst();
            if (component.isEmpty()) {
                missing.add(at);
                continue;
            }
            Object value = component.get().getAccessor().invoke(typed);
            compareValue(value, field.getValue(), at, missing);
        }
    }

    private static void compareValue(Object value, JsonNode json, String at, TreeSet<String> missing) throws ReflectiveOperationException {
        if (json.isNull()) {
            assertNull(value, at);
        } else if (value instanceof List<?> list) {
            assertEquals(json.size(), list.size(), at);
            for (int each = 0; each < list.size(); each++) {
                compareValue(list.get(each), json.get(each), at + "[]", missing);
            }
        } else if (value instanceof Map<?, ?> map) {
            assertEquals(json.size(), map.size(), at);
            map.forEach((key, text) -> assertEquals(json.get((String) key).textValue(), text, at));
        } else if (value instanceof Record) {
            compare(value, json, at, missing);
        } else if (value == null || !value.toString().equals(json.asText())) {
            missing.add(at + " is " + value + " and not " + json);
        }
    }

    private static List<String> named(String key) {
        var words = key.split("_");
        var name = new StringBuilder(words[0]);
        for (int each = 1; each < words.length; each++) {
            name.append(Character.toUpperCase(words[each].charAt(0))).append(words[each].substring(1));
        }
        return List.of(name.toString(), "is" + Character.toUpperCase(name.charAt(0)) + name.substring(1));
    }

    @Test
    void fieldsOfAnotherTypeReadAsNullAndSurviveInTheJson() {
        Payload payload = payloadOf("{\"event\":\"build\",\"action\":\"updated\",\"build\":{\"number\":\"7\",\"status\":5,\"debug\":\"yes\",\"id\":1.5,"
                + "\"params\":{\"a\":\"b\",\"c\":1},\"stages\":[{\"name\":\"one\",\"depends_on\":[\"x\",2]},3,null],\"invented\":{\"deep\":[1]}},\"repo\":[],"
                + "\"system\":null,\"more\":true}");
        var build = payload.build();
        assertNull(build.number());
        assertNull(build.status());
        assertNull(build.debug());
        assertNull(build.id());
        assertEquals(Map.of("a", "b"), build.params());
        assertEquals(1, build.stages().size());
        assertEquals(List.of("x"), build.stages().get(0).dependsOn());
        assertNull(payload.repo());
        assertNull(payload.system());
        assertEquals("7", build.json().get("number").textValue());
        assertEquals(1, build.json().at("/invented/deep/0").intValue());
        assertTrue(payload.json().get("more").booleanValue());
    }

    @Test
    void numbersThatNoLongHoldsReadAsNull() {
        var build = payloadOf("{\"event\":\"build\",\"action\":\"updated\",\"build\":{\"number\":9223372036854775808,\"id\":9223372036854775807}}").build();
        assertNull(build.number());
        assertEquals(Long.MAX_VALUE, build.id());
        assertEquals("9223372036854775808", build.json().get("number").asText());
    }

    @Test
    void whatTheModuleTakesJacksonTakes() {
        var texts = new ArrayList<String>();
        texts.add("0." + "0".repeat(50_000) + "1");
        texts.add("\"" + "n".repeat(1_000_000) + "\"");
        texts.add("[".repeat(126) + "]".repeat(126));
        texts.add("{\"" + "k".repeat(100_000) + "\":1}");
        texts.add("9".repeat(300));
        texts.add("-0");
        texts.add("\"\\u0000\\ud83d\\ude00\"");
        for (String text : texts) {
            Payload payload = payloadOf("{\"event\":\"user\",\"action\":\"created\",\"user\":{\"login\":\"hubot\"},\"x\":" + text + "}");
            assertEquals("hubot", payload.user().login());
            assertNotNull(payload.json().get("x"));
        }
    }

    @Test
    void theLastOfTwoEqualKeysCounts() {
        assertEquals("b", payloadOf("{\"event\":\"user\",\"action\":\"a\",\"action\":\"b\"}").action());
    }

    @Test
    void aBodyThatIsNoWebhookHasAPayloadAndNoEvent() {
        byte[] body = "{\"repo\":{\"slug\":\"octo/demo\"}}".getBytes(StandardCharsets.UTF_8);
        Delivery delivery = VERIFIER.verify(Signer.withSecret("the secret").sign(body).asMap(), body);
        assertNull(delivery.event());
        assertNull(delivery.action());
        assertEquals("octo/demo", delivery.payload().repo().slug());
    }

    private static Payload payloadOf(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return VERIFIER.verify(Signer.withSecret("the secret").sign(body).asMap(), body).payload();
    }
}
