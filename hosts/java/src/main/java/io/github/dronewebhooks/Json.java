package io.github.dronewebhooks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads JSON that the module has judged. */
final class Json {
    // Jackson's bounds on names, strings and numbers would lose an authentic delivery; the body is bounded in bytes and the module has bounded its depth.
    private static final StreamReadConstraints UNBOUNDED = StreamReadConstraints.builder()
            .maxNameLength(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNumberLength(Integer.MAX_VALUE)
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(UNBOUNDED).disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build())
            .build();

    private Json() {}

    static JsonNode read(byte[] text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException judgedOtherwise) {
            throw new UncheckedIOException("the module takes this JSON and Jackson does not", judgedOtherwise);
        }
    }
}
