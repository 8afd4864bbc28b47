package foco.driver.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockLayoutTest {

    private static Sequences random(Random random, int count) {
        Map<String, Long> lengths = new LinkedHashMap<>();
        for (int s = 0; s < count; s++) {
            long length = random.nextInt(4) == 0 ? 1 + random.nextInt(5000) : 1 + random.nextInt(300);
            lengths.put("s" + s, length);
        }
        return Sequences.of(lengths);
    }

    @Test
    void everyPositionLiesInOneBlockAndEveryBlockInOnePartition() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Sequences sequences = random(random, 1 + random.nextInt(60));
            BlockLayout layout = BlockLayout.of(sequences, 256);
            long[] rows = new long[sequences.count()];
            int block = 0;
            for (int p = 0; p < layout.partitions(); p++) {
                assertEquals(block, layout.firstBlock(p), "seed " + seed);
                assertTrue(layout.firstBlock(p + 1) > block, "no partition is empty, seed " + seed);
                for (; block < layout.firstBlock(p + 1); block++) {
                    int sequence = layout.sequence(block);
                    assertEquals(p, layout.partition(block), "seed " + seed);
                    assertEquals(rows[sequence], layout.firstPosition(block), "seed " + seed);
                    assertEquals(block, layout.number(sequence, rows[sequence]), "seed " + seed);
                    rows[sequence] += layout.rows(block);
                }
            }
            assertEquals(layout.blocks(), block, "seed " + seed);
            for (int s = 0; s < rows.length; s++) {
                assertEquals(sequences.length(s), rows[s], "seed " + seed);
            }
        }
    }

    @Test
    void shortSequencesShareAPartitionAndLongOnesHaveOneABlock() {
        BlockLayout many = BlockLayout.of(Sequences.numbered(100_000, 272), 768);
        assertEquals(100_000, many.blocks());
        assertEquals(100_000 / 7 + 1, many.partitions());
        BlockLayout one = BlockLayout.of(Sequences.numbered(1, 65_536), 768);
        assertEquals(86, one.partitions());
    }
}
