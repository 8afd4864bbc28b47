package foco.driver.block;

import foco.driver.metrics.JobLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Whether what sources give can be computed on. */
public final class BlockCheck {

    private BlockCheck() {}

    /**
     * Reads what nobody has looked at yet, in one job.
     *
     * @throws InvalidInputException naming the first that cannot be computed on, in the order of sequences and positions
     */
    public static void requireSound(TokenBlocks... sets) {
        List<TokenBlocks> all = Stream.of(sets).map(TokenBlocks::unchecked).reduce(List.of(), BlockCheck::both);
        if (all.isEmpty()) {
            return;
        }
        String names = all.stream().map(TokenBlocks::columnNames).collect(Collectors.joining(", "));
        List<Tuple2<Integer, TokenBlock.Outline>> faults;
        try (JobLabel label = JobLabel.of(all.get(0).context(), "reading and checking %s", names)) {
            faults = IntStream.range(0, all.size())
                    .mapToObj(i -> faults(all.get(i)).map(block -> new Tuple2<>(i, block)))
                    .reduce(JavaRDD::union)
                    .orElseThrow()
                    .collect();
        }
        faults.stream()
                .min((a, b) -> a._1.equals(b._1) ? all.get(a._1).sequences().compare(a._2, b._2) : a._1 - b._1)
                .ifPresent(first -> {
                    throw new InvalidInputException(first._2.fault());
                });
    }

    /** What is told of the blocks that cannot be computed on. */
    private static JavaRDD<TokenBlock.Outline> faults(TokenBlocks blocks) {
        return blocks.grouped().filter(block -> !block.fault().isEmpty()).map(TokenBlock::outline);
    }

    /** Those of two lists, each once. */
    static List<TokenBlocks> both(List<TokenBlocks> some, List<TokenBlocks> others) {
        List<TokenBlocks> all = new ArrayList<>(some);
        others.stream()
                .filter(other -> all.stream().noneMatch(one -> one == other))
                .forEach(all::add);
        return all;
    }
}
