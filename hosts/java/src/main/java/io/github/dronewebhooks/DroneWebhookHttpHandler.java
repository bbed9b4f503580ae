package io.github.dronewebhooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dronewebhooks.Receiver.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Puts {@link Webhooks} behind the JDK's own {@code HttpServer}: {@code server.createContext("/hook", new DroneWebhookHttpHandler(webhooks))}. */
public final class DroneWebhookHttpHandler implements HttpHandler {
    private final Webhooks webhooks;
    private final Receiver receiver;

    /** Answers for exactly the path of its context; what lies below is 404. */
    public DroneWebhookHttpHandler(Webhooks webhooks) {
        this.webhooks = Objects.requireNonNull(webhooks, "webhooks");
        receiver = Receiver.of(webhooks);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        boolean here = exchange.getRequestURI().getPath().equals(exchange.getHttpContext().getPath());
        Answer answer = here
                ? receiver.receive(new Exchange(exchange), delivery -> new Answer(webhooks.accept(delivery).status(), false))
                : new Answer(404, true);
        send(exchange, answer);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] text = answer.text();
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", Receiver.CONTENT_TYPE);
        if (answer.status() == 405) {
            headers.set("Allow", "POST");
        }
        if (answer.close()) {
            headers.set("Connection", "close");
        }
        boolean withoutBody = "HEAD".equals(exchange.getRequestMethod());
        exchange.sendResponseHeaders(answer.status(), withoutBody ? -1 : text.length);
        if (!withoutBody) {
            exchange.getResponseBody().write(text);
            // Closing reads what is left of the request first, and in later Javas the answer would wait for that.
            exchange.getResponseBody().flush();
        }
        exchange.close();
    }

    private static long contentLength(String value) {
        try {
            return value == null ? -1 : Long.parseLong(value);
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    private record Exchange(HttpExchange exchange) implements Receiver.Incoming {
        @Override
        public String method() {
            return exchange.getRequestMethod();
        }

        @Override
        public RequestHead head() {
            return RequestHead.of(exchange.getRequestHeaders()).withRequestLine(method(), exchange.getRequestURI().toString());
        }

        @Override
        public long contentLength() {
            return DroneWebhookHttpHandler.contentLength(exchange.getRequestHeaders().getFirst("Content-Length"));
        }

        @Override
        public InputStream body() {
            return exchange.getRequestBody();
        }
    }
}
