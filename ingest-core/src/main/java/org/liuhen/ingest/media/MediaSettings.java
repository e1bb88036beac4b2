package org.liuhen.ingest.media;

import java.nio.file.Path;
import java.time.Duration;
import org.liuhen.ingest.media.sandbox.GraphicsHardware;
import org.liuhen.ingest.media.sandbox.SandboxMode;
import org.liuhen.ingest.media.signed.TrustedRoots;

/**
 * How much of the machine media work may take.
 *
 * @param nativesFolder where FFmpeg's libraries are unpacked, once for all children; made if missing
 * @param children how many child processes may run at once, at least 1
 * @param niceness how far a child stands back when others want the processor, 0 to 19
 * @param heapMiB the Java heap of a child; what it decodes is beside that
 * @param addressSpaceMiB all the memory that a child may map
 * @param leastTime how long any child may take
 * @param bytesPerSecond how many bytes of an original earn a child one more second
 * @param retryAfter how long to wait before what failed is tried again
 * @param pollEvery how often to look for jobs when nothing has said that there are any
 * @param sandbox whether children have to run in a sandbox
 * @param signatureRoots whose word counts about cameras that sign their pictures
 * @param hardware what children may use beside the processor; shared by all who have these settings
 */
public record MediaSettings(
        Path nativesFolder,
        int children,
        int niceness,
        int heapMiB,
        int addressSpaceMiB,
        Duration leastTime,
        long bytesPerSecond,
        Duration retryAfter,
        Duration pollEvery,
        SandboxMode sandbox,
        TrustedRoots signatureRoots,
        GraphicsHardware hardware) {
    public MediaSettings {
        if (children < 1) {
            throw new IllegalArgumentException("children: " + children + " (expected: 1 or more)");
        }
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: 1 or more)");
        }
    }

    /** For this machine: one child for every two cores. */
    public static MediaSettings standard(Path nativesFolder) {
        return new MediaSettings(
                nativesFolder,
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                19,
                128,
                4096,
                Duration.ofMinutes(5),
                128 << 10,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                SandboxMode.PREFERRED,
                TrustedRoots.NONE,
                GraphicsHardware.none());
    }

    public MediaSettings withSignatureRoots(TrustedRoots signatureRoots) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    public MediaSettings withNiceness(int niceness) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    public MediaSettings withChildren(int children) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    public MediaSettings withLeastTime(Duration leastTime) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    public MediaSettings withRetryAfter(Duration retryAfter, Duration pollEvery) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    public MediaSettings withSandbox(SandboxMode sandbox) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    public MediaSettings withHardware(GraphicsHardware hardware) {
        return copy(children, niceness, leastTime, retryAfter, pollEvery, sandbox, signatureRoots, hardware);
    }

    private MediaSettings copy(
            int children,
            int niceness,
            Duration leastTime,
            Duration retryAfter,
            Duration pollEvery,
            SandboxMode sandbox,
            TrustedRoots signatureRoots,
            GraphicsHardware hardware) {
        return new MediaSettings(
                nativesFolder,
                children,
                niceness,
                heapMiB,
                addressSpaceMiB,
                leastTime,
                bytesPerSecond,
                retryAfter,
                pollEvery,
                sandbox,
                signatureRoots,
                hardware);
    }

    /** How long a child may work on an original of this size. */
    Duration timeFor(long sizeBytes) {
        return leastTime.plusSeconds(sizeBytes / bytesPerSecond);
    }
}
