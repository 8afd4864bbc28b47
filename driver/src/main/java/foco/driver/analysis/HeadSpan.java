package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.FoldResult;
import java.io.Serializable;

/**
 * What the statistics found for consecutive positions of one head of one sequence: for queries, for keys, or for both where they
 * are the same; and in one span of a head what is of the whole head.
 *
 * @param number of the span among all, in the order of sequences, heads and positions; those of keys alone come after those of
 *     queries
 * @param sequence its place among the sequences of the queries
 * @param first the first position
 * @param found of each statistic; null of one that is not of this span
 * @param figures how far the weights are from the rules
 */
@DefaultSerializer(JavaSerializer.class)
record HeadSpan(int number, int sequence, int head, long first, int count, FoldResult<?>[] found, SpanFigures figures)
        implements Serializable {}
