package org.liuhen.tools;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the rooms of the house to their arrows, and each library to the one room that may see it. */
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter(
                    List.of(new ImportOption.DoNotIncludeTests(), location -> !location.contains("-tests.jar")))
            .importPackages("org.liuhen");

    @Test
    void rooms_depend_in_one_line() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("storage")
                .definedBy("org.liuhen.storage..")
                .layer("retention")
                .definedBy("org.liuhen.retention..")
                .layer("ingest")
                .definedBy("org.liuhen.ingest..")
                .layer("device")
                .definedBy("org.liuhen.device..")
                .layer("tools")
                .definedBy("org.liuhen.tools..")
                .whereLayer("tools")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("device")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("ingest")
                .mayOnlyBeAccessedByLayers("device", "tools")
                .whereLayer("retention")
                .mayOnlyBeAccessedByLayers("ingest", "device", "tools")
                .check(HOUSE);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.liuhen.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void each_library_is_seen_by_its_own_room_only() {
        onlySees("org.rocksdb..", "org.liuhen.storage.catalog..");
        onlySees("io.netty..", "org.liuhen.ingest.http..", "org.liuhen.device..");
        onlySees("org.bytedeco..", "org.liuhen.ingest.media.ffmpeg..");
        onlySees("picocli..", "org.liuhen.tools..");
        onlySees("gg.jte..", "org.liuhen.tools.portal..");
    }

    @Test
    void device_adapters_do_not_see_each_other() {
        slices().matching("org.liuhen.device.(*)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
    }

    @Test
    void names_say_what_a_thing_is() {
        noClasses()
                .that()
                .resideInAPackage("org.liuhen..")
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Processor)")
                .check(HOUSE);
        noClasses()
                .should()
                .resideInAnyPackage("..common..", "..util..", "..impl..", "..helper..", "..misc..")
                .check(HOUSE);
        assertThat(HOUSE).isNotEmpty();
    }

    @Test
    void every_package_is_null_marked() {
        HOUSE.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(room -> !room.getName().contains("jte"))
                .forEach(room -> assertThat(room.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .as(room.getName())
                        .isTrue());
    }

    private static void onlySees(String library, String... rooms) {
        classes()
                .that(resideInAPackage("org.liuhen..").and(resideOutside(rooms)))
                .should()
                .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage(library)))
                .check(HOUSE);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass>
            resideOutside(String... rooms) {
        return com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages(rooms);
    }
}
