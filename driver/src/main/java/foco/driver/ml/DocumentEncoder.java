package foco.driver.ml;

import static org.apache.spark.sql.functions.col;

import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.model.ForwardPass;
import foco.driver.model.Pooling;
import foco.driver.model.PretrainedModel;
import foco.driver.model.StateRows;
import foco.driver.settings.FocoConf;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.driver.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Texts through all layers of a model, as a stage of Spark ML: a vector for each text, or, with {@code pooling} "none", a row
 * for each token, with its vector, its place and its spelling.
 *
 * <pre>{@code
 * new DocumentEncoder().setModel("minilm").setNormalize(true).transform(texts);
 * }</pre>
 *
 * <p>The texts are gathered on the driver, which cuts them into tokens; equal texts are computed once. All other columns stay,
 * repeated for each token where rows are tokens; rows come in any order. Models are those of {@link PretrainedModel#open}.
 */
public final class DocumentEncoder extends FocoStage {

    private static final long serialVersionUID = 1;

    private static final String NONE = "none";
    private static final int LAST_LAYER = -1;
    private static final String TEXT = "__foco_text";
    private static final String NAME = "__foco_document";
    private static final StructType NAMES =
            new StructType().add(TEXT, DataTypes.StringType).add(NAME, DataTypes.StringType);
    private static final StructType VECTORS =
            new StructType().add(TEXT, DataTypes.StringType).add("hidden", ColumnKind.FLOATS.type());

    private final Param<String> textCol = name("textCol", "column of texts, strings");
    private final Param<String> model = param(
            "model",
            "the model to read texts with",
            "minilm, which is built in; a folder as Hugging Face has it; or an .onnx file of a BERT encoder",
            text -> !text.isBlank());
    private final IntParam layer = new IntParam(
            this, "layer", "whose result to give: 0 is the embedding, -1 the last layer (a whole number from -1 on)");
    private final Param<String> pooling = oneOf(
            "pooling",
            "how tokens become one vector",
            Stream.concat(Stream.of(NONE), Arrays.stream(Pooling.values()).map(Pooling::toString))
                    .toList());
    private final BooleanParam normalize =
            new BooleanParam(this, "normalize", "whether a text's vector is divided by its length");
    private final Param<String> positions = oneOf(
            "positions",
            "what to do with a text of more tokens than the model has learned places for",
            PositionMode.names());
    private final Param<String> outputKind = oneOf(
            "outputKind",
            "the kind of outputCol: vector, floats (array<float>) or doubles (array<double>)",
            List.of("vector", "floats", "doubles"));
    private final Param<String> positionCol =
            name("positionCol", "with pooling none: column to add with a token's position");
    private final Param<String> tokenCol = name("tokenCol", "with pooling none: column to add with a token's spelling");
    private final Param<String> startCol =
            name("startCol", "with pooling none: column to add with where a token starts in the text, in chars");
    private final Param<String> endCol = name("endCol", "with pooling none: column to add with where it ends");

    public DocumentEncoder() {
        this(Identifiable$.MODULE$.randomUID("encoder"));
    }

    public DocumentEncoder(String uid) {
        super(uid, "encoded", "column to add: a text's vector, or with pooling none a token's");
        setDefault(textCol, "text");
        setDefault(model, PretrainedModel.MINILM);
        setDefault(layer, LAST_LAYER);
        setDefault(pooling, Pooling.MEAN.toString());
        setDefault(normalize, false);
        setDefault(positions, PositionMode.names().get(0));
        setDefault(outputKind, "vector");
        setDefault(positionCol, "position");
        setDefault(tokenCol, "token");
        setDefault(startCol, "start");
        setDefault(endCol, "end");
    }

    private Param<String> oneOf(String param, String doc, List<String> legal) {
        List<String> all = List.copyOf(legal);
        return param(param, doc, String.join(", ", all), all::contains);
    }

    /** Reads a saved stage; as Spark's pipelines find it. */
    public static MLReader<DocumentEncoder> read() {
        return new StageReader<>();
    }

    public static DocumentEncoder load(String path) {
        return read().load(path);
    }

    /** The column of texts; {@code text} by default. */
    public Param<String> textCol() {
        return textCol;
    }

    public String getTextCol() {
        return getOrDefault(textCol);
    }

    public DocumentEncoder setTextCol(String column) {
        return with(textCol, column);
    }

    /** The model's name; {@code minilm} by default. */
    public Param<String> model() {
        return model;
    }

    public String getModel() {
        return getOrDefault(model);
    }

    public DocumentEncoder setModel(String name) {
        return with(model, name);
    }

    /** The layers that are below the result; -1, the last, by default. */
    public IntParam layer() {
        return layer;
    }

    public int getLayer() {
        return (int) getOrDefault(layer);
    }

    /** @throws IllegalArgumentException if it is below -1 */
    public DocumentEncoder setLayer(int below) {
        if (below < LAST_LAYER) {
            throw new IllegalArgumentException("%s: layer must be -1 or more, and is %d.".formatted(uid(), below));
        }
        set(layer, below);
        return this;
    }

    /** {@code mean} (the default), {@code cls}, {@code last} or {@code none}. */
    public Param<String> pooling() {
        return pooling;
    }

    public String getPooling() {
        return getOrDefault(pooling);
    }

    public DocumentEncoder setPooling(String how) {
        return with(pooling, how);
    }

    /** Whether a text's vector is divided by its length; false by default. */
    public BooleanParam normalize() {
        return normalize;
    }

    public boolean getNormalize() {
        return (boolean) getOrDefault(normalize);
    }

    public DocumentEncoder setNormalize(boolean divide) {
        set(normalize, divide);
        return this;
    }

    /** {@link PositionMode}'s names; the first by default. */
    public Param<String> positions() {
        return positions;
    }

    public String getPositions() {
        return getOrDefault(positions);
    }

    public DocumentEncoder setPositions(String mode) {
        return with(positions, mode);
    }

    /** {@code vector} (the default), {@code floats} or {@code doubles}. */
    public Param<String> outputKind() {
        return outputKind;
    }

    public String getOutputKind() {
        return getOrDefault(outputKind);
    }

    public DocumentEncoder setOutputKind(String kind) {
        return with(outputKind, kind);
    }

    public DocumentEncoder setOutputCol(String column) {
        return with(outputCol(), column);
    }

    /** The column of tokens' positions; {@code position} by default. */
    public Param<String> positionCol() {
        return positionCol;
    }

    public DocumentEncoder setPositionCol(String column) {
        return with(positionCol, column);
    }

    /** The column of tokens' spellings; {@code token} by default. */
    public Param<String> tokenCol() {
        return tokenCol;
    }

    public DocumentEncoder setTokenCol(String column) {
        return with(tokenCol, column);
    }

    /** The column of where tokens start; {@code start} by default. */
    public Param<String> startCol() {
        return startCol;
    }

    public DocumentEncoder setStartCol(String column) {
        return with(startCol, column);
    }

    /** The column of where tokens end; {@code end} by default. */
    public Param<String> endCol() {
        return endCol;
    }

    public DocumentEncoder setEndCol(String column) {
        return with(endCol, column);
    }

    private DocumentEncoder with(Param<String> param, String value) {
        set(param, value);
        return this;
    }

    private Optional<Pooling> pooled() {
        return Pooling.of(getPooling());
    }

    private ColumnKind kind() {
        return getOutputKind().equals("vector") ? ColumnKind.VECTOR : ColumnKind.named(getOutputKind());
    }

    @Override
    public StructType transformSchema(StructType given) {
        TableSchema schema = schema(given);
        schema.text("textCol", getTextCol());
        if (getNormalize() && pooled().isEmpty()) {
            throw schema.fault("normalize is of one vector for each text; set pooling to mean, cls or last");
        }
        TableSchema out = schema;
        if (pooled().isEmpty()) {
            out = out.with("positionCol", getOrDefault(positionCol), DataTypes.LongType, true)
                    .with("tokenCol", getOrDefault(tokenCol), DataTypes.StringType, true)
                    .with("startCol", getOrDefault(startCol), DataTypes.IntegerType, true)
                    .with("endCol", getOrDefault(endCol), DataTypes.IntegerType, true);
        }
        return out.with("outputCol", getOutputCol(), kind().type(), true).schema();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> table = dataset.toDF();
        Column text = column(table, getTextCol());
        List<Document> documents = documents(table.select(text));
        try {
            Dataset<Row> encoded = encode(table.sparkSession(), documents);
            return table.join(encoded, text.equalTo(encoded.col(TEXT))).drop(encoded.col(TEXT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The texts that there are, each once, in an order that does not depend on the table's. */
    private List<Document> documents(Dataset<Row> texts) {
        List<String> all = new ArrayList<>();
        for (Row row : texts.distinct().collectAsList()) {
            if (row.isNullAt(0)) {
                throw new InvalidInputException(
                        "%s: a row has no %s; leave it out, or give it a text.".formatted(uid(), getTextCol()));
            }
            all.add(row.getString(0));
        }
        if (all.isEmpty()) {
            throw new InvalidInputException("%s: the table has no rows.".formatted(uid()));
        }
        all.sort(null);
        List<Document> documents = new ArrayList<>();
        for (String text : all) {
            documents.add(new Document("text %d".formatted(documents.size()), text));
        }
        return documents;
    }

    private Dataset<Row> encode(SparkSession spark, List<Document> documents) throws IOException {
        SparkContext context = spark.sparkContext();
        PretrainedModel opened = PretrainedModel.open(getModel(), context.hadoopConfiguration());
        int layers = opened.transformer().shape().layers();
        int below = getLayer() == LAST_LAYER ? layers : getLayer();
        if (below > layers) {
            throw new InvalidInputException("%s: layer is %d, and the model %s has layers 0 to %d."
                    .formatted(uid(), below, getModel(), layers));
        }
        List<TokenSequence> sequences =
                opened.sequences(documents, PositionMode.of(getPositions()).orElseThrow());
        Encoded encoded = new Encoded(spark, opened, documents, sequences);
        new ForwardPass(context, FocoConf.of(spark), opened, sequences).run(Set.of(below), Set.of(), encoded);
        return encoded.table;
    }

    /** Makes a table of what a pass tells of, with the column {@link #TEXT} and those that are added. */
    private final class Encoded implements ForwardPass.Listener {

        private final SparkSession spark;
        private final PretrainedModel opened;
        private final List<Document> documents;
        private final List<TokenSequence> sequences;
        private Dataset<Row> table;

        Encoded(SparkSession spark, PretrainedModel opened, List<Document> documents, List<TokenSequence> sequences) {
            this.spark = spark;
            this.opened = opened;
            this.documents = documents;
            this.sequences = sequences;
        }

        @Override
        public void hidden(int below, TokenBlocks hidden) {
            table = pooled().map(how -> vectors(how, hidden)).orElseGet(() -> tokens(below, hidden));
        }

        private Dataset<Row> vectors(Pooling how, TokenBlocks hidden) {
            float[][] vectors = how.vectors(hidden, sequences, documents.size(), getNormalize());
            List<Row> rows = new ArrayList<>();
            for (int d = 0; d < vectors.length; d++) {
                rows.add(RowFactory.create(documents.get(d).text(), vectors[d]));
            }
            return spark.createDataFrame(rows, VECTORS)
                    .select(col(TEXT), kind().of(col("hidden")).as(getOutputCol()));
        }

        private Dataset<Row> tokens(int below, TokenBlocks hidden) {
            JavaRDD<Row> rows;
            try (Tokenizer tokenizer = opened.tokenizer()) {
                // Not closed: it is read as long as the rows are.
                rows = new StateRows(spark.sparkContext(), documents, sequences, tokenizer.pieces())
                        .rows(below, hidden)
                        .persist(StorageLevel.MEMORY_AND_DISK());
            }
            rows.count(); // before the pass frees the states
            List<Row> names = new ArrayList<>();
            documents.forEach(document -> names.add(RowFactory.create(document.text(), document.name())));
            Dataset<Row> named = spark.createDataFrame(names, NAMES);
            Dataset<Row> states = spark.createDataFrame(rows, StateRows.SCHEMA);
            return states.join(named, states.col("document").equalTo(named.col(NAME)))
                    .select(
                            col(TEXT),
                            col("position").as(getOrDefault(positionCol)),
                            col("token").as(getOrDefault(tokenCol)),
                            col("start").as(getOrDefault(startCol)),
                            col("end").as(getOrDefault(endCol)),
                            kind().of(col("hidden")).as(getOutputCol()));
        }
    }
}
