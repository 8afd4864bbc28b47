package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.TokenBlock;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkItems;
import foco.kernels.AttentionSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Where queries are in blocks of tokens.
 *
 * @param shapes of the attention
 * @param query the column of the queries
 * @param lse the column of their log-sum-exps, negative if there is none
 */
@DefaultSerializer(JavaSerializer.class)
public record QuerySource(AttentionSpec shapes, int query, int lse) implements Serializable {

    /**
     * The queries of an item.
     *
     * @param blocks those that the item is of, in order
     */
    public ItemRows of(WorkItems work, int place, List<TokenBlock> blocks) {
        WorkItem item = work.item(place);
        ArrayList<QueryRows> rows = new ArrayList<>();
        for (TokenBlock block : blocks) {
            rows.add(head(block, item.head()));
        }
        return new ItemRows(place, rows);
    }

    /** The same in arrays of its own: the blocks may go. */
    public ItemRows copied(WorkItems work, int place, List<TokenBlock> blocks) {
        ArrayList<QueryRows> rows = new ArrayList<>();
        of(work, place, blocks).rows().forEach(some -> rows.add(some.alone(shapes.keyWidth())));
        return new ItemRows(place, rows);
    }

    private QueryRows head(TokenBlock block, int head) {
        return new QueryRows(
                block.firstPosition(),
                block.rows(),
                block.columns()[query],
                head * shapes.keyWidth(),
                shapes.queryRowWidth(),
                lse < 0 ? new float[0] : block.columns()[lse],
                head,
                shapes.heads());
    }

    /** A block with no more than what is needed of it here: the queries, and their log-sum-exps. */
    public TokenBlock only(TokenBlock block) {
        return lse < 0 ? block.with(block.columns()[query]) : block.with(block.columns()[query], block.columns()[lse]);
    }

    /** Where these are in such blocks. */
    public QuerySource ofOnly() {
        return new QuerySource(shapes, 0, lse < 0 ? -1 : 1);
    }
}
