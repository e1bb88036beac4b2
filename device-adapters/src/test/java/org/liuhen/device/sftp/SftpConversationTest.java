package org.liuhen.device.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.device.tus.TusAdapter;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.fault.Mutation;

/** Conversations that are nearly right: each request is answered, or ends it; nothing breaks and nothing hangs. */
class SftpConversationTest {
    @TempDir
    private Path folder;

    @Test
    void whatever_a_client_says_is_answered_or_ends_the_conversation() throws Exception {
        InstantSource clock = InstantSource.system();
        TestDoor door = new TestDoor();
        try (IngestServer server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new)) {
            DropVisit visit = new DropFolders(
                            server.uploads(), NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, clock)
                    .visit(door.known(IngestServer.DOCK.value()).orElseThrow(), "sftp");
            Mutation.of(SftpConversationTest.class, "conversations").run(300, bytes -> {
                ByteArrayOutputStream answers = new ByteArrayOutputStream();
                try {
                    new SftpConversation(visit, clock).run(new ByteArrayInputStream(bytes), answers);
                } catch (IOException ended) {
                    assertThat(ended).isInstanceOf(SftpRequest.Malformed.class);
                    return kinds(answers) + "malformed";
                }
                return kinds(answers);
            });
            assertThat(visit.entry(DropPath.ROOT)).isPresent();
            assertThat(server.catalog().ledger().audit()).isEmpty();
        }
    }

    /** Types of answers, and of statuses what they say. */
    private static String kinds(ByteArrayOutputStream answers) {
        StringBuilder kinds = new StringBuilder();
        ByteBuffer all = ByteBuffer.wrap(answers.toByteArray());
        while (all.remaining() > 4) {
            ByteBuffer answer = all.slice(all.position() + 4, all.getInt(all.position()));
            all.position(all.position() + 4 + answer.remaining());
            int type = answer.get(0);
            kinds.append(type)
                    .append(type == SftpReply.STATUS ? "/" + answer.getInt(5) : "")
                    .append(' ');
        }
        return kinds.toString();
    }
}
