package foco.jobs.steps;

import foco.driver.model.AttentionSteps;
import foco.driver.model.PretrainedModel;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is to be shown.
 *
 * @param layer counted from 1
 * @param head counted from 1
 * @param chosen the position of the token whose row is worked out in full
 */
record Steps(PretrainedModel model, AttentionSteps values, int layer, int head, int chosen) {

    int tokens() {
        return values.tokens();
    }

    /** The head as arrays count it. */
    int headIndex() {
        return head - 1;
    }

    String piece(int token) {
        return values.text().tokens().get(token).piece();
    }

    /** The sums of all heads for a token, side by side. */
    double[] sideBySide(int token) {
        return IntStream.range(0, values.spec().heads())
                .boxed()
                .flatMapToDouble(each -> Arrays.stream(values.sum(each, token)))
                .toArray();
    }
}
