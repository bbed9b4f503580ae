package io.github.dronewebhooks;

import io.github.dronewebhooks.Receiver.Answer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;

/** Puts {@link Webhooks} behind a servlet container. Map it to one path: what else the mapping matches is received as well. */
public final class DroneWebhookServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Webhooks webhooks;
    private final transient Receiver receiver;

    /** Answers 202 for a delivery, 200 for a duplicate, 503 where the inbox is full. */
    public DroneWebhookServlet(Webhooks webhooks) {
        this.webhooks = Objects.requireNonNull(webhooks, "webhooks");
        receiver = Receiver.of(webhooks);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var incoming = new ServletExchange(request);
        Answer answer = receiver.receive(incoming, delivery -> new Answer(webhooks.accept(delivery).status(), false));
        incoming.send(answer, response);
    }
}
