package io.github.dronewebhooks;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * What is known of a request before its body: its header lines in the order received, and, for signatures over {@code (request-target)}, its method and
 * target. Immutable; it refers to the headers given, and does not copy them.
 */
public final class RequestHead {
    private final Lines lines;
    private final String method;
    private final String target;

    private RequestHead(Lines lines, String method, String target) {
        this.lines = lines;
        this.method = method;
        this.target = target;
    }

    /** Headers by name, in any case; a list of values is as many lines. Null names and values are left out. */
    public static RequestHead of(Map<String, List<String>> headers) {
        Objects.requireNonNull(headers, "headers");
        return new RequestHead(line -> headers.forEach((name, values) -> addAll(line, name, values)), null, null);
    }

    /** The headers of {@code java.net.http}. */
    public static RequestHead of(HttpHeaders headers) {
        return of(headers.map());
    }

    /** Header lines as pairs of name and value. */
    public static RequestHead ofPairs(Iterable<? extends Map.Entry<String, String>> headers) {
        Objects.requireNonNull(headers, "headers");
        return new RequestHead(line -> headers.forEach(each -> add(line, each.getKey(), each.getValue())), null, null);
    }

    /** The same with the request line. {@code target} is the path with its query, or the whole URL. */
    public RequestHead withRequestLine(String method, String target) {
        return new RequestHead(lines, method, target);
    }

    /** The method, or null where it was not given. */
    public String method() {
        return method;
    }

    /** The path with its query, or null where it was not given. */
    public String target() {
        return target;
    }

    /** Calls back for each line, in the order received. */
    public void forEach(BiConsumer<String, String> line) {
        lines.forEach(line);
    }

    private static void addAll(BiConsumer<String, String> line, String name, List<String> values) {
        if (values != null) {
            for (String value : values) {
                add(line, name, value);
            }
        }
    }

    private static void add(BiConsumer<String, String> line, String name, String value) {
        if (name != null && value != null) {
            line.accept(name, value);
        }
    }

    private interface Lines {
        void forEach(BiConsumer<String, String> line);
    }
}
