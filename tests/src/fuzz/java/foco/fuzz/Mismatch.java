package foco.fuzz;

/** What Foco did in a case and should not have done. */
final class Mismatch extends Exception {
    private static final long serialVersionUID = 1;

    Mismatch(String message) {
        super(message);
    }

    Mismatch(String message, Throwable cause) {
        super(message, cause);
    }
}
