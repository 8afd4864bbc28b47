package foco.kernels.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import foco.kernels.shape.KernelShape;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/** What this JVM says of the machine's vectors: what {@link KernelShape#of} has to know. */
public final class VectorMachine {

    private VectorMachine() {}

    /**
     * The shape of the vector kernel here. {@code -Dfoco.vector.bits=128|256|512} asks for other vectors than the machine's
     * own: slower anywhere, and with the same results to the last bit, which is what it is for.
     *
     * @return none if the kernel is not for this machine
     * @throws IllegalArgumentException if that property is something else
     */
    public static Optional<KernelShape> shape() {
        String architecture = System.getProperty("os.arch");
        return KernelShape.of(architecture, bits(), !KernelShape.isX86(architecture) || isTold("UseFMA"));
    }

    private static int bits() {
        int wanted = Integer.getInteger("foco.vector.bits", 0);
        if (wanted != 0 && wanted != 128 && wanted != 256 && wanted != 512) {
            throw new IllegalArgumentException("foco.vector.bits must be 128, 256 or 512, and is " + wanted + ".");
        }
        return wanted == 0 ? FloatVector.SPECIES_PREFERRED.vectorBitSize() : wanted;
    }

    /** Whether HotSpot has found an instruction, as its option of that name says; another JVM is taken to have it. */
    private static boolean isTold(String option) {
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return hotSpot == null
                    || Boolean.parseBoolean(hotSpot.getVMOption(option).getValue());
        } catch (IllegalArgumentException e) { // no such option
            return true;
        }
    }
}
