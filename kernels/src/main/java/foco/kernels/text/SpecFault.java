package foco.kernels.text;

/** A complaint about a place in a text. */
final class SpecFault extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    SpecFault(String message) {
        super(message);
    }
}
