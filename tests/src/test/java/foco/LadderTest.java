package foco;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages form a ladder: each uses only what stands below it, so that the code can be read from the bottom up. */
class LadderTest {

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("foco.kernels", "foco.driver", "foco.jobs");

    /** Each package is a slice of its own. */
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    };

    @Test
    void noPackageUsesOneThatUsesIt() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(CODE);
    }

    @Test
    void everyPackageSaysWhatItHolds() {
        TreeSet<String> all = new TreeSet<>();
        for (JavaClass type : CODE) {
            all.add(type.getPackageName());
        }
        Path home = Path.of(System.getProperty("foco.home"));
        all.removeIf(name -> Stream.of("kernels", "driver", "jobs")
                .map(module -> home.resolve(module).resolve("src/main/java").resolve(name.replace('.', '/')))
                .anyMatch(folder -> Files.exists(folder.resolve("package-info.java"))));
        assertEquals(List.of(), List.copyOf(all), "each needs a package-info.java");
    }
}
