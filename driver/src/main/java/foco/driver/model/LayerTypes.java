package foco.driver.model;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which layers see only what is near: {@code layer_types} of a configuration, or a family's own pattern. */
final class LayerTypes {

    private static final String KEY = "layer_types";
    private static final String LOCAL = "sliding_attention";
    private static final String GLOBAL = "full_attention";

    private LayerTypes() {}

    /**
     * For each layer, whether it sees only what is near.
     *
     * @param otherwise which do where the configuration does not list them
     */
    static List<Boolean> local(ModelConfig json, int layers, IntPredicate otherwise) {
        if (!json.has(KEY)) {
            return IntStream.range(0, layers).mapToObj(otherwise::test).toList();
        }
        List<String> types = json.texts(KEY);
        json.require(
                types.size() == layers && types.stream().allMatch(type -> type.equals(LOCAL) || type.equals(GLOBAL)),
                KEY,
                "\"%s\" or \"%s\" for each of the %d layers".formatted(GLOBAL, LOCAL, layers));
        return types.stream().map(LOCAL::equals).toList();
    }

    /**
     * What such layers see, for people.
     *
     * @param near what a layer sees that sees only what is near
     */
    static String text(String all, List<Boolean> local, String near) {
        long count = local.stream().filter(is -> is).count();
        return count == 0 ? all : "%s; in %d of %d layers only %s".formatted(all, count, local.size(), near);
    }
}
