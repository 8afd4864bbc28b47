package foco.driver.meter;

import org.apache.spark.util.AccumulatorV2;

/** The largest number that any task has told; 0 if none has. */
final class MaxAccumulator extends AccumulatorV2<Long, Long> {

    private long largest;

    @Override
    public boolean isZero() {
        return largest == 0;
    }

    @Override
    public MaxAccumulator copy() {
        MaxAccumulator copy = new MaxAccumulator();
        copy.largest = largest;
        return copy;
    }

    @Override
    public void reset() {
        largest = 0;
    }

    @Override
    public void add(Long number) {
        largest = Math.max(largest, number);
    }

    @Override
    public void merge(AccumulatorV2<Long, Long> other) {
        add(other.value());
    }

    @Override
    public Long value() {
        return largest;
    }
}
