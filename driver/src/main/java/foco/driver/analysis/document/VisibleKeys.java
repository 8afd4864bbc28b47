package foco.driver.analysis.document;

import foco.driver.analysis.text.Section;
import foco.kernels.mask.KeyRanges;
import foco.kernels.mask.Mask;
import java.util.List;

/**
 * How many keys each query sees, in the first head.
 *
 * @param seen for each query
 * @param sectionChance what even weights over the keys that are seen would give to the query's own section, in the mean
 */
public record VisibleKeys(int[] seen, double sectionChance) {

    /** @param mask as the queries stand among the keys */
    static VisibleKeys of(Mask mask, int count, List<Section> sections) {
        int[] seen = new int[count];
        double chance = 0;
        int queries = 0;
        KeyRanges ranges = new KeyRanges();
        for (Section section : sections) {
            for (int query = section.first(); query < section.end(); query++) {
                seen[query] = (int) mask.seen(0, query, ranges.reset(0, count));
                long own = mask.seen(0, query, ranges.reset(section.first(), section.end()));
                if (seen[query] > 0) {
                    chance += (double) own / seen[query];
                    queries++;
                }
            }
        }
        return new VisibleKeys(seen, queries == 0 ? 0 : chance / queries);
    }
}
