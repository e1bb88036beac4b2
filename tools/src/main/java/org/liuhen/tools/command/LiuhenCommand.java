package org.liuhen.tools.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.tools.bench.BenchCommand;
import org.liuhen.tools.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program itself: its verbs. */
@Command(
        name = "liuhen",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Receives, keeps and disposes of law-enforcement recordings.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the answer is no: refused, or a verification failed",
            "2:wrong usage",
            "3:the server or the store could not be reached"
        },
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            DeviceCommand.class,
            AxisCommand.class,
            UserCommand.class,
            TokenCommand.class,
            PushCommand.class,
            ImportCommand.class,
            FindCommand.class,
            ShowCommand.class,
            GetCommand.class,
            ClipCommand.class,
            ExportCommand.class,
            VerifyCommand.class,
            ClassifyCommand.class,
            HoldCommand.class,
            RetentionCommand.class,
            LedgerCommand.class,
            SessionCommand.class,
            ReindexCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DoctorCommand.class,
            BenchCommand.class
        })
public final class LiuhenCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    /** Runs a verb and returns its exit code. */
    public static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new LiuhenCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    int code = ExitCode.of(failure, command.getErr());
                    command.getErr().flush();
                    return code;
                });
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return ExitCode.WRONG_USAGE;
    }
}
