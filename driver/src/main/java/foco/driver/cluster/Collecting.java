package foco.driver.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;

/**
 * Brings what tasks made to the driver. In local mode, where both are in one process, it is handed over as it is: Spark would
 * write it, keep the bytes and read them again.
 */
public final class Collecting {

    /** What tasks have made of a partition and the driver has not yet taken, by the call and the partition. */
    private static final Map<Place, List<?>> MADE = new ConcurrentHashMap<>();

    private record Place(String call, int partition) {}

    private Collecting() {}

    /**
     * What some partitions hold, in their order.
     *
     * @param rows immutable: where Spark keeps them in memory, the driver may be given the same objects
     */
    public static <T> List<List<T>> partitions(JavaRDD<T> rows, int[] partitions) {
        if (!rows.context().isLocal()) {
            return List.of(rows.collectPartitions(partitions));
        }
        String call = UUID.randomUUID().toString();
        try {
            rows.mapPartitionsWithIndex(
                            (partition, made) -> {
                                List<T> all = new ArrayList<>();
                                made.forEachRemaining(all::add);
                                MADE.put(new Place(call, partition), all);
                                return List.<Integer>of().iterator();
                            },
                            true)
                    .collectPartitions(partitions);
            return Arrays.stream(partitions)
                    .mapToObj(partition -> Collecting.<T>taken(new Place(call, partition)))
                    .toList();
        } finally {
            MADE.keySet().removeIf(place -> place.call.equals(call));
        }
    }

    @SuppressWarnings("unchecked") // a call's partitions are all of one type
    private static <T> List<T> taken(Place place) {
        return (List<T>) MADE.remove(place);
    }
}
