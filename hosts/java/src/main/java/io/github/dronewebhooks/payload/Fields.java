package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads the fields of an object, leniently: a type that is not expected reads as null, so that no authentic delivery is lost because a fork changed a field. */
final class Fields {
    private final JsonNode object;

    Fields(JsonNode object) {
        this.object = object;
    }

    String text(String name) {
        return object.path(name).textValue();
    }

    Boolean flag(String name) {
        JsonNode value = object.path(name);
        return value.isBoolean() ? value.booleanValue() : null;
    }

    Long number(String name) {
        JsonNode value = object.path(name);
        return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : null;
    }

    /** A list without what is no text in it; null for what is no list. */
    List<String> texts(String name) {
        return list(name, JsonNode::textValue);
    }

    /** A map without what is no text in it; null for what is no object. */
    Map<String, String> textMap(String name) {
        JsonNode value = object.path(name);
        if (!value.isObject()) {
            return null;
        }
        var map = new LinkedHashMap<String, String>();
        value.properties().forEach(each -> {
            if (each.getValue().isTextual()) {
                map.put(each.getKey(), each.getValue().textValue());
            }
        });
        return Collections.unmodifiableMap(map);
    }

    <T> T object(String name, Function<JsonNode, T> read) {
        return read.apply(object.path(name));
    }

    /** A list without what {@code read} has no value for; null for what is no list. */
    <T> List<T> list(String name, Function<JsonNode, T> read) {
        JsonNode value = object.path(name);
        if (!value.isArray()) {
            return null;
        }
        var list = new ArrayList<T>(value.size());
        value.forEach(each -> {
            T element = read.apply(each);
            if (element != null) {
                list.add(element);
            }
        });
        return List.copyOf(list);
    }
}
