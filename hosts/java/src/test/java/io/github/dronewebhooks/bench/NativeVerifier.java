package io.github.dronewebhooks.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a receiver would write by hand: the same job with javax.crypto, without codes, bounds, rotation, duplicates and the rest of the grammar. */
final class NativeVerifier {
    private final SecretKeySpec key;
    private final Duration tolerance = Duration.ofSeconds(300);

    NativeVerifier(byte[] secret) {
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    boolean verify(Map<String, List<String>> given, byte[] body, Instant now) {
        try {
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            given.forEach((name, values) -> headers.put(name, values.get(0)));
            Map<String, String> parameters = parametersOf(headers.get("Signature"));
            if (!"hmac-sha256".equals(parameters.get("algorithm"))) {
                return false;
            }
            List<String> signed = List.of(parameters.get("headers").split(" "));
            if (!signed.contains("date") || !signed.contains("digest")) {
                return false;
            }
            var signingString = new StringBuilder();
            for (String name : signed) {
                signingString.append(signingString.isEmpty() ? "" : "\n").append(name).append(": ").append(headers.get(name));
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] expected = mac.doFinal(signingString.toString().getBytes(StandardCharsets.UTF_8));
            if (!MessageDigest.isEqual(expected, Base64.getDecoder().decode(parameters.get("signature")))) {
                return false;
            }
            Instant date = ZonedDateTime.parse(headers.get("Date"), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            if (Duration.between(date, now).abs().compareTo(tolerance) > 0) {
                return false;
            }
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return headers.get("Digest").equals("SHA-256=" + Base64.getEncoder().encodeToString(hash));
        } catch (GeneralSecurityException | RuntimeException malformed) {
            return false;
        }
    }

    private static Map<String, String> parametersOf(String signature) {
        var parameters = new HashMap<String, String>();
        for (String parameter : signature.split(",")) {
            int equals = parameter.indexOf('=');
            String value = parameter.substring(equals + 1);
            parameters.put(parameter.substring(0, equals), value.substring(1, value.length() - 1));
        }
        return parameters;
    }
}
