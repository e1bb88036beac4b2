package org.liuhen.ingest.media.signed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.signed.SampleUnits.Unit;
import org.liuhen.ingest.media.signed.SigningCamera.Style;

/** Six groups of ten pictures at 30 a second; each group spans a third of a second. */
class SignatureCheckTest {
    private static final int GROUPS = 6;
    private static final int PICTURES = 10;
    private static final TestAuthority MAKER = new TestAuthority("Maker Root");

    private static List<Remark> check(SigningCamera camera, List<Unit> units) {
        return SampleUnits.check(units, camera.coding, TrustedRoots.NONE);
    }

    private static SigningCamera camera(Consumer<SigningCamera> choices) {
        SigningCamera camera = new SigningCamera();
        choices.accept(camera);
        camera.chain = MAKER.chain("Camera 1", camera.keys.getPublic());
        return camera;
    }

    private static Remark only(List<Remark> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private static SigningCamera camera(Style style) {
        return camera(camera -> camera.style = style);
    }

    @TestFactory
    Stream<DynamicTest> stream_is_genuine_however_its_camera_signs() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Style style : Style.values()) {
            for (PictureCoding coding : PictureCoding.values()) {
                for (int delay : List.of(0, 1, 7)) {
                    add(tests, style + " " + coding + " " + delay, camera -> {
                        camera.style = style;
                        camera.coding = coding;
                        camera.delayUnits = delay;
                    });
                }
            }
            add(tests, style + " RSA", camera -> {
                camera.style = style;
                camera.keys = TestAuthority.keys("RSA");
            });
            add(tests, style + " signed as escaped", camera -> {
                camera.style = style;
                camera.signsEscaped = true;
            });
            if (style != Style.AXIS_EARLY) {
                add(tests, style + " without a list", camera -> {
                    camera.style = style;
                    camera.listsHashes = false;
                });
                add(tests, style + " parts of groups", camera -> {
                    camera.style = style;
                    camera.partialAfter = 4;
                });
                add(tests, style + " one signature for three groups", camera -> {
                    camera.style = style;
                    camera.groupsToSignature = 3;
                });
            }
        }
        add(tests, "SHA-512", camera -> camera.digest = "SHA-512");
        return tests.stream();
    }

    private static void add(List<DynamicTest> tests, String name, Consumer<SigningCamera> choices) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            SigningCamera camera = camera(choices);
            Remark finding = only(check(camera, camera.record(GROUPS, PICTURES)));
            assertThat(finding.kind()).as(finding.detail()).isEqualTo(SignatureCheck.VALID);
            assertThat(finding.detail()).contains("Maker", "SN-1");
            assertThat(finding.from()).isZero();
            double covered = camera.groupsToSignature == 3 ? 1.0 : 5 / 3.0;
            assertThat(finding.to()).isBetween(covered - 0.001, 2.0);
        }));
    }

    @TestFactory
    Stream<DynamicTest> altered_picture_is_named_and_its_group_bounds_the_place() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            int at = indexOf(units, 25);
            units.set(at, flipped(units.get(at), 17));
            Remark finding = only(check(camera, units));
            assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
            assertThat(finding.detail()).startsWith("picture 25 at 0.833 s has been altered");
            assertThat(finding.from()).isEqualTo(0.667);
            assertThat(finding.to()).isEqualTo(1.0);
        });
    }

    @TestFactory
    Stream<DynamicTest> altered_opening_picture_breaks_its_group() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            int at = indexOf(units, 20);
            units.set(at, flipped(units.get(at), 17));
            List<Remark> findings = check(camera, units);
            assertThat(findings).allMatch(finding -> finding.kind().equals(SignatureCheck.BROKEN));
            assertThat(findings).anyMatch(finding -> covers(finding, 0.7));
            assertThat(findings).noneMatch(finding -> covers(finding, 0.1));
            assertThat(findings).noneMatch(finding -> covers(finding, 1.4));
        });
    }

    @TestFactory
    Stream<DynamicTest> group_taken_out_leaves_a_place() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            units.removeIf(unit -> unit.picture() >= 20 && unit.picture() < 30);
            List<Remark> findings = check(camera, units);
            assertThat(findings).allMatch(finding -> finding.kind().equals(SignatureCheck.BROKEN));
            assertThat(findings).anyMatch(finding -> place(finding.from()) <= 1.0 && place(finding.to()) >= 0.3);
            assertThat(findings).noneMatch(finding -> covers(finding, 1.5));
        });
    }

    @TestFactory
    Stream<DynamicTest> swapped_pictures_are_found_in_their_group() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            int one = indexOf(units, 24);
            int other = indexOf(units, 27);
            Unit first = units.get(one);
            units.set(one, new Unit(units.get(other).bytes(), 24));
            units.set(other, new Unit(first.bytes(), 27));
            Remark finding = only(check(camera, units));
            assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
            assertThat(finding.detail()).startsWith("pictures have changed places");
            assertThat(finding.from()).isEqualTo(0.667);
            assertThat(finding.to()).isEqualTo(1.0);
        });
    }

    @TestFactory
    Stream<DynamicTest> picture_put_in_is_found() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            int at = indexOf(units, 25);
            units.add(at, flipped(units.get(at), 9));
            Remark finding = only(check(camera, units));
            assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
            assertThat(finding.detail()).startsWith("pictures have been put in");
            assertThat(covers(finding, 0.84)).isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> group_signed_by_somebody_else_is_broken() {
        return each(style -> {
            SigningCamera camera = camera(style);
            SigningCamera other = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            List<Unit> forged = other.record(GROUPS, PICTURES);
            int at = thirdMessage(units);
            // the same noise, so the same pictures, and the same document but for the key
            units.set(at, forged.get(at));
            Remark finding = only(check(camera, units));
            assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
            assertThat(finding.detail()).startsWith("signed with another key");
            assertThat(finding.from()).isEqualTo(0.667);
            assertThat(finding.to()).isEqualTo(1.0);
        });
    }

    @TestFactory
    Stream<DynamicTest> signature_taken_out_in_the_middle_leaves_a_group_unsigned() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            units.remove(thirdMessage(units));
            Remark finding = only(check(camera, units));
            assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
            assertThat(finding.detail()).startsWith(Coverage.UNSIGNED.english());
            assertThat(finding.from()).isEqualTo(0.667);
            assertThat(finding.to()).isEqualTo(1.0);
        });
    }

    @TestFactory
    Stream<DynamicTest> altered_signature_breaks_its_group() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
            int at = thirdMessage(units);
            units.set(at, flipped(units.get(at), units.get(at).bytes().length - 30));
            Remark finding = only(check(camera, units));
            assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
            assertThat(covers(finding, 0.8)).isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> excerpt_of_a_signed_stream_is_genuine_as_far_as_it_goes() {
        return each(style -> {
            for (int delay : List.of(0, 1, 7)) {
                SigningCamera camera = camera(made -> {
                    made.style = style;
                    made.delayUnits = delay;
                });
                List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
                units.removeIf(unit -> unit.picture() < 20 || unit.picture() >= 46);
                Remark finding = only(check(camera, units));
                assertThat(finding.kind()).as(finding.detail()).isEqualTo(SignatureCheck.VALID);
                assertThat(finding.from()).isEqualTo(0.667);
                assertThat(finding.to()).isEqualTo(1.333);
                assertThat(finding.detail()).contains("the last 0.2 s are not covered");
            }
        });
    }

    @Test
    void all_signatures_taken_out_from_somewhere_on_are_missed() {
        SigningCamera camera = camera(Style.ONVIF);
        List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
        units.removeIf(unit -> unit.picture() >= 25 && camera.coding.kind(unit.bytes()) == PictureCoding.Kind.MESSAGE);
        Remark finding = only(check(camera, units));
        assertThat(finding.kind()).isEqualTo(SignatureCheck.BROKEN);
        assertThat(finding.from()).isEqualTo(0.667);
    }

    @Test
    void stream_without_signatures_has_none() {
        SigningCamera camera = camera(Style.ONVIF);
        List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
        units.removeIf(unit -> camera.coding.kind(unit.bytes()) == PictureCoding.Kind.MESSAGE);
        assertThat(only(check(camera, units)).kind()).isEqualTo(SignatureCheck.ABSENT);
        assertThat(only(check(camera, List.of())).kind()).isEqualTo(SignatureCheck.ABSENT);
    }

    @Test
    void signature_without_pictures_proves_nothing() {
        SigningCamera camera = camera(Style.ONVIF);
        List<Unit> units = new ArrayList<>(camera.record(GROUPS, PICTURES));
        units.removeIf(unit -> camera.coding.kind(unit.bytes()) != PictureCoding.Kind.MESSAGE);
        assertThat(only(check(camera, units)).kind()).isEqualTo(SignatureCheck.UNCHECKED);
    }

    @Test
    void certificate_counts_by_its_root_and_by_the_time_of_signing(@TempDir Path folder) throws Exception {
        TrustedRoots maker = MAKER.trusted(folder);
        TrustedRoots again = TrustedRoots.decoded(maker.encoded());
        SigningCamera camera = camera(Style.ONVIF);
        List<Unit> units = camera.record(GROUPS, PICTURES);
        assertThat(only(SampleUnits.check(units, camera.coding, again)).detail())
                .contains("certificate Camera 1, trusted by Maker Root");
        assertThat(only(check(camera, units)).detail()).contains("from a root that is not among the trusted ones");

        SigningCamera late = camera(made -> made.at = Instant.parse("2027-06-01T10:00:00Z"));
        assertThat(only(SampleUnits.check(late.record(GROUPS, PICTURES), late.coding, maker))
                        .detail())
                .contains("was not valid when it signed, on 2027-06-01");

        SigningCamera untimed = camera(made -> made.at = Instant.parse("1999-01-01T00:00:00Z"));
        assertThat(only(SampleUnits.check(untimed.record(GROUPS, PICTURES), untimed.coding, maker))
                        .detail())
                .contains("it does not say when it signed");
        TestAuthority impostor = new TestAuthority("Maker Root");
        SigningCamera falsely = new SigningCamera().onvif(impostor);
        assertThat(only(SampleUnits.check(falsely.record(GROUPS, PICTURES), falsely.coding, maker))
                        .detail())
                .contains("from a root that is not among the trusted ones");
    }

    @TestFactory
    Stream<DynamicTest> whatever_is_done_to_a_stream_is_survived_and_never_called_genuine_where_it_is_not() {
        return each(style -> {
            SigningCamera camera = camera(style);
            List<Unit> units = camera.record(4, 4);
            Random random = new Random(style.name().length());
            for (int round = 0; round < 500; round++) {
                int at = random.nextInt(units.size());
                List<Unit> mutated = new ArrayList<>(units);
                Unit unit = units.get(at);
                boolean message = camera.coding.kind(unit.bytes()) == PictureCoding.Kind.MESSAGE;
                mutated.set(at, mutated(unit, random));
                for (Remark finding : check(camera, mutated)) {
                    boolean genuine = finding.kind().equals(SignatureCheck.VALID);
                    double seconds = unit.picture() / 30.0;
                    if (genuine && !message) {
                        assertThat(covers(finding, seconds + 0.001))
                                .as("style=%s round=%d unit=%d: %s", style, round, at, finding)
                                .isFalse();
                    }
                }
            }
        });
    }

    @Test
    void unsigned_stream_of_any_length_is_held_in_little_memory() {
        SignatureCheck check = new SignatureCheck(PictureCoding.H264, TrustedRoots.NONE);
        byte[] opening = {0x65, (byte) 0x88, 1};
        byte[] picture = {0x41, (byte) 0x9a, 1};
        for (int i = 0; i < 500_000; i++) {
            check.accept(i % 50 == 0 ? opening : picture, i / 30.0, (i + 1) / 30.0);
        }
        assertThat(only(check.conclude()).kind()).isEqualTo(SignatureCheck.ABSENT);
    }

    private static Unit mutated(Unit unit, Random random) {
        byte[] bytes = unit.bytes().clone();
        int from = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[from] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[from] = (byte) (bytes[from] == -1 ? 0 : -1);
            case 2 -> bytes = Arrays.copyOf(bytes, from);
            default -> {
                for (int i = from; i < bytes.length; i++) {
                    bytes[i] = (byte) random.nextInt();
                }
                bytes[bytes.length - 1] ^= 1;
            }
        }
        return new Unit(bytes, unit.picture());
    }

    private static Stream<DynamicTest> each(Consumer<Style> claim) {
        return Stream.of(Style.values()).map(style -> DynamicTest.dynamicTest(style.name(), () -> claim.accept(style)));
    }

    private static boolean covers(Remark finding, double seconds) {
        return place(finding.from()) <= seconds && seconds < place(finding.to());
    }

    private static double place(@Nullable Double seconds) {
        return Objects.requireNonNull(seconds, "seconds");
    }

    /** Where the message about the third group is. */
    private static int thirdMessage(List<Unit> units) {
        int at = 0;
        while (units.get(at).picture() < 30
                || PictureCoding.H264.kind(units.get(at).bytes()) != PictureCoding.Kind.MESSAGE) {
            at++;
        }
        return at;
    }

    private static int indexOf(List<Unit> units, int picture) {
        for (int i = 0; i < units.size(); i++) {
            if (units.get(i).picture() == picture
                    && PictureCoding.H264.kind(units.get(i).bytes()) != PictureCoding.Kind.MESSAGE) {
                return i;
            }
        }
        throw new IllegalArgumentException("picture " + picture);
    }

    private static Unit flipped(Unit unit, int at) {
        byte[] bytes = unit.bytes().clone();
        bytes[at] ^= 0x55;
        return new Unit(bytes, unit.picture());
    }
}
