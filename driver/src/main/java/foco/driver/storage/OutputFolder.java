package foco.driver.storage;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A folder that executors write to while a command runs. */
public final class OutputFolder {
    private final Location location;

    private OutputFolder(Location location) {
        this.location = location;
    }

    /** @throws foco.driver.block.InvalidInputException if there is no file system such as the name asks for */
    public static OutputFolder of(String name, Configuration hadoop) {
        return new OutputFolder(Location.of(name, hadoop));
    }

    /** The folder's path, absolute and with its file system. */
    public String path() {
        return location.path().toString();
    }

    /** Whether an output is this folder, or lies somewhere in it. */
    public boolean holds(OutputTarget output) {
        for (Path path = output.location().path(); path != null; path = path.getParent()) {
            if (path.equals(location.path())) {
                return true;
            }
        }
        return false;
    }
}
