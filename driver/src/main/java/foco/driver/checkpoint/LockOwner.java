package foco.driver.checkpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Who has locked a checkpoint, or would, as a lock file says.
 *
 * @param token of this lock alone
 * @param machine host name, and what tells apart containers that share it: process ids mean nothing outside
 * @param process its id there
 * @param started when it began: ids are used again
 * @param application of Spark
 * @param holds whether it has the lock; else it asks for it
 */
record LockOwner(String token, String machine, long process, Instant started, String application, boolean holds) {

    private static final String FORM = "Foco checkpoint lock 1";
    private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

    /** This process, which asks for the lock. */
    static LockOwner here(String application) {
        ProcessHandle self = ProcessHandle.current();
        String token = UUID.randomUUID().toString();
        return new LockOwner(token, thisMachine(), self.pid(), started(self), application, false);
    }

    LockOwner holding() {
        return new LockOwner(token, machine, process, started, application, true);
    }

    private static String thisMachine() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown host";
        }
        try {
            return host + " " + Files.readSymbolicLink(NAMESPACE);
        } catch (IOException | UnsupportedOperationException e) { // not Linux
            return host;
        }
    }

    private static Instant started(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    /** Whether {@link #isAlive} can be known here. */
    boolean isOfThisMachine() {
        return machine.equals(thisMachine());
    }

    /** Whether the process is there still. */
    boolean isAlive() {
        return ProcessHandle.of(process)
                .filter(ProcessHandle::isAlive)
                .filter(running -> started(running).equals(started))
                .isPresent();
    }

    /** @param beat another each time the owner shows that it lives */
    String text(long beat) {
        return "%s\ntoken: %s\nmachine: %s\nprocess: %d\nstarted: %s\napplication: %s\nholds: %b\nbeat: %d\n"
                .formatted(FORM, token, machine, process, started, application, holds, beat);
    }

    /** Nothing if the text is not whole, as while it is written. */
    static Optional<LockOwner> parse(String text) {
        if (!text.startsWith(FORM) || !text.contains("\nbeat: ")) {
            return Optional.empty();
        }
        Map<String, String> lines = text.lines()
                .map(line -> line.split(": ", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> a));
        try {
            return Optional.of(new LockOwner(
                    lines.get("token"),
                    lines.get("machine"),
                    Long.parseLong(lines.get("process")),
                    Instant.parse(lines.get("started")),
                    lines.get("application"),
                    Boolean.parseBoolean(lines.get("holds"))));
        } catch (RuntimeException e) { // a line is missing or no number
            return Optional.empty();
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return "process %d on %s (%s)".formatted(process, machine.split(" ")[0], application);
    }
}
