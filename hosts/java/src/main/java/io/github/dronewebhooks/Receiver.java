package io.github.dronewebhooks;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What a receiver does with a request and what it answers, the same in every server. Adapters only get at requests and write answers. */
final class Receiver {
    private static final Logger LOGGER = System.getLogger(Receiver.class.getName());

    /** A request, as a server has it. */
    interface Incoming {
        String method();

        RequestHead head();

        /** What Content-Length says, or -1. */
        long contentLength();

        /** The body, of which nothing was read. Throws {@link IllegalStateException} where somebody has. */
        InputStream body() throws IOException;
    }

    /** What is sent back: the same for every refusal of a kind. */
    record Answer(int status, boolean close) {
        byte[] text() {
            return (switch (status) {
                case 200 -> "OK";
                case 202 -> "Accepted";
                case 400 -> "Bad Request";
                case 401 -> "Unauthorized";
                case 404 -> "Not Found";
                case 405 -> "Method Not Allowed";
                case 413 -> "Content Too Large";
                case 422 -> "Unprocessable Content";
                case 431 -> "Request Header Fields Too Large";
                case 503 -> "Service Unavailable";
                default -> "Internal Server Error";
            } + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    // The largest array, and the first one: most of Drone's bodies are below.
    private static final int MOST = Integer.MAX_VALUE - 8;
    private static final int FIRST_BYTES = 16 * 1024;

    static final String CONTENT_TYPE = "text/plain;charset=utf-8";

    private final DroneWebhookVerifier verifier;
    private final Function<Delivery, Delivery> check;
    private final BiConsumer<WebhookVerificationException, RequestHead> refused;

    /** {@code check} reads what must be read before a delivery is handed on, and throws for what is none. */
    Receiver(
            DroneWebhookVerifier verifier,
            Function<Delivery, Delivery> check,
            BiConsumer<WebhookVerificationException, RequestHead> refused) {
        this.verifier = verifier;
        this.check = check;
        this.refused = refused;
    }

    /** For servers that hand on to {@link Webhooks}. */
    static Receiver of(Webhooks webhooks) {
        return new Receiver(webhooks.verifier(), Receiver::webhook, webhooks::refused);
    }

    /** Verifies a request, and gives what {@code accept} answers to the delivery; null where it answers later. Never throws. */
    Answer receive(Incoming request, Function<Delivery, Answer> accept) {
        if (!"POST".equals(request.method())) {
            return new Answer(405, true);
        }
        boolean read = false;
        RequestHead head = null;
        try {
            head = request.head();
            Authenticated authenticated = verifier.authenticate(head);
            byte[] body = read(request, authenticated);
            read = true;
            return accept.apply(check.apply(authenticated.finish(body)));
        } catch (WebhookVerificationException refusal) {
            tell(refusal, head);
            // A body that does not match is refused like a forged header, to the byte, and so is its connection closed.
            return new Answer(isBrokenOff(refusal) ? 400 : refusal.status(), !read || refusal.status() == 401);
        } catch (InboxException lost) {
            return new Answer(lost.status(), false);
        } catch (RuntimeException failure) {
            LOGGER.log(Level.ERROR, "a request could not be received", failure);
            return new Answer(500, true);
        }
    }

    /** The delivery if it is a webhook. Its payload is read here, so that nothing is handed on that cannot be read. */
    static Delivery webhook(Delivery delivery) {
        if (delivery.action() == null) {
            throw new WebhookVerificationException(
                    Code.PAYLOAD_MALFORMED, "the request is authentic, but not a webhook: its body has no action, as in the calls of Drone's extensions");
        }
        return delivery;
    }

    private void tell(WebhookVerificationException refusal, RequestHead head) {
        try {
            refused.accept(refusal, head);
        } catch (RuntimeException dropped) {
            LOGGER.log(Level.WARNING, "a hook has failed", dropped);
        }
    }

    private byte[] read(Incoming request, Authenticated authenticated) {
        long limit = verifier.maxBodyBytes();
        long declared = request.contentLength();
        if (declared > limit) {
            throw authenticated.tooLarge(declared);
        }
        byte[] body;
        try {
            body = read(request.body(), (int) Math.min(limit + 1, MOST));
        } catch (IOException brokenOff) {
            throw WebhookVerificationException.bodyNotBytes(
                    "the body broke off before its end: the delivery is lost, since Drone does not send it again", brokenOff);
        } catch (IllegalStateException taken) {
            throw readBefore(taken);
        }
        if (body.length > limit) {
            throw authenticated.tooLarge(body.length);
        }
        if (body.length == 0 && declared > 0) {
            throw readBefore(null);
        }
        return body;
    }

    // Not readNBytes, which ends with a read of no bytes at all: Tomcat waits for more then.
    private static byte[] read(InputStream in, int most) throws IOException {
        byte[] bytes = new byte[Math.min(most, FIRST_BYTES)];
        int length = 0;
        while (length < most) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(most, 2L * length));
            }
            int count = in.read(bytes, length, bytes.length - length);
            if (count < 0) {
                break;
            }
            length += count;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static WebhookVerificationException readBefore(Throwable cause) {
        return WebhookVerificationException.bodyNotBytes(
                "the body was read before, by another filter or a call of getReader or getParameter: put this one first", cause);
    }

    private static boolean isBrokenOff(WebhookVerificationException refusal) {
        return refusal.code() == Code.BODY_NOT_BYTES && refusal.getCause() instanceof IOException;
    }
}
