package foco.driver.block;

/** Input that attention cannot be computed on. The message is one line that names the place and the mend. */
public final class InvalidInputException extends IllegalArgumentException {

    public InvalidInputException(String message) {
        super(message);
    }
}
