package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.fault.Mutation;

class CaptureMessagesTest {
    private static final String PASSWORD = "secret";

    @Test
    void whatever_a_capture_child_says_is_understood_or_refused_and_betrays_no_password() throws Exception {
        Mutation.of(CaptureMessagesTest.class, "capture").run(10_000, bytes -> {
            CaptureMessages messages = new CaptureMessages(new ByteArrayInputStream(bytes), PASSWORD);
            StringBuilder kinds = new StringBuilder();
            try {
                for (Optional<Captured> next = messages.next(); next.isPresent(); next = messages.next()) {
                    kinds.append(next.get().getClass().getSimpleName()).append(' ');
                    if (next.get() instanceof Captured.Ended end) {
                        assertThat(end.why()).doesNotContain(PASSWORD).hasSizeLessThan(400);
                    } else if (next.get() instanceof Captured.RunBegun begun) {
                        assertThat(begun.streams()).doesNotContain(PASSWORD).doesNotContain("\n");
                        assertThat(begun.container()).isIn("mp4", "mov");
                    }
                }
                return kinds.toString();
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotBlank();
                return kinds + refused.getClass().getSimpleName();
            }
        });
    }
}
