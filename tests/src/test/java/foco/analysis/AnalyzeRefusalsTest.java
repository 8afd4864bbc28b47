package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code foco analyze} refuses, and what it says of it. */
@SparkTest
class AnalyzeRefusalsTest {

    @TempDir
    private Path folder;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(folder.resolve("text.txt"), "The bank was dirty.\n\nSo I went to the bank.\n");
    }

    private void assertRefused(int code, String message, String... options) {
        List<String> words = new ArrayList<>(List.of("analyze", text.toString(), "--model", "minilm"));
        words.addAll(List.of(options));
        if (!words.contains("--output")) {
            words.addAll(List.of("--output", folder.resolve("out").toString()));
        }
        String said = AnalyzedText.run(code, words.toArray(String[]::new));
        assertTrue(said.contains(message), said);
        assertTrue(said.lines().count() == 1, said);
        assertFalse(Files.exists(folder.resolve("out")), "nothing is begun");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertRefused(1, "--layers 7: the model has layers 1 to 6", "--layers", "2,7");
        assertRefused(1, "--in-heads 13: the model has heads 1 to 12", "--in-heads", "13");
        assertRefused(1, "the text does not hold the word \"shore\"", "--words", "shore");
        assertRefused(1, "--rollout 99: ", "--rollout", "99");
        assertRefused(1, "--influence 3: ", "--influence", "3", "--sections", "paragraphs");
        assertRefused(1, "--sections chapters: the text has none", "--sections", "chapters");
        assertRefused(1, "go through all layers", "--rollout", "1", "--layers", "1");
        assertRefused(2, "there is no statistic \"entropie\"", "--only", "entropie");
        assertRefused(2, "--only and --skip exclude each other", "--only", "entropy", "--skip", "links");
        assertRefused(2, "--top must be 1 to 256", "--top", "0");
        assertRefused(2, "--positions must be", "--positions", "windows");
        assertRefused(2, "--query", "--query", "q.npy");
    }

    @Test
    void aFolderWithSomethingElseIsLeftAsItIs() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("letter.txt"), "Dear");
        assertRefused(1, "holds what is no analysis (letter.txt)", "--output", other.toString());
        assertTrue(Files.exists(other.resolve("letter.txt")));
    }

    @Test
    void aFinishedAnalysisIsNotReplacedNorThatOfAnotherText(SparkSession spark) throws IOException {
        Path done = folder.resolve("done");
        String[] command = {
            "analyze",
            text.toString(),
            "--model",
            "minilm",
            "--only",
            "entropy",
            "--layers",
            "1",
            "--output",
            done.toString()
        };
        AnalyzedText.run(0, command);
        String said = AnalyzedText.run(1, command);
        assertTrue(said.contains("holds a finished analysis"), said);
        // As an ended run leaves it.
        Files.delete(done.resolve("analysis.json"));
        Path unfinished = Files.createDirectory(done.resolve("_unfinished"));
        Files.writeString(unfinished.resolve("request.json"), "{\"form\":\"1\",\"text\":\"0123\"}");
        said = AnalyzedText.run(1, command);
        assertTrue(said.contains("holds an unfinished analysis of another text"), said);
        assertTrue(Files.exists(done.resolve("positions")), "and stays");
    }
}
