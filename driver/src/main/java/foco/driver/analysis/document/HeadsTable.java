package foco.driver.analysis.document;

import foco.driver.analysis.head.HeadFigures;
import foco.driver.analysis.head.HeadRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The table {@code heads}: the figures of each head, and its kind. */
final class HeadsTable {

    static final String NAME = "heads";

    private static final List<String> FIGURES = List.of(
            "entropy",
            "support",
            "breadth",
            "distance",
            "distance_absolute",
            "self",
            "previous",
            "next",
            "first",
            "near",
            "separators",
            "punctuation",
            "induction",
            "induction_chance",
            "on_same",
            "received_top",
            "section_share",
            "section_chance");

    private HeadsTable() {}

    /** @param heads by layers, then by heads */
    static void write(TableWriter writer, List<HeadFigures> heads) throws IOException {
        StructType type = new StructType()
                .add("layer", DataTypes.IntegerType, false)
                .add("head", DataTypes.IntegerType, false)
                .add("kind", DataTypes.StringType, false);
        for (String figure : FIGURES) {
            type = type.add(figure, DataTypes.DoubleType, true);
        }
        writer.write(
                NAME,
                type.add("kind_score", DataTypes.DoubleType, true),
                heads.stream().map(HeadsTable::row).toList());
    }

    private static Object[] row(HeadFigures of) {
        double[] figures = {
            of.entropy(),
            of.support(),
            of.breadth(),
            of.distance(),
            of.distanceAbsolute(),
            of.self(),
            of.previous(),
            of.next(),
            of.first(),
            of.near(),
            of.separators(),
            of.punctuation(),
            of.induction(),
            of.inductionChance(),
            of.onSame(),
            of.receivedTop(),
            of.sectionShare(),
            of.sectionChance(),
            HeadRules.score(of)
        };
        List<Object> values = new ArrayList<>(
                List.of(of.layer(), of.head(), HeadRules.kind(of).toString()));
        for (double figure : figures) {
            values.add(Double.isNaN(figure) ? null : figure);
        }
        return values.toArray();
    }
}
