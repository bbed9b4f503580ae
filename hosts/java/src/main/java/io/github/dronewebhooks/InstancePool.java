package io.github.dronewebhooks;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import run.endive.runtime.WasmInterruptedException;

/**
 * Instances of the module, each in the hands of one thread at a time: a shared one would accept forgeries.
 *
 * <p>A semaphore bounds them, and whoever comes when all are in use waits for a few microseconds. Nothing here pins a virtual thread, and nothing
 * is kept for each thread, of which there may be a million.
 */
final class InstancePool {
    // The work is the processor's alone: more at once than processors would only take memory.
    private static final int LEAST = 4;

    // A large payload makes the memory of an instance grow for good. Above this a new instance is cheaper than to keep it.
    static final long MOST_MEMORY_BYTES = 4 << 20;

    private final ConcurrentLinkedDeque<ModuleInstance> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore permits;
    private final Supplier<ModuleInstance> make;

    InstancePool(Supplier<ModuleInstance> make) {
        this.make = make;
        permits = new Semaphore(Math.max(LEAST, 2 * Runtime.getRuntime().availableProcessors()));
    }

    /** Adds an instance that was made already. */
    InstancePool with(ModuleInstance instance) {
        idle.push(instance);
        return this;
    }

    /** How many instances wait to be used. */
    int idle() {
        return idle.size();
    }

    /**
     * Lends an instance. Whatever the task throws but a refusal is a trap: the instance is thrown away, since its stack is not restored, and the task
     * tried once more on another, since Drone sends nothing again.
     */
    <T> T use(Function<ModuleInstance, T> task) {
        permits.acquireUninterruptibly();
        // Compiled loops stop when their thread is interrupted, which must not lose a delivery: the thread is told afterwards.
        boolean interrupted = Thread.interrupted();
        boolean trapped = false;
        try {
            while (true) {
                try {
                    return lend(task);
                } catch (WebhookVerificationException refusal) {
                    throw refusal;
                } catch (WasmInterruptedException now) {
                    interrupted |= Thread.interrupted();
                } catch (RuntimeException trap) {
                    if (trapped) {
                        throw trap;
                    }
                    trapped = true;
                }
            }
        } finally {
            permits.release();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T lend(Function<ModuleInstance, T> task) {
        ModuleInstance instance = idle.poll();
        if (instance == null) {
            instance = make.get();
        }
        try {
            T result = task.apply(instance);
            giveBack(instance);
            return result;
        } catch (WebhookVerificationException refusal) {
            giveBack(instance);
            throw refusal;
        }
    }

    private void giveBack(ModuleInstance instance) {
        if (instance.memoryBytes() <= MOST_MEMORY_BYTES) {
            idle.push(instance);
        }
    }
}
