package foco.driver.block;

import java.util.Iterator;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/** The blocks of two sets over the same sequences, which meet in the same order. */
final class BlockPairs {

    private BlockPairs() {}

    /** The columns of both, those of the first in front. */
    static Iterator<TokenBlock> beside(Iterator<TokenBlock> left, Iterator<TokenBlock> right) {
        return pairs(
                left, right, (a, b) -> Stream.concat(Stream.of(a), Stream.of(b)).toArray(float[][]::new));
    }

    /** The sums of columns of the same widths. */
    static Iterator<TokenBlock> sums(Iterator<TokenBlock> left, Iterator<TokenBlock> right) {
        return pairs(left, right, BlockPairs::sums);
    }

    private static Iterator<TokenBlock> pairs(
            Iterator<TokenBlock> left, Iterator<TokenBlock> right, BinaryOperator<float[][]> both) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return left.hasNext();
            }

            @Override
            public TokenBlock next() {
                TokenBlock block = left.next();
                return block.with(both.apply(block.columns(), right.next().columns()));
            }
        };
    }

    private static float[][] sums(float[][] left, float[][] right) {
        float[][] sums = new float[left.length][];
        for (int c = 0; c < sums.length; c++) {
            sums[c] = left[c].clone();
            for (int i = 0; i < sums[c].length; i++) {
                sums[c][i] += right[c][i];
            }
        }
        return sums;
    }
}
