package org.liuhen.device.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.fault.Mutation;

/** Heads that are nearly right: whatever comes, the answer is one of the protocol, never a 500, and the server goes on. */
class AxisMutationTest {
    private static final int UNTIL_A_TOKEN_ENDS = 1_000;

    @TempDir
    private Path folder;

    private int said;
    private String token = "";

    @Test
    void no_head_makes_the_server_fail() throws Exception {
        try (AxisTown town = new AxisTown(folder)) {
            town.system().beginPatrol();
            Mutation.of(AxisMutationTest.class, "heads").run(300, bytes -> {
                town.clock.set(InstantSource.system().instant());
                if (said++ % UNTIL_A_TOKEN_ENDS == 0) {
                    token = town.system().token;
                }
                byte[] head =
                        Mutation.with(Mutation.with(bytes, "@STORE@", AxisTown.STORE), "@PATROL@", AxisTown.PATROL);
                return Mutation.http(town.server().address(), Mutation.with(head, "@TOKEN@", token));
            });
            assertThat(town.system().status("HEAD", "/" + AxisTown.PATROL)).isEqualTo(204);
            assertThat(town.server().catalog().ledger().audit()).isEmpty();
        }
    }
}
