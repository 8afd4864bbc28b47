package foco.driver.checkpoint;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.cluster.SparkInternals;
import foco.driver.meter.TaskCheck;
import foco.kernels.machine.Kernels;

/**
 * Refuses executors that have another kernel than a checkpoint's: kernels round differently, and its files do not tell which
 * one was at work.
 *
 * @param checkpoint for messages
 * @param kernel as {@link Kernels#kind}
 */
@DefaultSerializer(JavaSerializer.class)
record KernelCheck(String checkpoint, String kernel) implements TaskCheck {

    @Override
    public void run() {
        if (!kernel.equals(Kernels.kind())) {
            throw new CheckpointException(
                    "The checkpoint %s is of the %s kernel, and the executor %s has the %s one, which rounds differently; start all JVMs with --add-modules=jdk.incubator.vector, or none."
                            .formatted(checkpoint, kernel, SparkInternals.place(), Kernels.kind()));
        }
    }
}
