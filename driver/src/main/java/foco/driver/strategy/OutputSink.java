package foco.driver.strategy;

import java.io.Serializable;
import java.util.Iterator;
import scala.Tuple2;

/**
 * What becomes of outcomes in the task that computes them.
 *
 * @param <T> what an item comes to
 */
@FunctionalInterface
public interface OutputSink<T> extends Serializable {

    /**
     * Takes a task's outcomes as they are computed.
     *
     * @param outcomes by the index of their query block; computed as it advances
     * @return those that Spark shall keep
     */
    Iterator<Tuple2<Integer, T>> take(Iterator<Tuple2<Integer, T>> outcomes);

    /** Leaves all to Spark. */
    static <T> OutputSink<T> toSpark() {
        return outcomes -> outcomes;
    }
}
