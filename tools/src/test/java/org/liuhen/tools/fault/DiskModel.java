package org.liuhen.tools.fault;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk that forgets: replays traced system calls and knows what was forced. Bytes are durable once their file was
 * forced, a name once its folder was, a rename once one of its two folders was; nothing else is, whatever a kinder file
 * system may do. One thread.
 */
final class DiskModel {
    /** What a loss of power leaves of what was not forced. */
    enum Loss {
        ALL("neither names nor bytes are there"),
        BYTES("the names are there, and none of the bytes"),
        ZEROED("the names and the sizes are there, with zeros for bytes"),
        HALVED("the names are there, and the first half of the bytes"),
        FLIPPED("all is there but one bit of each file");

        private final String words;

        Loss(String words) {
            this.words = words;
        }

        /** What is left, for people. */
        String words() {
            return words;
        }
    }

    private static final byte[] NOTHING = {};

    /** A file or a folder, whatever its names are. */
    private static final class Node {
        private final boolean folder;
        private byte[] content = NOTHING;
        private byte[] forced = NOTHING;
        private int position;
        private final Map<String, Node> names = new TreeMap<>();
        private final Map<String, Node> forcedNames = new TreeMap<>();

        Node(boolean folder) {
            this.folder = folder;
        }

        void write(byte[] bytes, int at) {
            content = Arrays.copyOf(content, Math.max(content.length, at + bytes.length));
            System.arraycopy(bytes, 0, content, at, bytes.length);
        }

        byte[] after(Loss loss) {
            byte[] left = content.clone();
            int loose = 0;
            int lastLoose = 0;
            for (int i = 0; i < left.length; i++) {
                if (i >= forced.length || left[i] != forced[i]) {
                    loose++;
                    lastLoose = i;
                    left[i] = loss == Loss.ZEROED ? 0 : left[i];
                }
            }
            if (loose == 0) {
                return left;
            }
            return switch (loss) {
                case ALL, BYTES -> forced;
                case ZEROED -> left;
                case HALVED -> Arrays.copyOf(left, Math.max(forced.length, left.length - (loose + 1) / 2));
                case FLIPPED -> {
                    left[lastLoose - loose / 2] ^= 4;
                    yield left;
                }
            };
        }
    }

    private final Path root;
    private final Node top = new Node(true);

    /** @param root the folder that is modelled; empty at first */
    DiskModel(Path root) {
        this.root = root;
    }

    /** Does what a successful call has done. Calls on other folders do nothing. */
    void replay(SystemCall call) {
        if (!call.succeeded() || call.paths().isEmpty() || !call.path().startsWith(root)) {
            return;
        }
        Path path = call.path();
        switch (call.name()) {
            case "mkdir", "mkdirat" -> folderOf(path).names.put(name(path), new Node(true));
            case "openat", "open", "creat" -> open(path, call.arguments());
            case "write" -> {
                Node file = node(path);
                if (file != null) {
                    byte[] bytes = call.written();
                    file.write(bytes, file.position);
                    file.position += bytes.length;
                }
            }
            case "pwrite64" -> known(path).write(call.written(), (int) call.lastNumber());
            case "ftruncate", "truncate" -> {
                Node file = known(path);
                file.content = Arrays.copyOf(file.content, (int) call.lastNumber());
            }
            case "fsync", "fdatasync" -> force(known(path));
            case "rename", "renameat", "renameat2" -> {
                Node moved = known(path);
                folderOf(path).names.remove(name(path));
                Path target = call.paths().get(1);
                folderOf(target).names.put(name(target), moved);
            }
            case "link", "linkat" -> {
                Path target = call.paths().get(1);
                folderOf(target).names.put(name(target), known(path));
            }
            case "unlink", "unlinkat", "rmdir" -> folderOf(path).names.remove(name(path));
            case "fallocate" -> {
                // Room without a size: it changes nothing that can be read.
            }
            default -> throw new IllegalStateException("call: " + call.name() + " (expected: one that is modelled)");
        }
    }

