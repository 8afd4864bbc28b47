package foco.driver.storage;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What arrays will take of this machine's disks: where they shall lie, or, if that is on another file system, in the folder
 * where they are written first. Those that meet on one disk have to fit on it together.
 */
public final class Room {
    private record Need(OutputTarget target, Path folder, long bytes) {}

    private final Map<FileStore, List<Need>> needs = new LinkedHashMap<>();

    /** Asks for room for one more array. */
    public void add(OutputTarget target, long bytes) throws IOException {
        Path folder = target.location().isLocal() ? target.localPath().getParent() : RemoteFile.stagingFolder();
        needs.computeIfAbsent(Files.getFileStore(folder), disk -> new ArrayList<>())
                .add(new Need(target, folder, bytes));
    }

    /**
     * Refuses before any work what a disk has no room for.
     *
     * @throws InvalidInputException if there is less left than was asked for
     */
    public void check() throws IOException {
        for (Map.Entry<FileStore, List<Need>> disk : needs.entrySet()) {
            long left = disk.getKey().getUsableSpace();
            // Some file systems cannot tell and say 0.
            if (left > 0 && disk.getValue().stream().mapToDouble(Need::bytes).sum() > left) {
                throw new InvalidInputException(refusal(disk.getValue(), left));
            }
        }
    }

    private static String refusal(List<Need> needs, long left) {
        String names =
                String.join(", ", needs.stream().map(need -> need.target.name()).toList());
        String bytes = "%,.0f".formatted(needs.stream().mapToDouble(Need::bytes).sum());
        boolean staged = needs.stream().noneMatch(need -> need.target.location().isLocal());
        return staged
                ? "%s: %s bytes are written in %s first, whose disk has %,d left; free some or choose another with --conf %s=FOLDER"
                        .formatted(names, bytes, needs.get(0).folder, left, RemoteFile.STAGING)
                : "%s: %s bytes are needed on the disk of %s, which has %,d left; free some or choose another disk"
                        .formatted(names, bytes, needs.get(0).folder, left);
    }
}
