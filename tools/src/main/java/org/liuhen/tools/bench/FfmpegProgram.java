package org.liuhen.tools.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The program {@code ffmpeg}, as somebody would use it from a shell. */
final class FfmpegProgram {
    private static final Pattern COST = Pattern.compile("bench: utime=([0-9.]+)s stime=([0-9.]+)s");

    private final Path program;
    private final @Nullable Path libraries;
    private final String version;
    private final boolean openH264;

    /**
     * What one command came to.
     *
     * @param cpu user and system time of the whole process, by its own count
     */
    record Ended(Duration cpu, String said) {}

    private FfmpegProgram(Path program, @Nullable Path libraries) throws IOException {
        this.program = program;
        this.libraries = libraries;
        this.version = said(List.of("-version")).lines().findFirst().orElse("");
        this.openH264 = said(List.of("-hide_banner", "-encoders")).contains(" libopenh264 ");
    }

    /** One that is installed. */
    static FfmpegProgram at(Path program) throws IOException {
        return new FfmpegProgram(program, null);
    }

    /**
     * The one that comes with the libraries that children use, so that both run the very same code.
     *
     * @param natives where these libraries were unpacked
     * @param folder where it is put
     */
    static FfmpegProgram ofLibraries(Path natives, Path folder) throws IOException {
        try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(natives, "libraries-*")) {
            Path libraries = unpacked.iterator().next().toAbsolutePath();
            boolean arm = System.getProperty("os.arch", "").equals("aarch64");
            String name = "/org/bytedeco/ffmpeg/linux-" + (arm ? "arm64" : "x86_64") + "/ffmpeg";
            Path program = folder.resolve("ffmpeg");
            try (InputStream bytes = FfmpegProgram.class.getResourceAsStream(name)) {
                if (bytes == null) {
                    throw new IOException("ffmpeg: " + name + " is missing (expected: on the class path)");
                }
                Files.copy(bytes, program);
            }
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            return new FfmpegProgram(program.toAbsolutePath(), libraries);
        }
    }

    /** Its first words about itself, and how it encodes. */
    String description() {
        return version.replaceAll(" Copyright.*", "") + ", " + (openH264 ? "libopenh264" : "libx264 veryfast");
    }

    /** How it encodes H.264: as children do if it can, else by x264 at a setting that costs about as much. */
    List<String> encoder() {
        return openH264
                ? List.of("-c:v", "libopenh264", "-rc_mode", "bitrate", "-allow_skip_frames", "0")
                : List.of("-c:v", "libx264", "-preset", "veryfast");
    }

    /**
     * Runs a command, writing into a folder.
     *
     * @throws IOException if it fails
     */
    Ended run(List<String> arguments, Path folder) throws IOException {
        List<String> all = new ArrayList<>(List.of("-hide_banner", "-nostdin", "-y", "-benchmark"));
        all.addAll(arguments);
        String said = said(all, folder);
        Matcher cost = COST.matcher(said);
        if (!cost.find()) {
            throw new IOException("ffmpeg " + String.join(" ", arguments) + ": " + said);
        }
        double seconds = Double.parseDouble(cost.group(1)) + Double.parseDouble(cost.group(2));
        return new Ended(Duration.ofNanos(Math.round(seconds * 1e9)), said);
    }

    private String said(List<String> arguments) throws IOException {
        return said(arguments, null);
    }

    private String said(List<String> arguments, @Nullable Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        if (libraries != null) {
            builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        }
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("ffmpeg: exit " + process.exitValue() + ": " + said);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("ffmpeg: interrupted", e);
        }
        return said;
    }
}
