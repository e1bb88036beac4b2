package org.liuhen.ingest.room;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;

/**
 * Which interrogation rooms there are and how their cameras are captured.
 *
 * @param piece how much of a recording is made durable at a time: what a killed recorder loses at most
 * @param silence how long a camera may send nothing before it counts as lost
 * @param retryAtMost the longest wait before a lost camera is tried again
 */
public record RoomSettings(List<Room> rooms, Duration piece, Duration silence, Duration retryAtMost) {
    public static final RoomSettings NONE =
            new RoomSettings(List.of(), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(15));

    /** @param id also the device id under which the papers of its sessions are kept */
    public record Room(String id, List<Camera> cameras) {
        public Room {
            cameras = List.copyOf(cameras);
            if (cameras.isEmpty()) {
                throw new InvalidField("rooms.cameras", "is empty (expected: the cameras of " + id + ")");
            }
        }
    }

    /**
     * A camera of a room.
     *
     * @param url {@code rtsp://HOST[:PORT]/PATH}; null if somebody else records it and pushes that
     * @param passwordFile read anew for each connection; null if the camera asks for no password
     */
    public record Camera(
            DeviceId device,
            @Nullable URI url,
            @Nullable String user,
            @Nullable Path passwordFile) {
        /** @throws InvalidField naming the key that cannot be used, without showing a password */
        public Camera {
            if (url != null) {
                if (!"rtsp".equals(url.getScheme()) || url.getHost() == null) {
                    throw new InvalidField("rooms.cameras.url", "of " + device + " (expected: rtsp://HOST/…)");
                }
                if (url.getUserInfo() != null) {
                    throw new InvalidField(
                            "rooms.cameras.url",
                            "of " + device + " names a user (expected: the keys user and passwordFile)");
                }
            }
            if ((user == null) != (passwordFile == null)) {
                throw new InvalidField("rooms.cameras.user", "of " + device + " (expected: passwordFile with it)");
            }
            if (user != null && !user.matches("\\P{Cntrl}{1,200}")) {
                throw new InvalidField("rooms.cameras.user", "of " + device + " (expected: 1 to 200 characters)");
            }
        }
    }

    public RoomSettings {
        rooms = List.copyOf(rooms);
        within("capture.piece", piece, Duration.ofSeconds(1), Duration.ofMinutes(1));
        within("capture.silence", silence, Duration.ofSeconds(1), Duration.ofMinutes(1));
        within("capture.retryAtMost", retryAtMost, Duration.ofSeconds(1), Duration.ofMinutes(10));
        Set<String> names = new HashSet<>();
        for (Room room : rooms) {
            requireNew(names, new DeviceId(room.id()).value());
            room.cameras().forEach(camera -> requireNew(names, camera.device().value()));
        }
    }

    private static void requireNew(Set<String> names, String name) {
        if (!names.add(name)) {
            throw new InvalidField("rooms", name + " is named twice (expected: each room and camera once)");
        }
    }

    private static void within(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidField(key, value + " (expected: " + least + " to " + most + ")");
        }
    }

    public Optional<Room> room(String id) {
        return rooms.stream().filter(room -> room.id().equals(id)).findFirst();
    }
}
