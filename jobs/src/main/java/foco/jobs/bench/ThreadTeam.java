package foco.jobs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that work at the same time. */
public final class ThreadTeam implements AutoCloseable {
    private final ExecutorService threads;

    public ThreadTeam(int count) {
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "foco-bench");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The rates of all works together, each on a thread of its own for {@code seconds}; in GFLOP/s. */
    public double gflops(List<? extends Work> works, double seconds) {
        CyclicBarrier start = new CyclicBarrier(works.size());
        List<Future<Double>> rates = new ArrayList<>();
        for (Work work : works) {
            rates.add(threads.submit(() -> rate(work, seconds, start)));
        }
        double sum = 0;
        for (Future<Double> rate : rates) {
            sum += result(rate);
        }
        return sum;
    }

    private static double rate(Work work, double seconds, CyclicBarrier start)
            throws InterruptedException, BrokenBarrierException {
        start.await();
        return work.gflops(seconds);
    }

    private static double result(Future<Double> rate) {
        try {
            return rate.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while timing", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
