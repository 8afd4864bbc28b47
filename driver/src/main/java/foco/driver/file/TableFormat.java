package foco.driver.file;

/** The formats of tables, which Spark or a command writes row by row. */
public enum TableFormat implements FileFormat {
    PARQUET(".parquet"),
    CSV(".csv");

    private final String ending;

    TableFormat(String ending) {
        this.ending = ending;
    }

    @Override
    public String ending() {
        return ending;
    }
}
