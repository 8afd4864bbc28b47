package foco.jobs.ask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is understood of questions as people write them. */
class QuestionsTest {

    private static final Scope EVERYWHERE = new Scope(OptionalInt.empty(), OptionalInt.empty());

    private static Scope in(int layer, int head) {
        return new Scope(
                layer == 0 ? OptionalInt.empty() : OptionalInt.of(layer),
                head == 0 ? OptionalInt.empty() : OptionalInt.of(head));
    }

    @Test
    void aTokenIsNamedByItsNumberAndMayHaveCommas() {
        assertEquals(
                new Question.AttendsTo(new Target.Position(81204), in(3, 5)),
                Questions.parse("What does token 81,204 attend to in layer 3, head 5?"));
        assertEquals(
                new Question.AttendsTo(new Target.Position(7), in(0, 5)),
                Questions.parse("token 7 looks at what, in head 5"));
    }

    @Test
    void wordsOfTheTextStandInQuotesAndDecideNothing() {
        assertEquals(
                new Question.AttendedBy(new Target.Passage("who looks at heads that agree"), EVERYWHERE),
                Questions.parse("what attends to \"who looks at heads that agree\"?"));
        assertEquals(
                new Question.AttendsTo(new Target.Passage("the bank"), in(2, 0)),
                Questions.parse("What does \u201cthe bank\u201d look at in Layer 2?"));
    }

    @Test
    void whoAttendsIsNotWhatIsAttendedTo() {
        assertEquals(
                new Question.AttendedBy(new Target.Position(4), EVERYWHERE), Questions.parse("Who looks at token 4?"));
        assertEquals(
                new Question.AttendedBy(new Target.Position(4), EVERYWHERE),
                Questions.parse("token 4 is attended to by what?"));
        assertEquals(
                new Question.AttendedBy(new Target.Position(4), EVERYWHERE),
                Questions.parse("which tokens attend to token 4"));
    }

    @Test
    void theOthersAreToldByAWord() {
        assertEquals(new Question.Agreement(EVERYWHERE), Questions.parse("where do heads agree?"));
        assertEquals(
                new Question.Occurrences("banco", in(6, 0)),
                Questions.parse("how do the occurrences of banco differ in layer 6?"));
        assertEquals(
                new Question.Occurrences("Sancho Panza", EVERYWHERE),
                Questions.parse("how do the occurrences of \"Sancho Panza\" differ?"));
        assertEquals(new Question.Links(in(2, 0)), Questions.parse("strongest links in layer 2?"));
        assertEquals(new Question.Heads(EVERYWHERE), Questions.parse("what kinds of heads are there?"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesAreUnderstood(String example) {
        assertTrue(Questions.parse(example).scope().text().length() > 0);
    }

    static java.util.List<String> examples() {
        return Questions.EXAMPLES;
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "", "what is token 3?", "what attends to me?", "who looks at \"\"?"})
    void whatIsNotUnderstoodIsAnsweredWithOneLineThatHelps(String text) {
        String message = assertThrows(InvalidInputException.class, () -> Questions.parse(text))
                .getMessage();
        assertEquals(1, message.lines().count());
        assertTrue(message.matches(".*(ask for example|write token N).*"), message);
    }
}
