package foco.jobs.demo;

import foco.driver.block.InvalidInputException;
import foco.driver.plan.Counted;
import foco.driver.result.AttentionSummary;
import foco.driver.storage.NotedFolder;
import foco.jobs.demo.DemoPage.Likeness;
import foco.jobs.demo.DemoPage.SpotHeads;
import foco.jobs.model.MiniLm;
import foco.jobs.model.TokenizedText;
import foco.jobs.model.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The demo: reads the model, runs its first layer over a text, writes the result and a page about it. */
public final class Demo {
    private static final String FIRST_LINE = "Written by foco demo; the next demo may replace this folder.";
    private static final String TABLE = "attention.parquet";
    private static final String TEXT = "text.txt";
    private static final String PAGE = "page.txt";

    private final DemoText source;
    private final NotedFolder folder;
    private final Consumer<String> progress;
    private final MiniLm model;
    private final TokenizedText text;
    private final List<Spot> spots = new ArrayList<>();

    /** @throws InvalidInputException if the text holds no words */
    public Demo(DemoText source, NotedFolder folder, Consumer<String> progress) throws IOException {
        this.source = source;
        this.folder = folder;
        this.progress = progress;
        progress.accept("reading the weights and the tokenizer of all-MiniLM-L6-v2");
        this.model = MiniLm.load();
        try (Tokenizer tokenizer = model.tokenizer()) {
            this.text = tokenizer.tokenize(source.text());
        }
        if (text.tokens().isEmpty()) {
            throw new InvalidInputException(source.title() + " holds no words; give a text");
        }
    }

    /**
     * The folder for a demo's result.
     *
     * @throws InvalidInputException if it holds what no demo wrote, or cannot be made
     */
    public static NotedFolder folder(String name, Configuration hadoop) throws IOException {
        return NotedFolder.open(name, FIRST_LINE, Set.of(TABLE, TEXT, PAGE), hadoop);
    }

    /**
     * Chooses what to show; nothing given means what suits the text.
     *
     * @throws InvalidInputException if the text does not hold a word or a token
     */
    public void choose(List<String> words, List<Integer> positions) {
        words.forEach(word -> spots.addAll(Spot.ofWord(text, word)));
        positions.forEach(position -> spots.add(Spot.ofPosition(text, position)));
        if (spots.isEmpty()) {
            spots.addAll(source.isEssay() ? Spot.ofEssay(text) : Spot.ofCommonWords(text));
        }
    }

    /**
     * Computes, writes the folder, and returns the page.
     *
     * @param top how many words to show for each head
     * @param ansi whether the page is for a terminal
     */
    public String run(SparkSession spark, int top, boolean ansi) throws IOException {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        progress.accept(say(
                "attention of %s to as many in %d heads, on Spark at %s",
                tokens(), MiniLm.HEADS, spark.sparkContext().master()));
        try (FirstLayer layer = FirstLayer.of(spark, model, text)) {
            List<SpotHeads> heads = layer.heads(spots);
            List<Likeness> likenesses = likenesses(layer);
            String plain = page(layer, heads, likenesses, top, false);
            progress.accept("writing " + folder.name());
            folder.replace(note(), hadoop, (into, path) -> {
                layer.table().write().parquet(new Path(path, TABLE).toString());
                into.text(path, TEXT, source.text());
                into.text(path, PAGE, plain);
            });
            return ansi ? page(layer, heads, likenesses, top, true) : plain;
        }
    }

    private List<Likeness> likenesses(FirstLayer layer) {
        List<double[]> inputs = layer.inputs(spots);
        List<double[]> outputs = layer.outputs(spots);
        List<Likeness> pairs = new ArrayList<>();
        for (int i = 1; i < spots.size(); i++) {
            Spot one = spots.get(i - 1);
            Spot other = spots.get(i);
            if (text.word(one.position()).equalsIgnoreCase(text.word(other.position()))) {
                pairs.add(new Likeness(
                        one,
                        other,
                        cosine(inputs.get(i - 1), inputs.get(i)),
                        cosine(outputs.get(i - 1), outputs.get(i))));
            }
        }
        return pairs;
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double normA = 0;
        double normB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            normA += a[i] * a[i];
            normB += b[i] * b[i];
        }
        return product / Math.sqrt(normA * normB);
    }

    private String page(FirstLayer layer, List<SpotHeads> heads, List<Likeness> likenesses, int top, boolean ansi) {
        DemoPage page = new DemoPage(text, top, ansi);
        page.say(say("""

                %s: %s, %s.
                Below, some of its words, and for each of the %d heads of MiniLM's first layer the words that get
                most of their attention: in percent, and how many times as much that is as evenly spread attention
                would give. Every token attends to every token of the whole text; the marks that the model puts
                around each paragraph, [CLS] and [SEP], are left out here and counted in the table below.
                """, source.title(), Counted.text(text.paragraphs(), "paragraph"), tokens(), MiniLm.HEADS));
        page.heads(heads);
        page.shares(heads);
        page.likenesses(likenesses);
        page.say(reading());
        page.say(closing(layer.summary()));
        return page.toString();
    }

    private String reading() {
        return say("""
                How to read this. A first layer knows of a token only which it is and at which place of its
                paragraph it stands. All tokens look at one text, so two occurrences of a word differ here by their
                places alone and not by sense: to tell senses apart is the work of the layers above, from what this
                one gathers. The model has %d places, and a text may have more tokens, so places begin anew with
                each paragraph: a head that looks by place finds that place in every paragraph. A text beyond %d
                tokens is longer than any that the model has seen; many keys make its attention flatter, so that
                the percents are small: the multiples tell what stands out.
                """, model.embeddings().positions(), model.embeddings().positions());
    }

    private String closing(AttentionSummary summary) {
        String table = folder.name() + "/" + TABLE;
        return say(
                """
                Embeddings, projections and attention took %.1f s (kernel: %s).
                The whole result lies in %s,
                a row for each token: its position, paragraph, place, id, token, word, start, end,
                output (%d numbers) and lse (%d, one for each head). To open it:
                  Python  pandas.read_parquet("%s")
                  Spark   spark.read.parquet("%s")""",
                summary.seconds(), summary.kernel(), table, model.embeddings().width(), MiniLm.HEADS, table, table);
    }

    private String note() {
        return say(
                """

                %s    what the demo printed
                %s    the text; %s in %s
                %s    one row for each token:
                  position   in the whole text, from 0; the rows' order
                  paragraph  from 0
                  place      in the paragraph, from 0, where its start mark [CLS] stands
                  id, token  as the vocabulary of all-MiniLM-L6-v2 has them; ## continues a word
                  word       the whole word, as the text spells it
                  start, end where the token stands in text.txt, in UTF-16 units, end exclusive
                  output     what the first layer's attention gives for the token, %d numbers: heads
                             concatenated, times W_O, plus its bias
                  lse        log-sum-exp of the token's scores over all tokens, natural, one for each head
                """,
                PAGE,
                TEXT,
                tokens(),
                Counted.text(text.paragraphs(), "paragraph"),
                TABLE,
                model.embeddings().width());
    }

    private String tokens() {
        return Counted.text(text.tokens().size(), "token");
    }

    /** Numbers look alike on every machine. */
    private static String say(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
