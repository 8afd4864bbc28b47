package foco.kernels;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jdk.incubator.vector.Vector;
import org.junit.jupiter.api.Test;

/** What no test of results can see on one machine, or in one JVM. */
class CodeRulesTest {

    /** Of {@link Math}, what its specification leaves an ulp to. */
    private static final Set<String> INEXACT = Set.of(
            "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "expm1", "log",
            "log10", "log1p", "pow", "cbrt", "hypot");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("foco.kernels");

    /** {@code Math.pow} and its like may differ by an ulp between machines, and then so do outputs. */
    @Test
    void mathIsSpecifiedToTheLastBit() {
        noClasses()
                .should()
                .callMethodWhere(describe(
                        "Math's functions may differ between machines; StrictMath's do not", CodeRulesTest::isInexact))
                .check(CODE);
    }

    private static boolean isInexact(JavaMethodCall call) {
        return call.getTargetOwner().isEquivalentTo(Math.class) && INEXACT.contains(call.getName());
    }

    /** If the compiler does not inline such a method, its vectors are objects, and the kernel runs at half its rate. */
    @Test
    void noMethodTakesOrReturnsAVector() {
        List<String> found = CODE.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(CodeRulesTest::crossesVectors)
                .map(JavaMethod::getFullName)
                .toList();
        assertEquals(List.of(), found, "write their code out where they are called");
    }

    /**
     * The compiler knows of a vector that a loop carries only that it is some vector. To store it, it must know which: from what
     * the JVM has seen, which it may lack, or from a cast.
     */
    @Test
    void everyVectorThatIsStoredIsCastToItsType() {
        List<String> found = CODE.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> calls(method, Vector.class, "intoArray") > calls(method, Class.class, "cast"))
                .map(JavaMethod::getFullName)
                .toList();
        assertEquals(List.of(), found, "store TYPE.cast(vector), see Lanes");
    }

    private static long calls(JavaMethod method, Class<?> owner, String name) {
        return method.getMethodCallsFromSelf().stream()
                .filter(call -> call.getTargetOwner().isAssignableTo(owner)
                        && call.getName().equals(name))
                .count();
    }

    private static boolean crossesVectors(JavaMethod method) {
        return Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                .anyMatch(type -> type.isAssignableTo(Vector.class));
    }
}
