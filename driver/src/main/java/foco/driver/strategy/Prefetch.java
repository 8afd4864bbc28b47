package foco.driver.strategy;

import foco.driver.cluster.SparkInternals;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import scala.Function0;

/**
 * Fetches things for a task one after another, each on another thread while the task works on the one before. The thread
 * counts as the task's: Spark's locks, memory and metrics see no difference. It ends with the task, whichever way that
 * ends.
 */
final class Prefetch<P, T> implements Iterator<T> {

    private static final long POLL_MILLIS = 100;

    private final TaskContext context;
    private final Iterator<P> places;
    private final Function<P, T> fetch;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread started = new Thread(work, "foco-prefetch");
        started.setDaemon(true);
        return started;
    });
    private Future<T> next;

    /**
     * @param places what to fetch
     * @param fetch runs on the other thread, for one place after another
     */
    Prefetch(TaskContext context, Iterator<P> places, Function<P, T> fetch) {
        this.context = context;
        this.places = places;
        this.fetch = fetch;
        context.addTaskCompletionListener(done -> {
            stop();
            return null;
        });
        advance();
    }

    private void advance() {
        if (!places.hasNext()) {
            next = null;
            return;
        }
        P place = places.next();
        Function0<T> fetched = () -> fetch.apply(place);
        Callable<T> asTask = () -> TaskContext.withTaskContext(context, fetched);
        next = thread.submit(asTask);
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public T next() {
        SparkInternals.endIfKilled(context);
        try {
            T fetched = next.get();
            advance();
            return fetched;
        } catch (ExecutionException e) {
            // Spark tells by the kind of exception whether to fetch or compute again what is missing.
            throw Prefetch.<RuntimeException>unchecked(e.getCause());
        } catch (InterruptedException e) {
            throw Prefetch.<RuntimeException>unchecked(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable e) throws E {
        throw (E) e;
    }

    /** Waits for the thread to end: what it holds of Spark's, it must give back before the task does. */
    private void stop() {
        thread.shutdownNow();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
