package foco.driver.analysis.document;

import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Outline;
import foco.driver.analysis.text.Section;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The tables {@code tokens} and {@code sections}.
 *
 * @param paragraphs or runs of them, as the map has them
 */
record TextTables(DocumentTokens tokens, Outline outline, List<Section> paragraphs) {

    static final StructType TOKENS = new StructType()
            .add("position", DataTypes.IntegerType, false)
            .add("token", DataTypes.StringType, true)
            .add("id", DataTypes.IntegerType, true)
            .add("start", DataTypes.IntegerType, true)
            .add("end", DataTypes.IntegerType, true)
            .add("section", DataTypes.IntegerType, false)
            .add("paragraph", DataTypes.IntegerType, true)
            .add("special", DataTypes.BooleanType, false)
            .add("separator", DataTypes.BooleanType, false)
            .add("punctuation", DataTypes.BooleanType, false);

    static final StructType SECTIONS = new StructType()
            .add("level", DataTypes.StringType, false)
            .add("section", DataTypes.IntegerType, false)
            .add("first", DataTypes.IntegerType, false)
            .add("end", DataTypes.IntegerType, false)
            .add("start", DataTypes.IntegerType, true)
            .add("end_offset", DataTypes.IntegerType, true)
            .add("title", DataTypes.StringType, false);

    /** A row for each token; without a text what is not known of it is null. */
    Iterable<Object[]> tokenRows() {
        int n = tokens.count();
        int[] sections = Outline.numbers(outline.sections(), n);
        int[] numbers = Outline.numbers(paragraphs, n);
        boolean text = tokens.isText();
        return () -> IntStream.range(0, n)
                .mapToObj(i -> new Object[] {
                    i,
                    text ? tokens.pieces()[i] : null,
                    text ? tokens.ids()[i] : null,
                    text ? tokens.starts()[i] : null,
                    text ? tokens.ends()[i] : null,
                    sections[i],
                    text ? numbers[i] : null,
                    tokens.isSpecial(i),
                    tokens.isSeparator(i),
                    tokens.isPunctuation(i)
                })
                .iterator();
    }

    /** A row for each section, and for each paragraph or run of paragraphs that the map has. */
    Iterable<Object[]> sectionRows() {
        return () -> Stream.concat(outline.sections().stream(), paragraphs.stream())
                .map(section -> new Object[] {
                    section.level(),
                    section.number(),
                    section.first(),
                    section.end(),
                    section.start() < 0 ? null : section.start(),
                    section.endOffset() < 0 ? null : section.endOffset(),
                    section.title()
                })
                .iterator();
    }
}
