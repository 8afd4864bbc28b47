package foco.driver.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.tile.KeyValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FocoConfTest {

    @Test
    void whatIsNotSetHasItsDefault() {
        assertEquals(
                new FocoConf(StrategyKind.AUTO, OptionalInt.empty(), 768, 512L << 20, KeyValueType.FLOAT32),
                FocoConf.of(Map.of("spark.app.name", "x")));
    }

    @Test
    void everySettingIsRead() {
        Map<String, String> settings = Map.of(
                "spark.foco.strategy", "split-keys",
                "spark.foco.partitions", "7",
                "spark.foco.block.rows", " 256 ",
                "spark.foco.broadcast.bytes", "3g",
                "spark.foco.kv.type", "bf16",
                "spark.foco.progress", "false");
        assertEquals(
                new FocoConf(StrategyKind.SPLIT_KEYS, OptionalInt.of(7), 256, 3L << 30, KeyValueType.BFLOAT16),
                FocoConf.of(settings));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "64m,67108864", "64MB,67108864", "512k,524288", "536870912,536870912", "100b,100"})
    void sizesAreWrittenAsSparks(String text, long bytes) {
        assertEquals(
                bytes, FocoConf.of(Map.of("spark.foco.broadcast.bytes", text)).broadcastBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "spark.foco.strategie,spark.foco.strategy",
        "spark.foco.kvtype,spark.foco.kv.type",
        "spark.foco.block-rows,spark.foco.block.rows",
        "spark.foco.partition,spark.foco.partitions",
    })
    void anUnknownKeyIsRefusedWithTheNearest(String key, String nearest) {
        String message = refused(Map.of(key, "stream"));
        assertTrue(message.startsWith("There is no setting %s; the nearest is %s,".formatted(key, nearest)), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "strategy=stripe",
                "strategy=",
                "partitions=0",
                "partitions=many",
                "block.rows=100",
                "block.rows=64m",
                "broadcast.bytes=0",
                "broadcast.bytes=0.5g",
                "broadcast.bytes=64q",
                "broadcast.bytes=9999999999g",
                "kv.type=float64",
                "progress=maybe",
            })
    void aBadValueIsRefusedWithItsKey(String setting) {
        String[] pair = setting.split("=", 2);
        String message = refused(Map.of("spark.foco." + pair[0], pair[1]));
        String quoted = Pattern.quote("\"%s\".".formatted(pair[1]));
        assertTrue(message.matches("spark\\.foco\\.%s must be .+, and is %s".formatted(pair[0], quoted)), message);
    }

    private static String refused(Map<String, String> settings) {
        return assertThrows(IllegalArgumentException.class, () -> FocoConf.of(settings))
                .getMessage();
    }

    /** If it is not, put the rows that this prints into the page. */
    @Test
    void thePagesTableIsMadeOfTheSettings() throws IOException {
        List<String> printed = Files.readAllLines(Path.of("../docs/settings.md")).stream()
                .filter(line -> line.startsWith("| `spark.foco."))
                .toList();
        List<String> declared = FocoSetting.all().stream().map(FocoSetting::row).toList();
        assertEquals(String.join("\n", declared), String.join("\n", printed));
    }
}
