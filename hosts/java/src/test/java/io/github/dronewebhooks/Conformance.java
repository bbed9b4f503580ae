package io.github.dronewebhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The vectors of every host, hosts/conformance. */
final class Conformance {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Conformance() {}

    /** One line of a file. */
    record Case(JsonNode json) {
        String name() {
            return json.get("name").textValue();
        }

        /** The code as it is written, or null where it is accepted. */
        String code() {
            return json.get("code").textValue();
        }

        Instant now() {
            return Instant.ofEpochSecond(json.get("now").longValue());
        }

        RequestHead head() {
            return RequestHead.ofPairs(pairs()).withRequestLine(json.path("method").textValue(), json.path("url").textValue());
        }

        List<Map.Entry<String, String>> pairs() {
            var pairs = new ArrayList<Map.Entry<String, String>>();
            for (JsonNode line : json.get("headers")) {
                for (int times = line.get("times").intValue(); times > 0; times--) {
                    pairs.add(Map.entry(line.get("name").textValue(), line.get("value").textValue()));
                }
            }
            return pairs;
        }

        byte[] body() {
            var bytes = new ByteArrayOutputStream();
            for (JsonNode part : json.get("body")) {
                byte[] piece = base64(part.get("base64"));
                for (int times = part.get("times").intValue(); times > 0; times--) {
                    bytes.writeBytes(piece);
                }
            }
            return bytes.toByteArray();
        }

        DroneWebhookVerifier.Builder options() {
            JsonNode config = json.get("config");
            var builder = DroneWebhookVerifier.builder();
            config.path("secrets").forEach(secret -> builder.secret(base64(secret)));
            config.path("keys").properties().forEach(key -> {
                // A key id without a secret is the mistake that an empty one is.
                if (key.getValue().isEmpty()) {
                    builder.key(key.getKey(), "");
                }
                key.getValue().forEach(secret -> builder.key(key.getKey(), base64(secret)));
            });
            if (config.has("tolerance")) {
                builder.tolerance(Duration.ofSeconds(config.get("tolerance").longValue()));
            }
            if (config.has("requiredHeaders")) {
                var names = new ArrayList<String>();
                config.get("requiredHeaders").forEach(name -> names.add(name.textValue()));
                builder.requiredHeaders(names);
            }
            if (config.has("maxBodyBytes")) {
                builder.maxBodyBytes(config.get("maxBodyBytes").longValue());
            }
            if (config.has("maxHeaderBytes")) {
                builder.maxHeaderBytes(config.get("maxHeaderBytes").intValue());
            }
            if (config.has("maxHeaders")) {
                builder.maxHeaders(config.get("maxHeaders").intValue());
            }
            return builder;
        }
    }

    /** Every case of a file. */
    static List<Case> cases(String file) {
        try {
            var cases = new ArrayList<Case>();
            for (String line : Files.readAllLines(Path.of("../conformance", file + ".jsonl"))) {
                cases.add(new Case(MAPPER.readTree(line)));
            }
            return cases;
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** A recorded delivery, as Drone sends them, that is accepted with a secret alone. */
    static Case recorded() {
        return cases("verdicts").stream()
                .filter(each -> each.code() == null && each.name().startsWith("recorded") && each.json().get("config").size() == 1)
                .findFirst()
                .orElseThrow();
    }

    static byte[] base64(JsonNode text) {
        return Base64.getDecoder().decode(text.textValue());
    }
}
