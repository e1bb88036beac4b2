package org.liuhen.tools.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.ingest.room.RoomCaptures;
import org.liuhen.ingest.room.RoomSettings;
import org.liuhen.ingest.room.SessionDesk;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;

/** Interrogation sessions: investigators make them, those who keep records see them, administrators see the rooms only. */
public final class SessionsApi {
    private static final String ALL = "/api/v1/sessions";
    private static final String ONE = ALL + "/{session}";

    private final SessionDesk desk;
    private final RoomCaptures captures;
    private final RoomSettings rooms;
    private final InstantSource clock;

    public SessionsApi(SessionDesk desk, RoomCaptures captures, RoomSettings rooms, InstantSource clock) {
        this.desk = desk;
        this.captures = captures;
        this.rooms = rooms;
        this.clock = clock;
    }

    /** Somebody present from the beginning. */
    record NewPerson(@Nullable String name, @Nullable String role) {
        /** Never shows the name. */
        @Override
        public String toString() {
            return "NewPerson[" + role + "]";
        }
    }

    /** A session to open. */
    record NewSession(
            @JsonProperty("case") @Nullable CaseNumber number,
            @Nullable String room,
            @Nullable String kind,
            @Nullable List<DeviceId> cameras,
            @Nullable List<NewPerson> people) {}

    /** Something that happened. */
    record NewMark(
            @Nullable String mark,
            @Nullable Instant at,
            @Nullable String note) {}

    /** Somebody who comes or goes. */
    record Moving(
            @Nullable String name,
            @Nullable String role,
            @Nullable Instant at,
            @Nullable Boolean left) {
        /** Never shows the name. */
        @Override
        public String toString() {
            return "Moving[" + role + "]";
        }
    }

    /** Why nothing is there. */
    record NewReason(@Nullable String reason) {}

    public List<Route> routes() {
        return List.of(
                Route.document("POST", ALL, this::open),
                Route.of("GET", ALL, this::find),
                Route.of("GET", ONE, this::show),
                Route.document("POST", ONE + "/marks", this::mark),
                Route.document("POST", ONE + "/people", this::move),
                Route.document("POST", ONE + "/gaps/{gap}/reason", this::explain),
                Route.document("POST", ONE + "/close", this::close),
                Route.of("GET", "/api/v1/rooms", this::rooms));
    }

    private Response open(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.INTERROGATING.require(request.principal());
        NewSession wanted = Fields.body(body, NewSession.class);
        CaseNumber number = Fields.required("case", wanted.number());
        String room = Fields.required("room", wanted.room());
        Instant now = clock.instant();
        List<InterrogationSession.Person> people = new ArrayList<>();
        for (NewPerson person : wanted.people() == null ? List.<NewPerson>of() : wanted.people()) {
            NewPerson told = Fields.required("people", person);
            people.add(new InterrogationSession.Person(
                    Fields.required("name", told.name()), Fields.required("role", told.role()), now, null));
        }
        List<DeviceId> cameras = wanted.cameras();
        if (cameras != null) {
            for (DeviceId camera : cameras) {
                Fields.required("cameras", camera);
            }
        }
        Actor by = request.principal().actor();
        return answer(201, desk.open(by, number, room, wanted.kind(), cameras, people));
    }

    private Response find(Request request) throws Problem, StorageFailure {
        Access.RECORDS.require(request.principal());
        List<InterrogationSession> found = desk.find(
                Fields.query(request, "case", CaseNumber::new),
                Fields.query(request, "room", text -> text),
                Fields.query(request, "state", text -> text),
                Fields.limit(request));
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode sessions = json.putArray("sessions");
        found.forEach(session -> sessions.add(SessionDocument.of(session)));
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response show(Request request) throws Problem, StorageFailure {
        Access.RECORDS.require(request.principal());
        return answer(200, desk.session(id(request)));
    }

    private Response mark(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.INTERROGATING.require(request.principal());
        NewMark mark = Fields.body(body, NewMark.class);
        return answer(
                200,
                desk.mark(
                        request.principal().actor(),
                        id(request),
                        Fields.required("mark", mark.mark()),
                        mark.at(),
                        mark.note()));
    }

    private Response move(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.INTERROGATING.require(request.principal());
        Moving person = Fields.body(body, Moving.class);
        Actor by = request.principal().actor();
        String name = Fields.required("name", person.name());
        InterrogationSession changed = Boolean.TRUE.equals(person.left())
                ? desk.leave(by, id(request), name, person.at())
                : desk.enter(by, id(request), name, Fields.required("role", person.role()), person.at());
        return answer(200, changed);
    }

    private Response explain(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.INTERROGATING.require(request.principal());
        String reason = Fields.reason(Fields.body(body, NewReason.class).reason());
        return answer(200, desk.explain(request.principal().actor(), id(request), request.parameter("gap"), reason));
    }

    private Response close(Request request, byte[] ignored) throws Problem, StorageFailure {
        Access.INTERROGATING.require(request.principal());
        return answer(200, desk.close(request.principal().actor(), id(request)));
    }

    /** Which rooms and cameras there are. Addresses stay out of it: they are for the configuration file. */
    private Response rooms(Request request) throws Problem, StorageFailure {
        Access.OPERATION.require(request.principal());
        List<InterrogationSession> open = desk.find(null, null, "open", Integer.MAX_VALUE);
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode all = json.putArray("rooms");
        for (RoomSettings.Room room : rooms.rooms()) {
            InterrogationSession session = open.stream()
                    .filter(each -> each.room().equals(room.id()))
                    .findFirst()
                    .orElse(null);
            ObjectNode one = all.addObject();
            one.put("room", room.id());
            one.put("inUse", session != null);
            ArrayNode cameras = one.putArray("cameras");
            for (RoomSettings.Camera camera : room.cameras()) {
                cameras.addObject()
                        .put("camera", camera.device().value())
                        .put("captured", camera.url() != null)
                        .put("trouble", session == null ? null : trouble(session, camera.device()));
            }
        }
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private static SessionId id(Request request) {
        return new SessionId(request.parameter("session"));
    }

    private Response answer(int status, InterrogationSession session) throws StorageFailure {
        ObjectNode json = SessionDocument.of(session, desk.timeLine(session), camera -> trouble(session, camera));
        return Response.json(status, json).with("cache-control", "no-store");
    }

    private @Nullable String trouble(InterrogationSession session, DeviceId camera) {
        return captures.trouble(session.id(), camera).orElse(null);
    }
}
