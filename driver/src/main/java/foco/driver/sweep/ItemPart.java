package foco.driver.sweep;

import java.io.Serializable;

/**
 * What an item comes to over some of its keys.
 *
 * @param <T> what it comes to over all
 */
public interface ItemPart<T> extends Serializable {

    /** Over the keys of both; neither of the two is used afterwards. */
    ItemPart<T> merged(ItemPart<T> next);

    /** What it comes to, once it is over all keys. */
    T finish();
}
