package org.liuhen.storage.catalog;

import static org.liuhen.storage.contract.SampleRecordings.CASE;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.contract.SampleRecordings;

/** A process that commits until it is killed and prints every sequence that was acknowledged, with its recording. */
final class CommittingChild {
    private static final int UNDER_WAY = 20;

    private CommittingChild() {}

    /** @param arguments catalog folder, keys folder, number of the first recording */
    @SuppressWarnings("FutureReturnValueIgnored")
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (RocksCatalog catalog = RocksCatalog.open(
                Path.of(arguments[0]), Path.of(arguments[1]), InstantSource.system(), new SecureRandom())) {
            Semaphore slots = new Semaphore(UNDER_WAY);
            out.println("open");
            for (int number = Integer.parseInt(arguments[2]); ; number++) {
                Recording recording = SampleRecordings.received(number, CASE);
                Change change = Change.builder()
                        .recording(recording)
                        .event(SampleRecordings.event(EventKind.RECEIVED, recording))
                        .event(CustodyEvent.of(
                                recording.receivedAt(), Actor.CONSOLE, EventKind.VERIFIED, recording.id(), Map.of()))
                        .build();
                slots.acquire();
                catalog.commit(change).whenComplete((outcome, failure) -> {
                    if (outcome instanceof CommitOutcome.Applied applied) {
                        List<CustodyEvent> events = applied.events();
                        out.println(events.get(0).sequence() + " " + recording.id());
                    } else {
                        out.println("failed " + outcome + " " + failure);
                    }
                    slots.release();
                });
            }
        }
    }
}
