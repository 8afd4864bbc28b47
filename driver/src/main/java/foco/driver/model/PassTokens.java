package foco.driver.model;

import foco.driver.block.BlockLayout;
import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.settings.FocoConf;
import foco.driver.text.TokenSequence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The tokens of a pass through a model, in the blocks where they stay.
 *
 * @param sequences named by their numbers
 * @param width of a hidden state
 */
record PassTokens(SparkContext context, FocoConf conf, List<TokenSequence> sequences, Sequences named, int width) {

    static PassTokens of(SparkContext context, FocoConf conf, List<TokenSequence> sequences, int width) {
        if (sequences.isEmpty()) {
            throw new InvalidInputException("There is no text; give one or more");
        }
        return new PassTokens(context, conf, List.copyOf(sequences), named(sequences), width);
    }

    private static Sequences named(List<TokenSequence> sequences) {
        Map<String, Long> lengths = new LinkedHashMap<>();
        for (int s = 0; s < sequences.size(); s++) {
            lengths.put(String.valueOf(s), (long) sequences.get(s).length());
        }
        return Sequences.of(lengths, Sequences.Order.NUMBERS);
    }

    BlockLayout layout() {
        return BlockLayout.of(named, conf.blockRows());
    }

    /** The column of hidden states. */
    List<VectorColumn> hidden() {
        return List.of(new VectorColumn(ForwardPass.HIDDEN, 1, width));
    }

    /** Hidden states, in the partitions of the layout. */
    TokenBlocks blocks(List<VectorColumn> columns, JavaRDD<TokenBlock> blocks) {
        return TokenBlocks.checked(context, conf, named, TokenBlocks.NUMBERS, columns, false, blocks, () -> {});
    }

    /** The tokens in the partitions of their layout: each goes where it is wanted with the task. */
    JavaRDD<TokenIds> ids() {
        BlockLayout layout = layout();
        List<List<TokenIds>> partitions = IntStream.range(0, layout.partitions())
                .mapToObj(p -> IntStream.range(layout.firstBlock(p), layout.firstBlock(p + 1))
                        .mapToObj(block -> ids(layout, block))
                        .toList())
                .toList();
        return JavaSparkContext.fromSparkContext(context)
                .parallelize(partitions, partitions.size())
                .flatMap(List::iterator);
    }

    private TokenIds ids(BlockLayout layout, int block) {
        TokenSequence sequence = sequences.get(layout.sequence(block));
        int from = Math.toIntExact(layout.firstPosition(block));
        int to = from + layout.rows(block);
        return new TokenIds(
                String.valueOf(layout.sequence(block)),
                from,
                Arrays.copyOfRange(sequence.ids(), from, to),
                Arrays.copyOfRange(sequence.places(), from, to));
    }
}
