package foco.driver.metrics;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.apache.spark.util.AccumulatorV2;

/** Amounts of work and the seconds they took; its value is their quotient, 0 before any time has passed. */
final class RateAccumulator extends AccumulatorV2<RateAccumulator.Work, Double> {

    private double amount;
    private double seconds;

    /** @param amount in whatever unit the rate is of */
    @DefaultSerializer(JavaSerializer.class)
    record Work(double amount, double seconds) implements Serializable {}

    @Override
    public boolean isZero() {
        return amount == 0 && seconds == 0;
    }

    @Override
    public RateAccumulator copy() {
        RateAccumulator copy = new RateAccumulator();
        copy.merge(this);
        return copy;
    }

    @Override
    public void reset() {
        amount = 0;
        seconds = 0;
    }

    @Override
    public void add(Work work) {
        amount += work.amount;
        seconds += work.seconds;
    }

    @Override
    public void merge(AccumulatorV2<Work, Double> other) {
        RateAccumulator rate = (RateAccumulator) other;
        amount += rate.amount;
        seconds += rate.seconds;
    }

    @Override
    public Double value() {
        return seconds == 0 ? 0 : amount / seconds;
    }
}
