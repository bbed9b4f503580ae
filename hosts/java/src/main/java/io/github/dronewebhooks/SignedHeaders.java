package io.github.dronewebhooks;

import java.util.List;
import java.util.Map;

/** The three headers that make a request a signed one. */
public record SignedHeaders(String date, String digest, String signature) {
    /** By name, in lower case, as {@link DroneWebhookVerifier#verify(Map, byte[])} takes them. */
    public Map<String, List<String>> asMap() {
        return Map.of("date", List.of(date), "digest", List.of(digest), "signature", List.of(signature));
    }
}
