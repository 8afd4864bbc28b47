package foco.kernels.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import foco.kernels.mask.Mask;
import foco.kernels.mask.RandomMasks;
import foco.kernels.score.RandomScores;
import foco.kernels.score.ScoreModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecTextTest {

    private static final AttentionSpec MISTRAL = AttentionSpec.of(32, 128)
            .withKeyValueHeads(8)
            .withMask(Mask.causal().and(Mask.window(4095, 0)));

    @Property(tries = 2000)
    void theTextOfASpecReadsBackAsAnEqualSpec(@ForAll long seed) {
        Random random = new Random(seed);
        AttentionSpec spec = spec(random);
        Optional<RotaryEmbedding> rotary = random.nextBoolean() ? Optional.empty() : Optional.of(rotary(random, spec));
        boolean hasText = spec.mask().text().isPresent()
                && spec.scores().stream().allMatch(modifier -> modifier.text().isPresent());
        Statistics.label("has a text").collect(hasText).coverage(coverage -> coverage.check(true)
                .percentage(share -> share > 25));
        if (!hasText) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> SpecText.of(spec, rotary));
            assertContains("has no text", refused);
            return;
        }
        String text = SpecText.of(spec, rotary).toString();
        SpecText read = SpecText.parse(text);
        assertEquals(spec, read.spec(), text);
        assertEquals(rotary, read.rotary(spec.keyWidth()), text);
        assertEquals(text, read.toString());
        assertEquals(read, SpecText.parse(text.replace(", ", "  , ").toUpperCase(Locale.ROOT)), "in upper case");
    }

    private static AttentionSpec spec(Random random) {
        int groups = 1 + random.nextInt(3);
        int heads = groups * (1 + random.nextInt(3));
        int queries = 1 + random.nextInt(40);
        int keys = 1 + random.nextInt(40);
        AttentionSpec spec = AttentionSpec.of(heads, 2 + 2 * random.nextInt(64)).withKeyValueHeads(groups);
        spec = random.nextBoolean() ? spec : spec.withValueWidth(1 + random.nextInt(64));
        spec = random.nextBoolean() ? spec : spec.withScale(Math.exp(random.nextGaussian()));
        List<ScoreModifier> scores = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            ScoreModifier modifier = RandomScores.any(random, heads, queries, keys);
            scores.add(
                    random.nextInt(4) == 0
                            ? ScoreModifier.bySequence(Map.of("A B", modifier, "IT'S", modifier))
                            : modifier);
        }
        if (random.nextInt(3) == 0) {
            float[] sinks = new float[heads];
            for (int h = 0; h < heads; h++) {
                sinks[h] = (float) random.nextGaussian();
            }
            spec = spec.withSinks(sinks);
        }
        Mask mask = RandomMasks.tree(random, heads, queries, keys, 3);
        if (random.nextInt(4) == 0) {
            mask = Mask.bySequence(
                    Map.of("0", mask, "1", Mask.causal().and(Mask.full().or(mask))));
        }
        return spec.withScores(scores).withMask(mask);
    }

    private static RotaryEmbedding rotary(Random random, AttentionSpec spec) {
        double factor = 1 + random.nextDouble();
        RotaryScaling scaling =
                switch (random.nextInt(6)) {
                    case 0 -> RotaryScaling.linear(factor);
                    case 1 -> RotaryScaling.yarn(factor, 4096);
                    case 2 -> RotaryScaling.yarn(factor, 2048, 30, 2, 1.5);
                    case 3 -> RotaryScaling.llama3(factor, 1, 4, 8192);
                    case 4 -> spec.keyWidth() > 2 ? RotaryScaling.dynamicNtk(factor, 4096) : RotaryScaling.none();
                    default -> RotaryScaling.none();
                };
        int width = random.nextBoolean() || scaling.toString().startsWith("dynamic") ? spec.keyWidth() : 2;
        RotaryEmbedding embedding =
                RotaryEmbedding.of(width, random.nextBoolean() ? RotaryEmbedding.BASE : 5e5 + factor, scaling);
        return random.nextBoolean() ? embedding : embedding.interleaved();
    }

    @Test
    void clausesComeInAnyOrderWithCommasOrWithout() {
        SpecText text = SpecText.of(MISTRAL);
        assertEquals("heads 32, key/value heads 8, width 128, causal and window(4095, 0)", text.toString());
        assertEquals(text, SpecText.parse("causal AND window (4095,0) kv-heads 8 heads=32; width(128)"));
        assertEquals(MISTRAL, text.spec());
    }

    @Test
    void whatATextLeavesOutIsGivenByTheInput() {
        SpecText text = SpecText.parse("heads 8, alibi, rotary, causal");
        AttentionSpec spec = text.spec(512, 128, 64);
        assertEquals(
                AttentionSpec.of(8, 64)
                        .withKeyValueHeads(2)
                        .withValueWidth(32)
                        .withScores(ScoreModifier.alibi(8))
                        .withMask(Mask.causal()),
                spec);
        assertEquals(Optional.of(RotaryEmbedding.of(64)), text.rotary(64));
        assertEquals(AttentionSpec.of(1, 16), SpecText.parse("").spec(16, 16, 16));
        assertRefused("The query vectors have 20 numbers, which 8 heads do not divide", () -> SpecText.parse("heads 8")
                .spec(20, 20, 20));
        assertRefused("The spec says width 32, and the input has 64", () -> SpecText.parse("width 32")
                .spec(64, 64, 64));
        assertRefused("does not say width; add width N", () -> SpecText.parse("heads 8")
                .spec());
    }

    @Test
    void andBindsMoreCloselyThanOrAndBracketsMoreThanBoth() {
        Mask a = Mask.causal();
        Mask b = Mask.window(1, 1);
        Mask c = Mask.global(2, 0);
        assertEquals(a.or(b.and(c)), SpecText.parseMask("causal or window(1, 1) and global(2)"));
        assertEquals(a.or(b).and(c), SpecText.parseMask("(causal or window(1, 1)) and global(2)"));
        assertEquals(c.and(a.not()), SpecText.parseMask("global(2) and not causal"));
        assertEquals("global(2) and (causal or window(1, 1))", c.and(a.or(b)).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "causal and widow(4, 0)|In the spec, at character 12, \"widow(4, 0)\": widow is not known here; do you mean window? Legal here: full, causal, window",
                "heds 8|In the spec, at character 1, \"heds 8\": heds is not known here; do you mean heads? Legal here: heads,",
                "heads|In the spec, at its end: heads takes a whole number, as in heads 8",
                "heads 2.5|at character 7, \"2.5\": heads takes a whole number",
                "heads 8 heads 8|at character 9, \"heads 8\": heads is given twice",
                "causal window(1, 0)|at character 8, \"window(1, 0)\": this is a second mask; put and or or between the two",
                "window(4)|at character 1, \"window(4)\": RIGHT is missing; legal is window(LEFT, RIGHT[, query offset N])",
                "window(4, 0, 7)|at character 14, \"7)\": this is more than window takes",
                "window(4, 0, queer offset 7)|at character 14, \"queer offset 7)\": this is more than window takes",
                "window(-2, 0)|A window's left side (-1: no limit) must be -1 or more, and is -2",
                "window(4, 0|at its end: a comma or a closing bracket is due",
                "(causal|at its end: a closing bracket, and or or is due",
                "causal and|at its end: a name is due. Legal here: full",
                "documents(3 of 40 keys)|at character 13, \"of 40 keys)\": a comma or a closing bracket is due; legal is documents(LENGTH",
                "soft cap(0)|A soft cap must lie in 1e-6 to 1e30, and is 0.0",
                "rotary(scaling linaer(2))|no rotary scaling is named linaer; legal is rotary",
                "rotary(width 3)|A rotary width must be an even number from 2 on, and is 3",
                "matrix('101 11')|rows of 0 and 1, all of one length, are due",
                "causal & full|at character 8, \"& full\": & is no part of a spec",
                "causal, and full|\"and full\": and is not known here",
            })
    void errorsNameThePlaceAndWhatIsLegalThere(String text, String message) {
        assertRefused(message, () -> SpecText.parse(text));
    }

    @Test
    void whatHasNoTextSaysSo() {
        Mask function = (head, query, key) -> key % 2 == 0;
        assertRefused(
                "The mask ", () -> SpecText.of(MISTRAL.withMask(Mask.causal().and(function))));
        assertRefused(
                "has no text: it is made of a function of a program", () -> SpecText.of(MISTRAL.withMask(function)));
        ScoreModifier half = (score, head, query, key) -> score / 2;
        assertRefused("The score modifier ", () -> SpecText.of(MISTRAL.withScores(half)));
        RotaryEmbedding cached = RotaryEmbedding.cached(1, new float[] {1}, new float[] {0});
        assertRefused("The rotary embedding ", () -> SpecText.of(MISTRAL, Optional.of(cached)));
        Mask large = Mask.matrix(new boolean[300][300]);
        assertRefused("or of more than 65,536 numbers", () -> SpecText.of(MISTRAL.withMask(large)));
    }

    private static void assertRefused(String message, Executable call) {
        assertContains(message, assertThrows(IllegalArgumentException.class, call));
    }

    private static void assertContains(String part, IllegalArgumentException thrown) {
        if (!thrown.getMessage().contains(part)) {
            assertEquals(part, thrown.getMessage());
        }
    }
}
