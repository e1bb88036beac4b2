package org.liuhen.tools.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One line of {@code strace -ff -ttt -y}.
 *
 * @param thread the id of the thread that made the call
 * @param seconds when it began
 * @param paths the files and folders it is about, in the order of its arguments
 * @param arguments as printed
 * @param result what it returned, with the error if there was one
 */
record SystemCall(String thread, double seconds, String name, List<Path> paths, String arguments, String result) {
    /** The calls that can change what is stored. */
    static final Set<String> CHANGING = Set.of(
            "openat",
            "open",
            "creat",
            "write",
            "pwrite64",
            "writev",
            "pwritev",
            "fsync",
            "fdatasync",
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "unlink",
            "unlinkat",
            "mkdir",
            "mkdirat",
            "rmdir",
            "truncate",
            "ftruncate",
            "fallocate");

    private static final Pattern LINE = Pattern.compile("(\\d+\\.\\d+) (\\w+)\\((.*)\\) += (\\S.*|\\?)");
    private static final Pattern PATH = Pattern.compile("\"(/[^\"]*)\"|\\d+<(/[^>]*)>");
    private static final Pattern CREATING = Pattern.compile("O_CREAT|O_TRUNC");

    /** The calls that were traced into {@code prefix.<thread>}, in the order in which they began. */
    static List<SystemCall> read(Path prefix) throws IOException {
        List<SystemCall> calls = new ArrayList<>();
        try (Stream<Path> files = Files.list(prefix.toAbsolutePath().getParent())) {
            String start = prefix.getFileName() + ".";
            for (Path file : (Iterable<Path>)
                    files.filter(each -> each.getFileName().toString().startsWith(start))::iterator) {
                String thread = file.getFileName().toString().substring(start.length());
                for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                    Matcher matcher = LINE.matcher(line);
                    if (matcher.matches()) {
                        calls.add(new SystemCall(
                                thread,
                                Double.parseDouble(matcher.group(1)),
                                matcher.group(2),
                                paths(matcher.group(3)),
                                matcher.group(3),
                                matcher.group(4)));
                    }
                }
            }
        }
        calls.sort(Comparator.comparingDouble(SystemCall::seconds));
        return calls;
    }

    private static List<Path> paths(String arguments) {
        List<Path> paths = new ArrayList<>();
        Matcher matcher = PATH.matcher(arguments);
        // What is written may look like a path; the open file comes first.
        boolean byOpenFile = Character.isDigit(arguments.charAt(0));
        while (matcher.find() && !(byOpenFile && paths.size() == 1)) {
            paths.add(Path.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1)));
        }
        return paths;
    }

    /** What it wrote; complete only if strace was told to show it all. */
    byte[] written() {
        int begin = arguments.indexOf("\"") + 1;
        int end = arguments.lastIndexOf('"');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int i = begin;
        while (i < end) {
            char c = arguments.charAt(i++);
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            int special = "tnvfr".indexOf(arguments.charAt(i));
            if (special >= 0) {
                bytes.write("\t\n\u000b\f\r".charAt(special));
                i++;
            } else if (isOctal(arguments.charAt(i))) {
                int value = 0;
                for (int digits = 0; digits < 3 && isOctal(arguments.charAt(i)); digits++) {
                    value = value * 8 + arguments.charAt(i++) - '0';
                }
                bytes.write(value);
            } else {
                bytes.write(arguments.charAt(i++));
            }
        }
        return bytes.toByteArray();
    }

    private static boolean isOctal(char c) {
        return c >= '0' && c <= '7';
    }

    /** The last of its arguments, a number. */
    long lastNumber() {
        return Long.parseLong(arguments.substring(arguments.lastIndexOf(' ') + 1));
    }

    boolean succeeded() {
        return !result.startsWith("-1") && !result.startsWith("?");
    }

    /** Whether it has changed anything, or made it durable. */
    boolean changing() {
        boolean opens = name.startsWith("open");
        return CHANGING.contains(name)
                && !paths.isEmpty()
                && succeeded()
                && (!opens || CREATING.matcher(arguments).find());
    }

    /** What strace takes it to be about: of two names, the old one. */
    Path path() {
        return paths.get(0);
    }
}