    private void open(Path path, String arguments) {
        Node file = node(path);
        if (file == null && arguments.contains("O_CREAT")) {
            file = new Node(false);
            folderOf(path).names.put(name(path), file);
        }
        if (file == null || file.folder) {
            return;
        }
        if (arguments.contains("O_TRUNC")) {
            file.content = NOTHING;
        }
        if (!arguments.contains("O_RDONLY")) {
            file.position = arguments.contains("O_APPEND") ? file.content.length : 0;
        }
    }

    private void force(Node node) {
        if (!node.folder) {
            node.forced = node.content;
            node.content = node.content.clone();
            return;
        }
        Map<Node, String> gone = new HashMap<>();
        node.forcedNames.forEach((name, child) -> gone.put(child, name));
        node.names.values().forEach(gone::remove);
        node.forcedNames.clear();
        node.forcedNames.putAll(node.names);
        settleRenames(top, node, gone);
    }

    /** A rename is one change: when one of its folders is forced, so is the other's part. */
    private static void settleRenames(Node folder, Node forced, Map<Node, String> gone) {
        for (Map.Entry<String, Node> entry : folder.names.entrySet()) {
            if (gone.containsKey(entry.getValue())) {
                folder.forcedNames.put(entry.getKey(), entry.getValue());
            }
            if (entry.getValue().folder) {
                settleRenames(entry.getValue(), forced, gone);
            }
        }
        if (folder != forced) {
            folder.forcedNames
                    .entrySet()
                    .removeIf(old ->
                            forced.names.containsValue(old.getValue()) && !folder.names.containsValue(old.getValue()));
        }
    }

    /** What is not as it is in {@code real}, to make sure that no call was missed. */
    List<String> differences(Path real) throws IOException {
        List<String> differences = new ArrayList<>();
        compare(top, real, differences);
        return differences;
    }

    private static void compare(Node node, Path real, List<String> differences) throws IOException {
        if (!node.folder) {
            byte[] there = Files.readAllBytes(real);
            int first = Arrays.mismatch(there, node.content);
            if (first >= 0) {
                differences.add(real + ": differs at " + first + ", " + there.length + " bytes (expected: "
                        + node.content.length + ")");
            }
            return;
        }
        Set<String> names = new TreeSet<>(node.names.keySet());
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(real)) {
            for (Path child : inside) {
                if (!names.remove(name(child))) {
                    differences.add(child + ": is there (expected: not)");
                }
            }
        }
        names.forEach(missing -> differences.add(real.resolve(missing) + ": is not there"));
        for (Map.Entry<String, Node> child : node.names.entrySet()) {
            if (!names.contains(child.getKey())) {
                compare(child.getValue(), real.resolve(child.getKey()), differences);
            }
        }
    }

    /** Makes a folder of what is left after a loss of power at this moment. */
    void lose(Loss loss, Path target) throws IOException {
        copy(top, loss, target);
    }

    private static void copy(Node node, Loss loss, Path target) throws IOException {
        if (!node.folder) {
            Files.write(target, node.after(loss));
            return;
        }
        Files.createDirectories(target);
        for (Map.Entry<String, Node> entry : (loss == Loss.ALL ? node.forcedNames : node.names).entrySet()) {
            copy(entry.getValue(), loss, target.resolve(entry.getKey()));
        }
    }

    private Node folderOf(Path path) {
        return known(path.resolveSibling("").normalize());
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private Node known(Path path) {
        Node node = node(path);
        if (node == null) {
            throw new IllegalStateException("path: " + path + " (expected: one whose making was seen)");
        }
        return node;
    }

    private @Nullable Node node(Path path) {
        Node node = top;
        if (path.equals(root)) {
            return node;
        }
        for (Path part : root.relativize(path)) {
            node = node.names.get(part.toString());
            if (node == null) {
                return null;
            }
        }
        return node;
    }
}
