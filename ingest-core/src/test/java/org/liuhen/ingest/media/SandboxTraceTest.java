package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at children from outside, by the system calls they make. */
@Tag("world")
class SandboxTraceTest {
    private static final String UNFINISHED = "<unfinished ...>";
    private static final Pattern LINE = Pattern.compile("([0-9]+) +(.*)");
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. [a-z0-9]+ resumed>(.*)");
    private static final Pattern OPENED =
            Pattern.compile("(?:open|openat|openat2|creat)\\([^\"]*\"([^\"]*)\".*= [0-9]+.*");
    private static final Pattern CLONED =
            Pattern.compile("(?:fork|vfork|clone|clone3)\\(.*= ([0-9]+)(?: /\\* ([0-9]+) in strace's PID NS \\*/)?");

    @TempDir
    Path folder;

    @Test
    void children_open_nothing_but_what_they_are_given_and_ask_nobody() throws Exception {
        Path canary = Files.write(folder.resolve("canary.txt"), HostileMedia.utf8(HostileCorpus.SECRET));
        Path trace = folder.resolve("trace");
        String said;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            said = run(trace, canary, "http://127.0.0.1:" + server.getLocalPort());
        }
        boolean sandboxed = said.contains("sandboxed") && !said.contains("not sandboxed");
        List<String> calls = callsOfChildren(trace);
        assertThat(calls).hasSizeGreaterThan(100);
        // Java may make a socket to find out what kinds there are; nothing is bound, connected or sent
        assertThat(calls).noneMatch(call -> call.contains("sa_family=AF_INET"));
        List<String> opened = new ArrayList<>();
        for (String call : calls) {
            Matcher matcher = OPENED.matcher(call);
            if (matcher.matches()) {
                opened.add(matcher.group(1));
            }
        }
        assertThat(opened).isNotEmpty().doesNotContain(canary.toString(), "/etc/passwd");
        if (sandboxed) {
            assertThat(opened)
                    .allMatch(path -> !path.startsWith("/")
                            || path.matches("/(liuhen|usr|lib|lib64|proc|dev)/.*|/etc/(ld\\.so\\.cache|java[^/]*/.*)"));
            assertThat(opened).anyMatch(path -> path.startsWith("/liuhen/in/"));
        }
    }

    private String run(Path trace, Path canary, String url) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-qq",
                        "--pidns-translation",
                        "-s",
                        "400",
                        "-o",
                        trace.toString(),
                        "-e",
                        "trace=%network,open,openat,openat2,creat,execve,fork,vfork,clone,clone3",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileRun.class.getName(),
                        Files.createDirectory(folder.resolve("run")).toString(),
                        canary.toString(),
                        url)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int exit = process.waitFor();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(exit).as(said).isZero();
        return said;
    }

    /** The calls of every thread of every child, each on one line. */
    private static List<String> callsOfChildren(Path trace) throws IOException {
        Map<String, String> unfinished = new HashMap<>();
        List<String[]> all = new ArrayList<>();
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            String process = matcher.group(1);
            String call = matcher.group(2);
            if (call.endsWith(UNFINISHED)) {
                unfinished.put(process, call.substring(0, call.length() - UNFINISHED.length()));
                continue;
            }
            Matcher resumed = RESUMED.matcher(call);
            String whole = resumed.matches() ? unfinished.getOrDefault(process, "") + resumed.group(1) : call;
            all.add(new String[] {process, whole});
        }
        Set<String> began = new HashSet<>();
        Set<String> threads = new HashSet<>();
        for (String[] one : all) {
            if (beginsChild(one[1])) {
                began.add(one[0]);
            }
            Matcher cloned = CLONED.matcher(one[1]);
            if (cloned.matches() && (began.contains(one[0]) || threads.contains(one[0]))) {
                threads.add(cloned.group(2) == null ? cloned.group(1) : cloned.group(2));
            }
        }
        List<String> calls = new ArrayList<>();
        Set<String> begun = new HashSet<>();
        for (String[] one : all) {
            if (begun.contains(one[0]) || threads.contains(one[0])) {
                calls.add(one[1]);
            }
            if (beginsChild(one[1])) {
                begun.add(one[0]);
            }
        }
        assertThat(began).isNotEmpty();
        assertThat(threads).hasSizeGreaterThan(began.size());
        return calls;
    }

    private static boolean beginsChild(String call) {
        return call.startsWith("execve(\"" + System.getProperty("java.home"))
                && call.contains("DisplayVMOutputToStderr")
                && call.endsWith("= 0");
    }
}
