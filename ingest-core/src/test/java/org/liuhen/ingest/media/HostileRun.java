package org.liuhen.ingest.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A program that has sound and hostile files worked on by children, to be looked at from outside. */
final class HostileRun {
    private HostileRun() {}

    /** @param arguments a folder to work in, a file that nobody must read, an address that nobody must ask */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        byte[] mp4 = {};
        try (HostileCorpus corpus = new HostileCorpus(Files.createDirectory(folder.resolve("corpus")))) {
            for (Path sample : HostileCorpus.samples(folder)) {
                byte[] bytes = Files.readAllBytes(sample);
                mp4 = mp4.length == 0 ? bytes : mp4;
                corpus.tried(String.valueOf(sample.getFileName()), bytes);
            }
            for (Map.Entry<String, byte[]> pointer : HostileMedia.pointers(mp4, Path.of(arguments[1]), arguments[2])
                    .entrySet()) {
                corpus.tried(pointer.getKey(), pointer.getValue());
            }
            System.out.println(corpus.isSandboxed() ? "sandboxed" : "not sandboxed");
        }
    }
}
