package foco.driver.strategy;

import foco.driver.sweep.HeadOutput;
import java.io.Serializable;
import java.util.Iterator;
import scala.Tuple2;

/** What becomes of outputs in the task that computes them. */
@FunctionalInterface
public interface OutputSink extends Serializable {

    /**
     * Takes a task's outputs as they are computed.
     *
     * @param outputs by the index of their query block; computed as it advances
     * @return those that Spark shall keep
     */
    Iterator<Tuple2<Integer, HeadOutput>> take(Iterator<Tuple2<Integer, HeadOutput>> outputs);

    /** Leaves all to Spark. */
    static OutputSink toSpark() {
        return outputs -> outputs;
    }
}
