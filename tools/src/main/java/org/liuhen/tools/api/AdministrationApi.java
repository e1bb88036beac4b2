package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Role;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.User;
import org.liuhen.storage.UserName;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.Accounts;

/** People and their tokens. What is secret is in the one answer that makes it and nowhere else. */
public final class AdministrationApi {
    private final Accounts accounts;

    public AdministrationApi(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * A person to add.
     *
     * @param password left out to have one invented
     */
    record NewUser(
            @Nullable UserName name,
            @Nullable Set<Role> roles,
            @Nullable String password) {
        /** Never shows the password. */
        @Override
        public String toString() {
            return "NewUser[" + name + "]";
        }
    }

    /** A token to make. */
    record NewToken(@Nullable UserName user) {}

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/users", this::users),
                Route.document("POST", "/api/v1/users", this::addUser),
                Route.document("POST", "/api/v1/users/{user}/disabling", this::disableUser),
                Route.document("POST", "/api/v1/tokens", this::createToken),
                Route.of("GET", "/api/v1/me", AdministrationApi::me));
    }

    private Response users(Request request) throws Problem, StorageFailure {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode users = json.putArray("users");
        for (User user : accounts.users(request.principal())) {
            ObjectNode one = users.addObject();
            one.put("name", user.name().value());
            labels(one, user.roles());
            one.put("addedAt", user.addedAt().toString());
            one.put(
                    "disabledAt",
                    Optional.ofNullable(user.disabledAt()).map(Object::toString).orElse(null));
        }
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response addUser(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.ADMINISTRATION.require(request.principal());
        NewUser user = Fields.body(body, NewUser.class);
        UserName name = Fields.required("name", user.name());
        Set<Role> roles = Fields.required("roles", user.roles());
        String password = user.password();
        Optional<String> invented =
                accounts.addUser(request.principal(), name, roles, password == null ? null : password.toCharArray());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("name", name.value());
        labels(json, roles);
        invented.ifPresent(text -> json.put("password", text));
        return Response.json(201, json).with("cache-control", "no-store");
    }

    private Response disableUser(Request request, byte[] ignored) throws Problem, StorageFailure {
        accounts.disableUser(request.principal(), new UserName(request.parameter("user")));
        return Response.of(204);
    }

    private Response createToken(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        NewToken wanted = body.length == 0 ? new NewToken(null) : Fields.body(body, NewToken.class);
        Accounts.NewToken made = accounts.createToken(request.principal(), wanted.user());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("user", made.user().value());
        json.put("token", made.token());
        return Response.json(201, json).with("cache-control", "no-store");
    }

    /** Who is asking, so that a program can tell what its token is for. */
    private static Response me(Request request) throws Problem {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("actor", request.principal().actor().value());
        if (request.principal() instanceof Principal.OfPerson person) {
            labels(json, person.roles());
        }
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private static void labels(ObjectNode json, Set<Role> roles) {
        ArrayNode labels = json.putArray("roles");
        roles.stream().map(Role::label).sorted().forEach(labels::add);
    }
}
