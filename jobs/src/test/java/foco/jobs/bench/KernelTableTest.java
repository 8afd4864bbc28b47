package foco.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class KernelTableTest {
    private static final KernelCase CASE = new KernelCase(64, Masking.CAUSAL, 8, 8192, 8192);

    private final Machine machine = new Machine("Some CPU", "17", 512);

    @Test
    void aRowTellsTheShareOfThePeak() {
        String row = new KernelTable(machine, 1)
                .row(new KernelRate(CASE, 1, 201.23, 251.54, OptionalDouble.empty(), OptionalDouble.empty()));
        assertEquals("d=64 causal                      201.2     251.5    0.800         ", row);
    }

    @Test
    void aRowTellsTheShareOfThePlainDenseRate() {
        KernelTable table = new KernelTable(machine, 1);
        String row = table.row(new KernelRate(CASE, 1, 200, 500, OptionalDouble.empty(), OptionalDouble.of(0.5)));
        assertEquals("d=64 causal                      200.0     500.0    0.400    0.500", row);
    }

    @Test
    void aRowOfManyThreadsTellsWhatTheyGain() {
        String row = new KernelTable(machine, 2)
                .row(new KernelRate(CASE, 2, 380, 500, OptionalDouble.of(200), OptionalDouble.empty()));
        assertEquals("d=64 causal                      380.0     500.0    0.760               200.0     1.90", row);
    }
}
