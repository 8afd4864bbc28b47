package foco.driver.checkpoint;

import java.io.IOException;
import java.io.Serializable;

/**
 * How what an item came to is written to a checkpoint. Two tasks that compute the same item must write the same.
 *
 * @param <T> what an item comes to
 */
public interface ItemForm<T> extends Serializable {

    /** The head of the item. */
    int head(T outcome);

    byte[] write(T outcome) throws IOException;

    /** @param bytes as they were written */
    T read(int head, byte[] bytes) throws IOException;
}
