package foco.driver.file;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A format of files that hold arrays: a source, whose numbers tasks read in slices ({@link ArrayFile}), and a sink, to
 * which tasks or the driver write blocks of tokens ({@link ArrayTarget}). In both an array's numbers lie one after the
 * other in C order; formats differ in what stands before them.
 */
public non-sealed interface ArrayFormat extends FileFormat {

    /**
     * Finds an array and checks that its file is whole.
     *
     * @throws InvalidInputException if there is no such array, or it is not one that Foco reads
     * @throws IOException if the file system fails
     */
    ArrayFile open(String name, Configuration hadoop) throws IOException;

    /**
     * The parts of the name of an array that is to be written.
     *
     * @throws InvalidInputException if this format cannot write under such a name
     */
    ArrayName split(String name);

    /**
     * What stands before the numbers of a file that holds one float32 array.
     *
     * @param array what it is called in the file, where the format has a place for that
     * @param shape the lengths of its dimensions, slowest first
     */
    byte[] header(String array, List<Long> shape);
}
