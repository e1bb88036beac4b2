package org.liuhen.storage.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.liuhen.storage.vault.FileCalls;

/** A disk one of whose calls fails, or every call from one on. Counts all calls but {@code close}. One thread. */
public final class FailingFiles implements FileCalls {
    /** How a call fails. */
    public enum Fault {
        /** The disk is broken; the call did nothing, a write half of its work. */
        IO_ERROR("Input/output error"),
        /** The disk is broken; the call did its work all the same. */
        IO_ERROR_AFTERWARDS("Input/output error"),
        /** The disk is full; the call did nothing, a write half of its work. */
        NO_SPACE("No space left on device"),
        /** The machine loses power: this call does nothing, a write half of its work, and nothing works any more. */
        POWER_CUT("Input/output error");

        private final String message;

        Fault(String message) {
            this.message = message;
        }
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private final FileCalls disk;
    private int calls;
    private int failAt = Integer.MAX_VALUE;
    private Fault fault = Fault.IO_ERROR;
    private String failed = "";

    public FailingFiles(FileCalls disk) {
        this.disk = disk;
    }

    /**
     * Lets the {@code n}-th call from now on fail.
     *
     * @param n 0 for the next one
     */
    public void failAt(int n, Fault fault) {
        this.failAt = calls + n;
        this.fault = fault;
        this.failed = "";
    }

    /** How many calls there were. */
    public int calls() {
        return calls;
    }

    /** Which call failed; empty if none has. */
    public String failed() {
        return failed;
    }

    private <T> T run(String name, Call<T> call) throws IOException {
        if (!fails(name)) {
            return call.run();
        }
        if (fault == Fault.IO_ERROR_AFTERWARDS) {
            call.run();
        }
        throw new IOException(fault.message);
    }

    private boolean fails(String name) {
        int n = calls++;
        boolean fails = n == failAt || (fault == Fault.POWER_CUT && n > failAt);
        if (fails && failed.isEmpty()) {
            failed = name;
        }
        return fails;
    }

    private void change(String name, Call<Boolean> call) throws IOException {
        boolean unused = run(name, call);
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return new File(run("create", () -> disk.create(file)));
    }

    @Override
    public OpenFile reopen(Path file) throws IOException {
        return new File(run("reopen", () -> disk.reopen(file)));
    }

    @Override
    public OpenFolder openFolder(Path folder) throws IOException {
        return new Folder(run("openFolder", () -> disk.openFolder(folder)));
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        change("createFolder", () -> {
            disk.createFolder(folder);
            return true;
        });
    }

    @Override
    public void renameFolder(Path folder, Path target) throws IOException {
        change("renameFolder", () -> {
            disk.renameFolder(folder, target);
            return true;
        });
    }

    @Override
    public void replaceFile(Path file, Path target) throws IOException {
        change("replaceFile", () -> {
            disk.replaceFile(file, target);
            return true;
        });
    }

    @Override
    public void delete(Path path) throws IOException {
        change("delete", () -> {
            disk.delete(path);
            return true;
        });
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        change("link", () -> {
            disk.link(file, name);
            return true;
        });
    }

    private final class File implements OpenFile {
        private final OpenFile file;

        private File(OpenFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long offsetBytes) throws IOException {
            if (fails("write")) {
                ByteBuffer some = bytes.slice();
                if (fault != Fault.IO_ERROR_AFTERWARDS) {
                    some.limit(some.remaining() / 2);
                }
                file.write(some, offsetBytes);
                throw new IOException(fault.message);
            }
            file.write(bytes, offsetBytes);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            change("truncate", () -> {
                file.truncate(sizeBytes);
                return true;
            });
        }

        @Override
        public long sizeBytes() throws IOException {
            return run("sizeBytes", file::sizeBytes);
        }

        @Override
        public void force() throws IOException {
            change("force", () -> {
                file.force();
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private final class Folder implements OpenFolder {
        private final OpenFolder folder;

        private Folder(OpenFolder folder) {
            this.folder = folder;
        }

        @Override
        public void force() throws IOException {
            change("forceFolder", () -> {
                folder.force();
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            folder.close();
        }
    }
}
