package org.liuhen.tools.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.FootageSpec;

/**
 * What the demo plays: a traffic stop seen by two cameras, a scuffle in which officers are obstructed, and an
 * interrogation filmed from two sides.
 *
 * @param shots in the order of their start
 */
record Story(List<Shot> shots) {
    static final String TRAFFIC = "A3301060000002026110017";
    static final String OBSTRUCTION = "A3301060000002026110018";
    static final String INTERROGATION = "A3301060000002026110019";

    /** The four devices, with what they are. */
    static final Map<String, String> DEVICES = devices();

    private static final String UNIT = "330106000000";
    private static final Duration PIECE = Duration.ofSeconds(12);
    private static final List<String> FOOTAGE =
            List.of(".mp4", ".mov", ".m4v", ".mkv", ".avi", ".ts", ".3gp", ".h264", ".264", ".h265");

    /**
     * One file to be pushed.
     *
     * @param metadata as a dock declares it
     * @param spec how to make it; null if {@code file} is real footage
     */
    record Shot(
            String device,
            String filename,
            Map<String, String> metadata,
            @Nullable FootageSpec spec,
            @Nullable Path file) {}

    private static Map<String, String> devices() {
        Map<String, String> devices = new LinkedHashMap<>();
        devices.put("DOCK-EAST-01", "Docking station, east gate");
        devices.put("DOCK-WEST-02", "Docking station, west gate");
        devices.put("ROOM-3-FRONT", "Interrogation room 3, suspect");
        devices.put("ROOM-3-WIDE", "Interrogation room 3, whole room");
        return devices;
    }

    /** The story with footage made for it, as if it had happened in the last hours before {@code now}. */
    static Story made(Instant now, ZoneId zone) {
        Instant stop = now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofHours(3));
        Instant scuffle = stop.plus(Duration.ofMinutes(50));
        Instant room = scuffle.plus(Duration.ofMinutes(55));
        List<Shot> shots = new ArrayList<>();
        for (int piece = 0; piece < 3; piece++) {
            Instant from = stop.plus(PIECE.multipliedBy(piece));
            shots.add(made(
                    "DOCK-EAST-01",
                    FootageSpec.of("EAST-01 012345", from, zone, PIECE, FootageSpec.Scene.STREET),
                    body(TRAFFIC, "012345", "stop-east")));
        }
        shots.add(made(
                "DOCK-WEST-02",
                FootageSpec.of(
                        "WEST-02 016789", stop.plusSeconds(9), zone, Duration.ofSeconds(20), FootageSpec.Scene.STREET),
                body(TRAFFIC, "016789", "stop-west")));
        Map<String, String> obstructed = body(OBSTRUCTION, "016789", "scuffle-west");
        obstructed.put("important", "true");
        obstructed.put("category", "obstruction");
        shots.add(made(
                "DOCK-WEST-02",
                FootageSpec.of("WEST-02 016789", scuffle, zone, Duration.ofSeconds(18), FootageSpec.Scene.SCUFFLE),
                obstructed));
        shots.add(made(
                "DOCK-EAST-01",
                FootageSpec.of("EAST-01 012345", scuffle.plusSeconds(11), zone, PIECE, FootageSpec.Scene.STREET),
                body(OBSTRUCTION, "012345", "scuffle-east")));
        Duration talk = Duration.ofSeconds(24);
        shots.add(made(
                "ROOM-3-FRONT", FootageSpec.of("ROOM-3 FRONT", room, zone, talk, FootageSpec.Scene.FACE), room("Q-1")));
        shots.add(made(
                "ROOM-3-WIDE",
                FootageSpec.of("ROOM-3 WIDE", room, zone, talk, FootageSpec.Scene.ROOM)
                        .withFormat(FootageSpec.Container.MATROSKA, FootageSpec.Pictures.MPEG4, FootageSpec.Sound.PCM),
                room("Q-1")));
        return new Story(shots);
    }

    /**
     * The same cases with real files, dealt out to the devices in turn.
     *
     * @param folder what is not footage by its name is left out
     * @throws IOException if the folder cannot be read or holds no footage
     */
    static Story of(Path folder, Instant now) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(Story::isFootage).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new IOException(
                    "footage: no recording in " + folder + " (expected: files ending in " + FOOTAGE + ")");
        }
        Instant begin = now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofHours(3));
        List<Map<String, String>> roles = List.of(
                body(TRAFFIC, "012345", "stop-east"),
                body(TRAFFIC, "016789", "stop-west"),
                room("Q-1"),
                room("Q-1"),
                body(OBSTRUCTION, "012345", "scuffle-east"));
        List<String> order = List.of("DOCK-EAST-01", "DOCK-WEST-02", "ROOM-3-FRONT", "ROOM-3-WIDE", "DOCK-EAST-01");
        List<Shot> shots = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Map<String, String> metadata = new LinkedHashMap<>(roles.get(i % roles.size()));
            if (OBSTRUCTION.equals(metadata.get("case"))) {
                metadata.put("important", "true");
                metadata.put("category", "obstruction");
            }
            metadata.put("from", begin.plus(Duration.ofMinutes(5L * i)).toString());
            Path file = files.get(i);
            shots.add(new Shot(order.get(i % order.size()), name(file), metadata, null, file));
        }
        return new Story(shots);
    }

    private static boolean isFootage(Path file) {
        String name = name(file).toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && FOOTAGE.stream().anyMatch(name::endsWith);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Shot made(String device, FootageSpec spec, Map<String, String> metadata) {
        Map<String, String> declared = new LinkedHashMap<>(metadata);
        declared.put("from", spec.start().toString());
        declared.put("to", spec.start().plus(spec.duration()).toString());
        String stamp = spec.start().toString().replaceAll("[-:]", "").replaceAll("\\..*|Z", "");
        String ending = spec.container() == FootageSpec.Container.MP4 ? ".mp4" : ".mkv";
        return new Shot(device, device + "_" + stamp + ending, declared, spec, null);
    }

    private static Map<String, String> body(String caseNumber, String officer, String session) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("case", caseNumber);
        metadata.put("officer", officer);
        metadata.put("unit", UNIT);
        metadata.put("kind", "body-worn");
        metadata.put("session", session);
        return metadata;
    }

    private static Map<String, String> room(String session) {
        Map<String, String> metadata = body(INTERROGATION, "020406", session);
        metadata.put("kind", "interrogation");
        return metadata;
    }
}
