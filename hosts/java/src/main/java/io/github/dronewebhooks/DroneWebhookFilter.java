package io.github.dronewebhooks;

import io.github.dronewebhooks.Receiver.Answer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Lets only authentic webhooks through to what is behind it, which finds the delivery in the request attribute {@link #DELIVERY} and can still read the
 * body. A forgery is refused before its body is read, and a body beyond its bound is not read on. What is behind it answers: at once, since Drone waits.
 *
 * <p>Put it before anything that reads bodies.
 */
public final class DroneWebhookFilter implements Filter {
    /** The request attribute that holds the {@link Delivery}. */
    public static final String DELIVERY = "io.github.dronewebhooks.delivery";

    private static final Logger LOGGER = System.getLogger(DroneWebhookFilter.class.getName());

    private final Receiver receiver;

    /** Lets webhooks through. */
    public DroneWebhookFilter(DroneWebhookVerifier verifier) {
        this(verifier, DroneWebhookFilter::refused);
    }

    /** The same; {@code onRefused} is told of every refusal, for logs and metrics. What it throws is dropped. */
    public DroneWebhookFilter(DroneWebhookVerifier verifier, BiConsumer<WebhookVerificationException, RequestHead> onRefused) {
        this(verifier, Receiver::webhook, onRefused);
    }

    private DroneWebhookFilter(
            DroneWebhookVerifier verifier,
            Function<Delivery, Delivery> check,
            BiConsumer<WebhookVerificationException, RequestHead> onRefused) {
        Objects.requireNonNull(verifier, "verifier");
        receiver = new Receiver(verifier, check, Objects.requireNonNull(onRefused, "onRefused"));
    }

    /** Lets Drone's extension calls through as well, whose deliveries have neither event nor action. Wants {@link Signer#EXTENSION_HEADERS} to be required. */
    public static DroneWebhookFilter forExtensions(DroneWebhookVerifier verifier) {
        return new DroneWebhookFilter(verifier, DroneWebhookFilter::readable, DroneWebhookFilter::refused);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        var exchange = new ServletExchange((HttpServletRequest) request);
        var verified = new Delivery[1];
        Answer answer = receiver.receive(exchange, delivery -> {
            verified[0] = delivery;
            return null;
        });
        if (answer != null) {
            exchange.send(answer, (HttpServletResponse) response);
            return;
        }
        request.setAttribute(DELIVERY, verified[0]);
        chain.doFilter(new VerifiedRequest(exchange.request(), verified[0].body()), response);
    }

    private static Delivery readable(Delivery delivery) {
        delivery.payload();
        return delivery;
    }

    private static void refused(WebhookVerificationException refusal, RequestHead head) {
        // Forgeries may pass unnoticed, or anybody could fill the log.
        if (refusal.status() >= 500) {
            LOGGER.log(Level.ERROR, "a request was refused: " + refusal.code(), refusal);
        }
    }
}
