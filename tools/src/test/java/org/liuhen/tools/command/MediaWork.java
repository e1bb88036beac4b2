package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.locks.LockSupport;
import org.liuhen.tools.client.ServerConnection;

/** Media work of a server that runs. */
final class MediaWork {
    private MediaWork() {}

    /** A recording as it is when its media work has ended, whichever way. */
    static JsonNode ended(ServerConnection console, String recording) throws Exception {
        for (int i = 0; i < 6000; i++) {
            JsonNode now = console.get("/api/v1/recordings/" + recording);
            if (now.path("state").asText().matches("ready|unplayable")) {
                return now;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("no end of its media work in two minutes, recording=" + recording);
    }
}
