package foco.driver.analysis.head;

/**
 * A head's figures, means over all queries that see a key; NaN where they were not computed.
 *
 * @param layer counted from 1
 * @param head counted from 1
 * @param entropy in nats
 * @param support {@code exp} of the mean entropy: as many keys, seen alike, have it
 * @param breadth the mean over the queries of support over keys seen, 0 to 1
 * @param distance of the keys, signed: below 0 behind the query
 * @param distanceAbsolute the same without its sign
 * @param self mass on the query's own token
 * @param previous mass on the token before it
 * @param next mass on the token after it
 * @param first mass on the first token of all
 * @param near mass within {@link HeadRules#NEAR} tokens on either side, the own one among them
 * @param separators mass on marks of the model and line ends
 * @param punctuation mass on punctuation
 * @param induction the mean weight on the token after the last like token, over the queries that have one
 * @param inductionChance what an even weight over the keys seen would be there
 * @param onSame the mean weight on the last like token itself
 * @param receivedTop the share of all mass that the 1% of keys receive that receive most
 * @param sectionShare mass within the query's own section
 * @param sectionChance what even weights would give there
 */
public record HeadFigures(
        int layer,
        int head,
        double entropy,
        double support,
        double breadth,
        double distance,
        double distanceAbsolute,
        double self,
        double previous,
        double next,
        double first,
        double near,
        double separators,
        double punctuation,
        double induction,
        double inductionChance,
        double onSame,
        double receivedTop,
        double sectionShare,
        double sectionChance) {}
