package foco.driver.model;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.shared.Shared;
import foco.driver.text.Document;
import foco.driver.text.TokenSequence;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Hidden states as rows, one for each token and layer: {@code document}, {@code position} in it, {@code token} as the
 * vocabulary spells it, its {@code id}, where it {@code start}s and {@code end}s in the text, {@code layer}, and its vector
 * {@code hidden}. To be closed when the rows are not read any more.
 */
public final class StateRows implements AutoCloseable {

    /** The columns of the rows. */
    public static final StructType SCHEMA = new StructType()
            .add("document", DataTypes.StringType, false)
            .add("position", DataTypes.LongType, false)
            .add("token", DataTypes.StringType, false)
            .add("id", DataTypes.IntegerType, false)
            .add("start", DataTypes.IntegerType, false)
            .add("end", DataTypes.IntegerType, false)
            .add("layer", DataTypes.IntegerType, false)
            .add("hidden", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    private final Shared<Tokens> tokens;

    /** What rows tell of tokens, one entry for each sequence. */
    @DefaultSerializer(JavaSerializer.class)
    private record Tokens(
            String[] documents,
            long[] firstPositions,
            int[] keepFrom,
            int[] keepTo,
            int[][] ids,
            int[][] starts,
            int[][] ends,
            String[] pieces)
            implements Serializable {}

    /**
     * @param sequences what a {@link ForwardPass} was given
     * @param pieces how the vocabulary spells each token
     */
    public StateRows(SparkContext context, List<Document> documents, List<TokenSequence> sequences, String... pieces) {
        int count = sequences.size();
        long[] first = new long[count];
        for (int s = 1; s < count; s++) {
            TokenSequence before = sequences.get(s - 1);
            first[s] = before.document() == sequences.get(s).document()
                    ? first[s - 1] + before.keepTo() - before.keepFrom()
                    : 0;
        }
        this.tokens = Shared.of(
                context,
                new Tokens(
                        sequences.stream()
                                .map(s -> documents.get(s.document()).name())
                                .toArray(String[]::new),
                        first,
                        sequences.stream().mapToInt(TokenSequence::keepFrom).toArray(),
                        sequences.stream().mapToInt(TokenSequence::keepTo).toArray(),
                        sequences.stream().map(TokenSequence::ids).toArray(int[][]::new),
                        sequences.stream().map(TokenSequence::starts).toArray(int[][]::new),
                        sequences.stream().map(TokenSequence::ends).toArray(int[][]::new),
                        pieces));
    }

    /**
     * The rows of one layer.
     *
     * @param hidden as a {@link ForwardPass} gives them
     */
    public JavaRDD<Row> rows(int layer, TokenBlocks hidden) {
        Shared<Tokens> shared = tokens;
        return hidden.grouped().flatMap(block -> rows(layer, block, shared.value()));
    }

    private static Iterator<Row> rows(int layer, TokenBlock block, Tokens tokens) {
        int s = Integer.parseInt(block.sequence());
        int first = (int) block.firstPosition();
        int width = block.width(0);
        return IntStream.range(first, first + block.rows())
                .filter(i -> i >= tokens.keepFrom[s] && i < tokens.keepTo[s])
                .mapToObj(i -> RowFactory.create(
                        tokens.documents[s],
                        tokens.firstPositions[s] + i - tokens.keepFrom[s],
                        tokens.pieces[tokens.ids[s][i]],
                        tokens.ids[s][i],
                        tokens.starts[s][i],
                        tokens.ends[s][i],
                        layer,
                        Arrays.copyOfRange(block.columns()[0], (i - first) * width, (i - first + 1) * width)))
                .iterator();
    }

    @Override
    public void close() {
        tokens.close();
    }
}
