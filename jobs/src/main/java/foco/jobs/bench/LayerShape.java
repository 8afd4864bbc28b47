package foco.jobs.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A linear layer's widths, such as 384x1536. */
record LayerShape(int inputs, int outputs) {

    private static final int MOST = 1 << 16;

    @Override
    public String toString() {
        return inputs + "x" + outputs;
    }

    /** Reads one from the command line. */
    static final class Converter implements ITypeConverter<LayerShape> {
        @Override
        public LayerShape convert(String text) {
            String[] widths = text.split("x", -1);
            if (widths.length == 2 && widths[0].matches("[0-9]{1,5}") && widths[1].matches("[0-9]{1,5}")) {
                LayerShape shape = new LayerShape(Integer.parseInt(widths[0]), Integer.parseInt(widths[1]));
                if (shape.inputs >= 1 && shape.outputs >= 1 && shape.inputs <= MOST && shape.outputs <= MOST) {
                    return shape;
                }
            }
            throw new TypeConversionException(
                    "'%s' is no shape such as 384x1536, of widths 1 to %d".formatted(text, MOST));
        }
    }
}
