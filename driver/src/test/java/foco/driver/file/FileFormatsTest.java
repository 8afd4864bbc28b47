package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileFormatsTest {

    @ParameterizedTest
    @CsvSource({
        "O.npy, .npy, O",
        "a.b/O.NPY, .npy, a.b/O",
        "O.safetensors, .safetensors, O",
        "O.safetensors:a.npy, .safetensors, O",
        "m.safetensors.index.json:a, .safetensors, m",
        "T.parquet, .parquet, T",
        "W.csv, .csv, W"
    })
    void theEndingOfANameTellsItsFormat(String name, String ending, String bare) {
        assertEquals(ending, FileFormats.of(name).orElseThrow().ending());
        assertEquals(bare, FileFormats.bare(name));
        assertEquals(bare + ".npy", FileFormats.npy(name));
    }

    @ParameterizedTest
    @CsvSource({"O, false, O.npy", "a.json/O, false, a.json/O.npy", "O.v2, false, O.v2.npy", "O.json, true, O.npy"})
    void aNameMayPromiseNothingOrWhatIsNotWritten(String name, boolean foreign, String asNpy) {
        assertTrue(FileFormats.of(name).isEmpty());
        assertEquals(foreign, FileFormats.isForeign(name));
        assertEquals(asNpy, FileFormats.npy(name));
        assertEquals(".npy", FileFormats.ofArray(name).ending());
    }
}
