package io.github.dronewebhooks;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;

/** A servlet's request, and how its answer is written. */
record ServletExchange(HttpServletRequest request) implements Receiver.Incoming {
    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public RequestHead head() {
        var lines = new ArrayList<Map.Entry<String, String>>();
        for (String name : Collections.list(request.getHeaderNames())) {
            request.getHeaders(name).asIterator().forEachRemaining(value -> lines.add(new SimpleImmutableEntry<>(name, value)));
        }
        String query = request.getQueryString();
        return RequestHead.ofPairs(lines).withRequestLine(method(), request.getRequestURI() + (query == null ? "" : "?" + query));
    }

    @Override
    public long contentLength() {
        return request.getContentLengthLong();
    }

    @Override
    public InputStream body() throws IOException {
        return request.getInputStream();
    }

    /** Not by {@code sendError}: a page for errors would tell one refusal from another. */
    void send(Receiver.Answer answer, HttpServletResponse response) throws IOException {
        byte[] text = answer.text();
        response.setStatus(answer.status());
        response.setContentType(Receiver.CONTENT_TYPE);
        response.setContentLength(text.length);
        if (answer.status() == 405) {
            response.setHeader("Allow", "POST");
        }
        // HTTP/2 knows no such header, and ends the stream alone.
        if (answer.close() && request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
        }
        response.getOutputStream().write(text);
        response.flushBuffer();
    }
}
