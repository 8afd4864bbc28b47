package foco.driver.storage;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsAction;

/** A local disk as {@code plain:}, a file system that has only the older of Hadoop's interfaces. */
public class PlainFileSystem extends RawLocalFileSystem {

    @Override
    public URI getUri() {
        return URI.create(getScheme() + ":///");
    }

    @Override
    public String getScheme() {
        return "plain";
    }

    /** Hadoop's local file system looks for permissions by a URI of its own scheme. */
    @Override
    public void access(Path path, FsAction mode) {}

    /** The same as {@code stuck:}, on which nothing can be renamed. */
    public static final class Stuck extends PlainFileSystem {

        @Override
        public String getScheme() {
            return "stuck";
        }

        @Override
        public boolean rename(Path from, Path to) {
            return false;
        }
    }
}
