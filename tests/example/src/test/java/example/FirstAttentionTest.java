package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.AttentionResult;
import foco.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@SparkTest
class FirstAttentionTest {

    @Test
    void theFirstTokenSeesItselfAlone(SparkSession spark) {
        try (AttentionResult result = FirstAttention.attend(FirstAttention.tokens(spark, 100))) {
            assertEquals(100, result.rows().count());
            assertEquals("[1.0,0.0]", result.rows().selectExpr("to_json(output)").first().getString(0));
        }
    }
}
