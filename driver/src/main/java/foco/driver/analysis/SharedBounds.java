package foco.driver.analysis;

import foco.kernels.fold.KeyBounds;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@link KeyBounds} of the heads that the tasks of an executor are at. Those that were asked for longest ago are dropped where
 * there are many: that costs time alone. What is sent has none.
 */
final class SharedBounds implements Serializable {

    private transient Bounds bounds = new Bounds();

    private record Head(int sequence, int head) {}

    private static final class Bounds extends LinkedHashMap<Head, KeyBounds> {

        /** Heads that are kept. Tasks that run at the same time are at neighbouring items, which are mostly those of one head. */
        private static final int MOST = 4;

        Bounds() {
            super(2 * MOST, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Head, KeyBounds> eldest) {
            return size() > MOST;
        }
    }

    synchronized KeyBounds of(int sequence, int head) {
        return bounds.computeIfAbsent(new Head(sequence, head), key -> new KeyBounds());
    }

    private Object readResolve() {
        return new SharedBounds();
    }
}
