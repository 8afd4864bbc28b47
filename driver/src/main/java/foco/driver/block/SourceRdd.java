package foco.driver.block;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.TaskCompletionListener;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** The blocks of a source, read by whatever task wants them, in the partitions of a {@link BlockLayout}. */
final class SourceRdd extends RDD<TokenBlock> {

    private final TokenSource source;
    private final BlockLayout layout;

    SourceRdd(SparkContext context, TokenSource source, BlockLayout layout) {
        super(
                context,
                CollectionConverters.asScala(List.<Dependency<?>>of()).toSeq(),
                ClassTag$.MODULE$.apply(TokenBlock.class));
        this.source = source;
        this.layout = layout;
    }

    @DefaultSerializer(JavaSerializer.class)
    private record Blocks(int index) implements Partition, Serializable {}

    @Override
    public Partition[] getPartitions() {
        return IntStream.range(0, layout.partitions()).mapToObj(Blocks::new).toArray(Partition[]::new);
    }

    @Override
    public scala.collection.Iterator<TokenBlock> compute(Partition partition, TaskContext context) {
        try {
            TokenSource.Reader reader = source.open();
            context.addTaskCompletionListener((TaskCompletionListener) task -> close(reader));
            return CollectionConverters.asScala(
                    IntStream.range(layout.firstBlock(partition.index()), layout.firstBlock(partition.index() + 1))
                            .mapToObj(block -> read(reader, block))
                            .iterator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TokenBlock read(TokenSource.Reader reader, int block) {
        try {
            return reader.read(layout.sequence(block), layout.firstPosition(block), layout.rows(block));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(TokenSource.Reader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
