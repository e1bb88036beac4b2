package org.liuhen.tools.serve;

import java.nio.file.Path;
import java.util.List;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Route;
import org.liuhen.ingest.media.CaptureChildren;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.room.LateFootage;
import org.liuhen.ingest.room.RoomCaptures;
import org.liuhen.ingest.room.RoomSettings;
import org.liuhen.ingest.room.SessionDesk;
import org.liuhen.ingest.room.SessionPapers;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.api.SessionsApi;

/**
 * The interrogation rooms of a server.
 *
 * @param captures of open sessions; none before {@link #start}
 */
record InterrogationRooms(Stores stores, RoomSettings settings, RoomCaptures captures, SessionDesk desk) {
    static InterrogationRooms open(
            RoomSettings settings, Path natives, Stores stores, Uploads uploads, Closing closing) {
        // a recorder that steps back behind other work loses what cannot be recorded again
        CaptureChildren children = closing.add(
                "capture children",
                new CaptureChildren(MediaSettings.standard(natives).withNiceness(0)));
        RoomCaptures captures = closing.add(
                "captures",
                new RoomCaptures(settings, children, stores.catalog(), uploads, stores.clock(), stores.meters()));
        SessionDesk desk = new SessionDesk(
                stores.catalog(), settings, captures, new SessionPapers(uploads), stores.clock(), stores.random());
        return new InterrogationRooms(stores, settings, captures, desk);
    }

    /** Seals what the last run left behind, goes on recording open sessions, and looks after closed ones. */
    void start(Closing closing) throws StorageFailure {
        captures.register();
        captures.recover();
        desk.resume();
        closing.add("late footage", LateFootage.start(stores.catalog(), desk, stores.clock()));
    }

    List<Route> routes() {
        return new SessionsApi(desk, captures, settings, stores.clock()).routes();
    }
}
