package io.github.dronewebhooks;

import static io.github.dronewebhooks.WebhookVerificationException.configInvalid;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/**
 * Receives webhooks: verifies them, answers, and then hands them to handlers. {@link DroneWebhookServlet} and {@link DroneWebhookHttpHandler} put it
 * behind a server.
 *
 * <p><b>Deliveries wait in memory and are lost with the process</b>; Drone does not send them again. Where none may be lost, store them durably in a
 * servlet behind {@link DroneWebhookFilter}, before it answers.
 *
 * <p>Handling is at least once: use {@link Delivery#id()} to make it idempotent. Where a handler throws, all handlers of the delivery are called again,
 * five times in all, after pauses of 1, 2, 4 and 8 seconds. Where no hook is registered, what failed or is lost is logged by {@link System.Logger}.
 */
public final class Webhooks implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Webhooks.class.getName());
    private static final Set<String> DERIVED = Set.of(Lifecycle.COMPLETED, Lifecycle.FAILED, Lifecycle.FIXED);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Handles a delivery. Where it throws, all handlers of the delivery are called again later. */
    @FunctionalInterface
    public interface Handler {
        /** Called in the executor's threads. */
        void handle(Delivery delivery) throws Exception;
    }

    // The name is null for every delivery.
    private record Registration(String name, Handler handler) {}

    private final DroneWebhookVerifier verifier;
    private final Inbox inbox;
    private final Lifecycle lifecycle = new Lifecycle();
    // Null where the executor is the caller's.
    private final ExecutorService own;
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Throwable, Delivery>> errorHooks = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<WebhookVerificationException, RequestHead>> refusalHooks = new CopyOnWriteArrayList<>();

    private Webhooks(Builder builder) {
        verifier = builder.verifier;
        own = builder.executor == null ? Executors.newSingleThreadExecutor(Webhooks::thread) : null;
        Executor executor = own == null ? builder.executor : own;
        var limits = new Inbox.Limits(builder.capacity, builder.attempts, builder.pause);
        inbox = new Inbox(limits, verifier.clock(), verifier.tolerance(), executor, this::handle, this::giveUp);
    }

    /** With the defaults of {@link #builder}. */
    public Webhooks(DroneWebhookVerifier verifier) {
        this(builder(verifier));
    }

    /** Options, all with defaults. */
    public static Builder builder(DroneWebhookVerifier verifier) {
        return new Builder(Objects.requireNonNull(verifier, "verifier"));
    }

    /**
     * Registers a handler for an event ({@code build}), an event and action ({@code build.created}), or what becomes of a build, once per build although
     * Drone repeats itself: {@code build.completed} (its status is final), {@code build.failed} (failure or error), {@code build.fixed} (success, and the
     * last build of the same repository and branch that succeeded or failed had failed). Names that are not known here are taken as they are. Handlers of
     * one delivery run one after the other, in the order they were registered.
     */
    public Webhooks on(String name, Handler handler) {
        registrations.add(new Registration(Objects.requireNonNull(name, "name"), Objects.requireNonNull(handler, "handler")));
        return this;
    }

    /** Registers a handler for every delivery, also those of events and actions that are not known here. */
    public Webhooks onAny(Handler handler) {
        registrations.add(new Registration(null, Objects.requireNonNull(handler, "handler")));
        return this;
    }

    /** Registers a hook for failed handlers, each time they fail, and for deliveries that are lost ({@link InboxException}). What it throws is dropped. */
    public Webhooks onError(BiConsumer<Throwable, Delivery> hook) {
        errorHooks.add(Objects.requireNonNull(hook, "hook"));
        return this;
    }

    /**
     * Registers a hook for refused requests, for logs and metrics. Their headers are as they came, and nothing in them is to be believed. What it throws is
     * dropped.
     */
    public Webhooks onRefused(BiConsumer<WebhookVerificationException, RequestHead> hook) {
        refusalHooks.add(Objects.requireNonNull(hook, "hook"));
        return this;
    }

    /** The verifier. */
    public DroneWebhookVerifier verifier() {
        return verifier;
    }

    /**
     * Verifies a request whose body is in memory and puts it into the inbox. Does not wait for handlers. A body that is no webhook, though authentic
     * (Drone's extension calls), is {@code payload_malformed}.
     *
     * @throws WebhookVerificationException for a refusal
     * @throws InboxException where the delivery cannot be taken; {@link #onError} is told as well
     */
    public Acceptance receive(RequestHead head, byte[] body) {
        Delivery delivery;
        try {
            delivery = Receiver.webhook(verifier.verify(head, body));
        } catch (WebhookVerificationException refusal) {
            refused(refusal, head);
            throw refusal;
        }
        return accept(delivery);
    }

    /** Puts a delivery that was verified in another way into the inbox; throws {@link InboxException} as {@link #receive} does. */
    public Acceptance accept(Delivery delivery) {
        try {
            return inbox.accept(delivery);
        } catch (RuntimeException failure) {
            var lost = failure instanceof InboxException known ? known : new InboxException("the delivery could not be taken", failure);
            if (errorHooks.isEmpty()) {
                // All of it: this is the only place where it still is.
                LOGGER.log(Level.ERROR, "a delivery is lost: " + new String(delivery.body(), StandardCharsets.UTF_8), lost);
            }
            failed(lost, delivery);
            throw lost;
        }
    }

    /** Takes no more deliveries, and waits up to 30 seconds for those that were accepted to be handled. */
    @Override
    public void close() {
        try {
            close(PATIENCE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same with another patience; gives how many deliveries are lost. */
    public int close(Duration patience) throws InterruptedException {
        try {
            int lost = inbox.close(patience);
            if (lost > 0) {
                LOGGER.log(Level.WARNING, "{0} deliveries were not handled, and are lost with the process", lost);
            }
            return lost;
        } finally {
            if (own != null) {
                own.shutdownNow();
            }
        }
    }

    /** Tells of a refusal. */
    void refused(WebhookVerificationException refusal, RequestHead head) {
        // Mistakes of the receiver's own must not pass unnoticed; forgeries may, or anybody could fill the log.
        if (refusalHooks.isEmpty() && refusal.status() >= 500) {
            LOGGER.log(Level.ERROR, "a request was refused: " + refusal.code(), refusal);
        }
        refusalHooks.forEach(hook -> tell(() -> hook.accept(refusal, head)));
    }

    private boolean handle(Delivery delivery) {
        Set<String> names;
        try {
            names = namesOf(delivery);
        } catch (RuntimeException failure) {
            return failedHandling(failure, delivery);
        }
        boolean good = true;
        for (Registration each : registrations) {
            if (each.name == null || names.contains(each.name)) {
                good &= call(each.handler, delivery);
            }
        }
        return good;
    }

    // An Error of a handler's ends neither the thread nor the other handlers.
    private boolean call(Handler handler, Delivery delivery) {
        try {
            handler.handle(delivery);
            return true;
        } catch (Throwable failure) {
            return failedHandling(failure, delivery);
        }
    }

    private boolean failedHandling(Throwable failure, Delivery delivery) {
        if (errorHooks.isEmpty()) {
            LOGGER.log(Level.ERROR, "a handler of delivery " + delivery.id() + " has failed", failure);
        }
        failed(failure, delivery);
        return false;
    }

    private Set<String> namesOf(Delivery delivery) {
        var names = new HashSet<>(Set.of(String.valueOf(delivery.event()), delivery.event() + "." + delivery.action()));
        if (registrations.stream().anyMatch(each -> each.name != null && DERIVED.contains(each.name))) {
            names.addAll(lifecycle.namesOf(delivery));
        }
        return names;
    }

    private void giveUp(Delivery delivery, int attempts) {
        LOGGER.log(Level.ERROR, "delivery {0} is given up after {1} attempts", delivery.id(), attempts);
    }

    private void failed(Throwable failure, Delivery delivery) {
        errorHooks.forEach(hook -> tell(() -> hook.accept(failure, delivery)));
    }

    private static void tell(Runnable hook) {
        try {
            hook.run();
        } catch (RuntimeException dropped) {
            LOGGER.log(Level.WARNING, "a hook has failed", dropped);
        }
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "drone-webhooks");
        thread.setDaemon(true);
        return thread;
    }

    /** How deliveries are handled. Mistakes are {@link Code#CONFIG_INVALID}. Not safe for several threads. */
    public static final class Builder {
        private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
        private static final int MOST_DOUBLINGS = 6;

        private final DroneWebhookVerifier verifier;
        private Executor executor;
        private int capacity = 1000;
        private int attempts = 5;
        private IntFunction<Duration> pause = attempt -> FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));

        private Builder(DroneWebhookVerifier verifier) {
            this.verifier = verifier;
        }

        /**
         * What runs the handlers. Default: one thread, one delivery after another. Must not run them in the thread that hands them over, since Drone waits
         * for the answer inside the build. Its owner shuts it down.
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /** The most deliveries that wait, those that failed and wait for another attempt included. Default 1000. */
        public Builder capacity(int deliveries) {
            capacity = checkPositive(deliveries, "capacity");
            return this;
        }

        /** How often a delivery is tried in all. Default 5. */
        public Builder attempts(int most) {
            attempts = checkPositive(most, "attempts");
            return this;
        }

        /** The pause after a failed attempt, counted from 1. Default 1, 2, 4, … seconds, at most 64. */
        public Builder pause(IntFunction<Duration> afterAttempt) {
            pause = Objects.requireNonNull(afterAttempt, "pause");
            return this;
        }

        /** The receiver. */
        public Webhooks build() {
            return new Webhooks(this);
        }

        private static int checkPositive(int value, String name) {
            if (value < 1) {
                throw configInvalid(name + " must be a whole number from 1 up, not " + value);
            }
            return value;
        }
    }
}
