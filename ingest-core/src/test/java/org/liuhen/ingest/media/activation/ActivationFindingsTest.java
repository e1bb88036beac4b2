package org.liuhen.ingest.media.activation;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleRecordings;

class ActivationFindingsTest {
    private final Catalog catalog =
            new MemoryCatalog(InstantSource.fixed(SampleRecordings.START.plusSeconds(9000)), new SecureRandom());
    private final ActivationFindings findings = new ActivationFindings(
            catalog, InstantSource.fixed(SampleRecordings.START.plusSeconds(9000)), Actor.system("media"));

    @AfterEach
    void close() {
        catalog.close();
    }

    /** A recording of the session, received and not yet measured. */
    private Recording received(int number, int startsAtSeconds) throws StorageFailure {
        Recording recording = SampleRecordings.received(
                SampleRecordings.DEVICE, number, SampleRecordings.START.plusSeconds(startsAtSeconds));
        SampleRecordings.commit(catalog, SampleRecordings.put(recording));
        return recording;
    }

    /** What a media job does once it knows how long a recording is. */
    private void measured(Recording received, double seconds) throws StorageFailure {
        Recording now = now(received);
        Recording next = now.next()
                .withMedia(true, new Media("mov", seconds, null, null), now.findings())
                .withState(RecordingState.READY);
        SampleRecordings.commit(catalog, SampleRecordings.put(findings.told(next)));
    }

    private Recording now(Recording recording) throws StorageFailure {
        return catalog.recording(recording.id(), ReadLevel.CURRENT).orElseThrow();
    }

    private List<Finding> seams(Recording recording) throws StorageFailure {
        return now(recording).findings().stream().filter(Activations::isOurs).toList();
    }

    @Test
    void files_that_join_within_the_rounding_of_their_times_have_no_finding() throws StorageFailure {
        Recording first = received(1, 0);
        Recording second = received(2, 60);
        Recording third = received(3, 120);
        measured(first, 58.4);
        measured(second, 61.7);
        measured(third, 33);
        for (Recording recording : List.of(first, second, third)) {
            assertThat(seams(recording)).isEmpty();
        }
    }

    @Test
    void what_is_missing_between_two_files_is_told_on_both_with_where_and_whose() throws StorageFailure {
        Recording first = received(1, 0);
        Recording second = received(2, 75);
        measured(first, 60);
        // the next one's start is known before it is measured
        assertThat(seams(first)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("gap");
            assertThat(finding.from()).isEqualTo(60);
            assertThat(finding.to()).isEqualTo(75);
            assertThat(finding.detail())
                    .contains("15.0 s", "after it", second.id().hex());
        });
        assertThat(seams(second)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("gap");
            assertThat(finding.from()).isZero();
            assertThat(finding.to()).isZero();
            assertThat(finding.detail())
                    .contains("15.0 s", "before it", first.id().hex());
        });
        measured(second, 10);
        assertThat(seams(first)).hasSize(1);
        assertThat(seams(second)).hasSize(1);
        assertThat(now(first).findings()).contains(Finding.of("unlinked", "no case was named"));
        assertThat(catalog.custody(second.id())).extracting(CustodyEvent::kind).contains(EventKind.GAPS_FOUND);
    }

    @Test
    void what_was_recorded_twice_is_told_on_both() throws StorageFailure {
        Recording first = received(1, 0);
        Recording second = received(2, 50);
        measured(second, 30);
        assertThat(seams(second)).isEmpty();
        measured(first, 60);
        assertThat(seams(first)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("overlap");
            assertThat(finding.from()).isEqualTo(50);
            assertThat(finding.to()).isEqualTo(60);
            assertThat(finding.detail()).contains("10.0 s", second.id().hex());
        });
        assertThat(seams(second)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("overlap");
            assertThat(finding.from()).isZero();
            assertThat(finding.to()).isEqualTo(10);
        });
    }

    @Test
    void a_late_file_closes_the_gap_it_was_missing_from() throws StorageFailure {
        Recording first = received(1, 0);
        Recording third = received(3, 120);
        measured(first, 60);
        measured(third, 60);
        assertThat(seams(first)).hasSize(1);
        Recording second = received(2, 60);
        measured(second, 60);
        for (Recording recording : List.of(first, second, third)) {
            assertThat(seams(recording)).isEmpty();
        }
    }

    @Test
    void neighbours_are_found_among_very_many_recordings_of_the_device() throws StorageFailure {
        for (int number = 0; number < 4_500; number++) {
            received(10_000 + number, number - 100_000);
        }
        Recording first = received(1, 0);
        Recording second = received(2, 75);
        measured(first, 60);
        measured(second, 60);
        assertThat(seams(first)).hasSize(1);
        assertThat(seams(second)).hasSize(1);
    }

    @Test
    void whatever_the_order_in_which_files_are_measured_the_findings_are_the_same() throws StorageFailure {
        List<List<Finding>> expected = new ArrayList<>();
        Random random = new Random(11);
        for (int run = 0; run < 12; run++) {
            List<Recording> files = new ArrayList<>();
            int day = run * 400_000;
            for (int at : new int[] {0, 60, 135, 180, 181, 290}) {
                files.add(received(1000 * run + at, day + at));
            }
            List<Recording> order = new ArrayList<>(files);
            Collections.shuffle(order, random);
            for (Recording file : order) {
                measured(file, 60);
            }
            List<List<Finding>> said = new ArrayList<>();
            for (Recording file : files) {
                said.add(seams(file).stream()
                        .map(finding -> new Finding(finding.kind(), "", finding.from(), finding.to()))
                        .toList());
            }
            if (run == 0) {
                expected = said;
                assertThat(expected.get(1)).containsExactly(new Finding("gap", "", 60.0, 75.0));
            }
            assertThat(said).as("run %d", run).isEqualTo(expected);
        }
    }

    @Test
    void an_unplayable_file_ends_nowhere_so_that_nothing_is_said_of_what_follows_it() throws StorageFailure {
        Recording first = received(1, 0);
        Recording second = received(2, 60);
        Recording third = received(3, 150);
        measured(first, 60);
        measured(third, 60);
        SampleRecordings.commit(
                catalog, SampleRecordings.put(findings.told(now(second).next().withState(RecordingState.UNPLAYABLE))));
        assertThat(seams(third)).isEmpty();
        assertThat(seams(first)).isEmpty();
    }

    @Test
    void copies_that_begin_together_lie_beside_one_another() throws StorageFailure {
        Recording large = received(1, 0);
        Recording small = received(2, 1);
        measured(large, 60);
        measured(small, 60);
        assertThat(seams(large)).isEmpty();
        assertThat(seams(small)).isEmpty();
    }
}
