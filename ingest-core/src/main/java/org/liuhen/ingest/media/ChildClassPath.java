package org.liuhen.ingest.media;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The few jars that a child needs, found among those of this program by what is in them. Nothing else is handed on. */
final class ChildClassPath {
    static final String MAIN_CLASS = "org.liuhen.ingest.media.ffmpeg.ChildMain";

    private ChildClassPath() {}

    /** @throws IllegalStateException if something is not there, which is a fault of the installation */
    static List<Path> find() {
        String platform = platform();
        List<String> resources = List.of(
                MAIN_CLASS.replace('.', '/') + ".class",
                "org/bytedeco/javacpp/Loader.class",
                "org/bytedeco/ffmpeg/global/avformat.class",
                "org/bytedeco/javacpp/" + platform + "/libjnijavacpp.so",
                "org/bytedeco/ffmpeg/" + platform + "/libjniavformat.so",
                "com/fasterxml/jackson/core/JsonFactory.class",
                "org/liuhen/storage/Media.class");
        Set<Path> entries = new LinkedHashSet<>();
        for (String resource : resources) {
            entries.add(locate(resource));
        }
        return List.copyOf(entries);
    }

    /** What JavaCPP calls this machine. */
    static String platform() {
        String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return architecture.equals("aarch64") ? "linux-arm64" : "linux-x86_64";
    }

    private static Path locate(String resource) {
        URL url = ChildClassPath.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new IllegalStateException(
                    "class path: " + resource + " is missing (expected: FFmpeg for this platform)");
        }
        try {
            if (url.openConnection() instanceof JarURLConnection jar) {
                return Path.of(jar.getJarFileURL().toURI());
            }
            String address = url.toURI().toString();
            return Path.of(URI.create(address.substring(0, address.length() - resource.length())));
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("class path: " + url + " (expected: a file)", e);
        }
    }
}
