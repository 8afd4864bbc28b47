package foco.driver.strategy;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.sweep.ItemPart;
import java.io.Serializable;
import java.util.Comparator;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/**
 * Merges what items come to over parts of their keys, some neighbours at a time. How it rounds depends on the number of
 * places and on {@code fanIn}, and on nothing else.
 *
 * @param places where the parts of keys can stand, over all heads and sequences
 * @param fanIn the parts that merge in one step, 2 or more
 * @param items how many there are
 * @param slots the tasks that run at a time
 */
record MergeTree(int places, int fanIn, int items, int slots) {

    /** What an item comes to over some keys, and where these stand among the others. */
    @DefaultSerializer(JavaSerializer.class)
    record Partial<T>(int place, ItemPart<T> part) implements Serializable {}

    /** What each item comes to over all its keys. */
    <T> JavaPairRDD<Integer, T> merge(JavaPairRDD<Integer, Partial<T>> partials) {
        JavaPairRDD<Integer, Partial<T>> level = partials;
        for (int states = places; states > fanIn; states = groups(states)) {
            level = merged(level, partitions(groups(states)));
        }
        return level.groupByKey(partitions(1)).mapValues(parts -> inOrder(parts).finish());
    }

    private int groups(int states) {
        return (states + fanIn - 1) / fanIn;
    }

    /** No more partitions than have something to do at a time: each is a file for every task that writes to it. */
    private int partitions(int groupsOfItem) {
        return Math.max(1, (int) Math.min((long) items * groupsOfItem, slots));
    }

    private <T> JavaPairRDD<Integer, Partial<T>> merged(JavaPairRDD<Integer, Partial<T>> partials, int partitions) {
        int neighbours = fanIn;
        return partials.mapToPair(item -> new Tuple2<>(new Tuple2<>(item._1, item._2.place / neighbours), item._2))
                .groupByKey(partitions)
                .mapToPair(some -> new Tuple2<>(some._1._1, new Partial<>(some._1._2, inOrder(some._2))));
    }

    private static <T> ItemPart<T> inOrder(Iterable<Partial<T>> partials) {
        return StreamSupport.stream(partials.spliterator(), false)
                .sorted(Comparator.comparingInt(Partial::place))
                .map(Partial::part)
                .reduce(ItemPart::merged)
                .orElseThrow();
    }
}
