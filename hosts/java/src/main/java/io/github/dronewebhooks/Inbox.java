package io.github.dronewebhooks;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/** Deliveries in memory until they are handled: bounded, each once, and lost with the process. Knows no handlers by name. */
final class Inbox {
    /** Handles a delivery; false where it must be tried again. */
    interface Consumer {
        boolean handle(Delivery delivery);
    }

    /** Told of a delivery that is given up. */
    interface GivenUp {
        void tell(Delivery delivery, int attempts);
    }

    /** How much is held, and how often it is tried. */
    record Limits(int capacity, int attempts, IntFunction<Duration> pause) {}

    // About 20 MB. Beyond it deliveries are refused: a duplicate could not be told any more.
    private static final int MOST_REMEMBERED = 100_000;

    private static final long LONGEST_MEMORY_SECONDS = Duration.ofDays(3650).toSeconds();

    private final Limits limits;
    private final Clock clock;
    private final long memoryMillis;
    private final Executor executor;
    private final Consumer consumer;
    private final GivenUp givenUp;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Until when an id is remembered; in the order of acceptance, and so of expiry.
    private final Map<String, Long> expiries = new LinkedHashMap<>();
    // Those that wait, pause, or are in hand.
    private int unhandled;
    private boolean closed;

    Inbox(Limits limits, Clock clock, Duration tolerance, Executor executor, Consumer consumer, GivenUp givenUp) {
        this.limits = limits;
        this.clock = clock;
        // A signed time may lie in the future by the tolerance, and is accepted until it lies as far in the past.
        memoryMillis = 1000 * (3 * Math.min(tolerance.toSeconds(), LONGEST_MEMORY_SECONDS) + 1);
        this.executor = executor;
        this.consumer = consumer;
        this.givenUp = givenUp;
    }

    Acceptance accept(Delivery delivery) {
        String id = delivery.id();
        lock.lock();
        try {
            long now = clock.millis();
            forget(now);
            if (expiries.containsKey(id)) {
                return Acceptance.DUPLICATE;
            }
            checkRoom();
            expiries.put(id, now + memoryMillis);
            unhandled++;
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(() -> attempt(delivery, 1));
        } catch (RejectedExecutionException full) {
            takeBack(id);
            throw new InboxException("the executor of the handlers takes no more", full);
        }
        return Acceptance.ACCEPTED;
    }

    /** Takes no more, and waits until all is handled, or the time is over; gives how many are lost. */
    int close(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            closed = true;
            while (unhandled > 0 && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return unhandled;
        } finally {
            lock.unlock();
        }
    }

    private void attempt(Delivery delivery, int attempt) {
        if (consumer.handle(delivery)) {
            done();
        } else if (attempt >= limits.attempts) {
            givenUp.tell(delivery, attempt);
            done();
        } else {
            long millis = limits.pause.apply(attempt).toMillis();
            // The pause takes no thread.
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, next -> again(next, delivery, attempt))
                    .execute(() -> attempt(delivery, attempt + 1));
        }
    }

    private void again(Runnable next, Delivery delivery, int attempts) {
        try {
            executor.execute(next);
        } catch (RejectedExecutionException shutDown) {
            givenUp.tell(delivery, attempts);
            done();
        }
    }

    private void done() {
        lock.lock();
        try {
            unhandled--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void takeBack(String id) {
        lock.lock();
        try {
            expiries.remove(id);
        } finally {
            lock.unlock();
        }
        done();
    }

    private void checkRoom() {
        if (closed) {
            throw new InboxException("the receiver was closed", null);
        }
        if (unhandled >= limits.capacity) {
            throw new InboxException(unhandled + " deliveries wait to be handled, and there is no room for more", null);
        }
        if (expiries.size() >= MOST_REMEMBERED) {
            throw new InboxException(expiries.size() + " ids are remembered, and there is no room for more", null);
        }
    }

    private void forget(long now) {
        Iterator<Long> oldest = expiries.values().iterator();
        while (oldest.hasNext() && oldest.next() < now) {
            oldest.remove();
        }
    }
}
