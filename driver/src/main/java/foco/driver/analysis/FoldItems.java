package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.checkpoint.ItemForm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;

/** What statistics found in a checkpoint: in its serial form, as results of folds are of many classes. */
@DefaultSerializer(JavaSerializer.class)
record FoldItems() implements ItemForm<FoldOutput> {

    @Override
    public int head(FoldOutput outcome) {
        return outcome.head();
    }

    @Override
    public byte[] write(FoldOutput outcome) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            objects.writeObject(outcome);
        }
        return bytes.toByteArray();
    }

    @Override
    public FoldOutput read(int head, byte[] bytes) throws IOException {
        try (ObjectInputStream objects = new TaskInput(new ByteArrayInputStream(bytes))) {
            return (FoldOutput) objects.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException("A class of a statistic is missing: " + e.getMessage(), e);
        }
    }

    /** Finds a program's own classes where Spark has put them for tasks. */
    private static final class TaskInput extends ObjectInputStream {

        TaskInput(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(
                        type.getName(), false, Thread.currentThread().getContextClassLoader());
            } catch (ClassNotFoundException e) { // a primitive type, or Foco is not there
                return super.resolveClass(type);
            }
        }
    }
}
