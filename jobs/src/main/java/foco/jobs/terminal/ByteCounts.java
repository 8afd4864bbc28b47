package foco.jobs.terminal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.plan.Memory;
import foco.driver.plan.Traffic;

/** The bytes that reports tell of, for programs. */
public final class ByteCounts {
    private ByteCounts() {}

    /** Adds bytes that are moved. */
    public static void put(ObjectNode json, Traffic traffic) {
        json.put("broadcast_bytes", traffic.broadcast())
                .put("pulled_bytes", traffic.pulled())
                .put("shuffled_bytes", traffic.shuffled());
    }

    /** Adds bytes that are held. */
    public static void put(ObjectNode json, Memory memory) {
        json.put("driver_bytes", memory.driver())
                .put("block_bytes", memory.blocks())
                .put("task_bytes", memory.task());
    }
}
