package org.liuhen.ingest.media.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.liuhen.ingest.media.playback.Splice;

/** The samples of the segment that is being made, one after another in a file in the current folder. */
final class SampleStore implements AutoCloseable {
    private static final Path DATA = Path.of("samples.tmp");
    private static final long MOST_BYTES = 512L << 20;

    private final FileChannel file;
    private long size;

    private SampleStore(FileChannel file) {
        this.file = file;
    }

    static SampleStore open() throws IOException {
        return new SampleStore(FileChannel.open(
                DATA,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    }

    /**
     * Keeps a sample.
     *
     * @return where it lies
     */
    long put(byte[] sample) throws FfmpegFailure {
        long at = size;
        if (at + sample.length > MOST_BYTES) {
            throw new FfmpegFailure(0, "segment: more than " + MOST_BYTES + " bytes");
        }
        ByteBuffer rest = ByteBuffer.wrap(sample);
        try {
            while (rest.hasRemaining()) {
                size += file.write(rest, size);
            }
        } catch (IOException e) {
            throw new FfmpegFailure(0, "segment: cannot be written, " + e.getMessage());
        }
        return at;
    }

    /** Writes what is put together of samples. */
    void write(Splice splice, Path target) throws IOException {
        try (WritableByteChannel out = Channels.newChannel(Files.newOutputStream(target))) {
            for (Splice.Part part : splice.parts()) {
                if (part instanceof Splice.Written written) {
                    out.write(ByteBuffer.wrap(written.bytes()));
                } else {
                    Splice.Taken taken = (Splice.Taken) part;
                    long done = 0;
                    while (done < taken.sizeBytes()) {
                        done += file.transferTo(taken.offsetBytes() + done, taken.sizeBytes() - done, out);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(DATA);
    }
}
