package org.liuhen.tools.room;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Two cameras of GStreamer's RTSP server, which play a file in real time, anew for each connection. */
final class RtspCameras implements AutoCloseable {
    static final String USER = "liuhen";
    /** With what a careless program would trip over in an address. */
    static final String PASSWORD = "p@ss:w/ord %41 geheim";

    private final Process process;
    private final int port;
    private final List<String> said = new ArrayList<>();

    private RtspCameras(Process process, int port, BufferedReader out) {
        this.process = process;
        this.port = port;
        Thread listener = new Thread(() -> listen(out), "rtsp-cameras");
        listener.setDaemon(true);
        listener.start();
    }

    /** @param log where it complains */
    static RtspCameras start(Path footage, Path log) throws IOException, URISyntaxException {
        Path script = Path.of(Objects.requireNonNull(RtspCameras.class.getResource("rtsp_cameras.py"))
                .toURI());
        Process process = new ProcessBuilder(
                        // Debian's own, which knows Debian's GStreamer
                        "/usr/bin/python3", script.toString(), footage.toString(), USER, PASSWORD)
                .redirectError(log.toFile())
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String ready = out.readLine();
        if (ready == null || !ready.startsWith("ready ")) {
            throw new IOException("cameras: " + ready + " (expected: ready), see " + log);
        }
        return new RtspCameras(process, Integer.parseInt(ready.substring("ready ".length())), out);
    }

    private void listen(BufferedReader out) {
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (said) {
                    said.add(line);
                }
            }
        } catch (IOException ignored) {
            // it has ended
        }
    }

    String url(String path) {
        return "rtsp://127.0.0.1:" + port + path;
    }

    /** What a server has to be told so that {@code ROOM-1} has one of these cameras, and nothing is made of what it shows. */
    String room(String device, String path) {
        return String.join(
                "\n",
                "media:",
                "  children: 0",
                "capture: {piece: PT1S, silence: PT10S, retryAtMost: PT1S}",
                "rooms:",
                "- id: ROOM-1",
                "  cameras:",
                "  - {device: " + device + ", url: '" + url(path) + "'}",
                "");
    }

    /** When it began to play to somebody, as it tells itself. */
    List<Instant> plays(String path) {
        synchronized (said) {
            return said.stream()
                    .map(line -> line.split(" ", -1))
                    .filter(words -> words.length == 3 && words[1].equals(path))
                    .map(words -> Instant.ofEpochMilli(Long.parseLong(words[2])))
                    .toList();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
