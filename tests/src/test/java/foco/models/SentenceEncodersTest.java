package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.model.PretrainedModel;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.testing.SparkTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other sentence encoders of the BERT family, with the weights that people use, against ONNX Runtime. */
@SparkTest
class SentenceEncodersTest {

    private static final String CHINESE = "银行很脏，所以我去银行取钱。";

    @ParameterizedTest
    @CsvSource({"bge-small-en-v1.5,12,384", "bge-small-zh-v1.5,4,512", "e5-small-v2,12,384"})
    void lastHiddenStatesAreThoseOfOnnxRuntime(String name, int layers, int width, SparkSession spark)
            throws Exception {
        PretrainedModel model = PretrainedModel.ofResources(name, getClass().getClassLoader());
        assertEquals(layers, model.transformer().shape().layers());
        assertEquals(width, model.transformer().shape().width());
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, texts(name));
        float[][] actual = Encoded.last(spark.sparkContext(), model, sequences, Map.of());
        try (OnnxRuntimeEncoder runtime = new OnnxRuntimeEncoder(name + ".onnx")) {
            for (int s = 0; s < actual.length; s++) {
                float[] expected = runtime.encode(sequences.get(s).ids());
                Encoded.assertClose(MiniLmParityTest.TOLERANCE, name + ", text " + s, expected, actual[s]);
            }
        }
    }

    private static List<String> texts(String name) throws IOException {
        return name.contains("zh")
                ? List.of("狗", CHINESE, CHINESE.repeat(30))
                : List.of("a", "query: where is the bank?", Essay.text().substring(0, 1000));
    }
}
