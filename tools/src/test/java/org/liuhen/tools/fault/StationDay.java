package org.liuhen.tools.fault;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.Random;
import org.liuhen.storage.StorageFailure;

/**
 * The program that is killed: a {@link Station} lives its day in the data folder that is its argument and prints each
 * acknowledgement unbuffered. Founds the store first and closes it, so that afterwards the committer alone writes the
 * catalog's log. Its randomness is fixed, so that every run makes the same system calls on the same names. Exits 0 after
 * a whole day, 3 if a step failed for good.
 */
final class StationDay {
    private StationDay() {}

    /** Every generator gives the same bytes: names of temporary files, ids, salts and keys. */
    public static final class FixedBytes extends SecureRandomSpi {
        private final Random random = new Random(20260115);

        @Override
        protected void engineSetSeed(byte[] seed) {
            // Fixed: nothing changes it.
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int bytes) {
            return new byte[bytes];
        }
    }

    private static final class FixedProvider extends Provider {
        FixedProvider() {
            super("Fixed", "1", "the same bytes in every run");
            put("SecureRandom.Fixed", FixedBytes.class.getName());
        }
    }

    public static void main(String[] arguments) {
        Security.insertProviderAt(new FixedProvider(), 1);
        Path data = Path.of(arguments[0]);
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        try {
            Station.open(data, Station.FIRST_DAY, new SecureRandom(), line -> print(out, line))
                    .close();
            try (Station station =
                    Station.open(data, Station.FIRST_DAY, new SecureRandom(), line -> print(out, line))) {
                station.live(Promises.of(""));
            }
        } catch (StorageFailure failure) {
            print(out, "refused day " + failure.kind());
            failure.printStackTrace();
            System.exit(3);
        }
    }

    private static void print(FileOutputStream out, String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
