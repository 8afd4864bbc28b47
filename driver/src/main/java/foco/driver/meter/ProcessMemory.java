package foco.driver.meter;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most memory that a process has had since it started, or the most of several processes.
 *
 * @param heap bytes of Java's heap that were in use
 * @param resident bytes of the whole process that were in the machine's memory: the heap, classes, compiled code, threads'
 *     stacks, buffers; 0 where the system does not tell, which is everywhere but on Linux
 */
@DefaultSerializer(JavaSerializer.class)
public record ProcessMemory(long heap, long resident) implements Serializable {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

    /** Of this process, so far. */
    public static ProcessMemory peak() {
        return new ProcessMemory(peakHeap(), peakResident());
    }

    /** The larger of each. */
    public ProcessMemory max(ProcessMemory other) {
        return new ProcessMemory(Math.max(heap, other.heap), Math.max(resident, other.resident));
    }

    /** The sum of the heap's parts, each when it was largest, which can be more than there is. */
    private static long peakHeap() {
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        return Math.min(peak, Runtime.getRuntime().maxMemory());
    }

    private static long peakResident() {
        try {
            return resident(Files.readString(STATUS));
        } catch (IOException e) { // not Linux
            return 0;
        }
    }

    /** What Linux says of a process as {@code VmHWM}, the high-water mark of its resident set, in KiB (proc(5)). */
    static long resident(String status) {
        Matcher peak = PEAK.matcher(status);
        return peak.find() ? Long.parseLong(peak.group(1)) * 1024 : 0;
    }
}
