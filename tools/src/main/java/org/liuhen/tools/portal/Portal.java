package org.liuhen.tools.portal;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.ingest.http.Handler;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.InvalidField;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.portal.page.Language;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.ProblemPage;
import org.liuhen.tools.portal.page.Wording;

/**
 * The web pages as routes. Whoever is not logged in is sent to log in; what goes wrong is told as a page; each form must
 * carry its token.
 */
public final class Portal {
    private static final String LANGUAGE_COOKIE = "liuhen-language";
    private static final int YEAR_SECONDS = 31_536_000;

    private final Accounts accounts;
    private final Schedule schedule;
    private final FormTokens tokens;
    private final Assets assets = new Assets();
    private final Pages pages = new Pages();
    private final LoginDoor door;
    private final CaseRoom cases;
    private final RecordingRoom recordings;
    private final SearchRoom search;
    private final RetentionRoom retention;
    private final SystemRoom system;
    private final SessionRoom sessions;

    public Portal(PortalSources sources, InstantSource clock, SecureRandom random) {
        this.accounts = sources.accounts();
        this.schedule = sources.schedule();
        this.tokens = new FormTokens(random);
        this.door = new LoginDoor(sources.accounts(), pages);
        this.cases = new CaseRoom(sources, pages);
        this.recordings = new RecordingRoom(sources, pages, clock);
        this.search = new SearchRoom(sources, pages);
        this.retention = new RetentionRoom(sources, pages, clock);
        this.system = new SystemRoom(sources, pages, clock);
        this.sessions = new SessionRoom(sources, pages);
    }

    /** All pages, and an answer to every address that nothing else answers. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.of("GET", "/assets/{version}/{name}", assets::serve));
        routes.add(open("/login", door::ask));
        routes.add(form("/login", door::enter));
        routes.add(form("/logout", door::leave));
        routes.add(form("/language", Portal::chooseLanguage));
        routes.add(page("/", cases::home));
        routes.add(page("/cases", cases::lookUp));
        routes.add(page("/cases/{case}", cases::show));
        routes.add(form("/case-state", needsLogin(cases::decide)));
        routes.add(page("/recordings/{id}", recordings::show));
        routes.add(form("/recordings/{id}", needsLogin(recordings::act)));
        routes.add(page("/search", search::show));
        routes.add(page("/sessions", sessions::list));
        routes.add(page("/sessions/{session}", sessions::show));
        routes.add(form("/sessions/{session}", needsLogin(sessions::act)));
        routes.add(page("/retention", retention::show));
        routes.add(page("/system", system::show));
        routes.add(form("/devices", needsLogin(system::changeDevice)));
        routes.add(Route.of("GET", "/{elsewhere*}", this::nothingHere));
        for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE"}) {
            routes.add(Route.streaming(method, "/{elsewhere*}", head -> {
                throw nothing();
            }));
        }
        return List.copyOf(routes);
    }

    /** Makes one page. */
    @FunctionalInterface
    interface PageHandler {
        Response show(Visit visit) throws Exception;
    }

    /** Does what a form asks and says where to go next. */
    @FunctionalInterface
    interface FormHandler {
        Response take(Visit visit, Form form) throws Exception;
    }

    private Route open(String pattern, PageHandler handler) {
        Handler guarded = request -> guarded(request, handler);
        return Route.of("GET", pattern, guarded);
    }

    private Route page(String pattern, PageHandler handler) {
        return open(pattern, visit -> visit.isAnonymous() ? toLogin(visit) : handler.show(visit));
    }

    private Route form(String pattern, FormHandler handler) {
        return Route.document(
                "POST",
                pattern,
                (request, body) -> guarded(request, visit -> {
                    Form form = Form.of(body);
                    if (!tokens.matches(form.exact("form"), visit.formCookie(), visit.session())) {
                        throw new Problem(403, "form-out-of-date", visit.say("problem.form"));
                    }
                    return handler.take(visit, form);
                }));
    }

    private static FormHandler needsLogin(FormHandler handler) {
        return (visit, form) -> visit.isAnonymous() ? toLogin(visit) : handler.take(visit, form);
    }

    private static Response toLogin(Visit visit) {
        String back = visit.address();
        return Response.redirect(back.equals("/") ? "/login" : "/login?back=" + Link.encoded(back));
    }

    private Response guarded(Request request, PageHandler handler) throws Exception {
        Visit visit = visit(request);
        Response response;
        try {
            response = handler.show(visit);
        } catch (Problem problem) {
            response = problem.status() == 401 ? toLogin(visit) : told(visit, problem);
        } catch (InvalidField invalid) {
            String message = invalid.getMessage();
            response = told(visit, new Problem(400, "invalid-field", message == null ? "" : message, invalid));
        }
        return visit.isNewcomer()
                ? response.with("set-cookie", cookie(FormTokens.COOKIE, visit.formCookie(), request) + "; HttpOnly")
                : response;
    }

    private Visit visit(Request request) {
        Language language = Visit.cookie(request, LANGUAGE_COOKIE)
                .flatMap(Language::ofLabel)
                .orElseGet(() -> Language.preferred(request.header("accept-language")));
        Optional<String> known = Visit.cookie(request, FormTokens.COOKIE);
        String formCookie = known.orElseGet(tokens::freshCookie);
        String session = accounts.session(request).orElse("");
        return new Visit(
                request,
                new Wording(language, schedule),
                formCookie,
                known.isEmpty(),
                session,
                tokens.token(formCookie, session),
                assets);
    }

    private Response told(Visit visit, Problem problem) {
        String detail = problem.getMessage() == null ? "" : problem.getMessage();
        String family = Map.of(
                        400, "problem.400",
                        403, "problem.403",
                        404, "problem.404",
                        409, "problem.409",
                        410, "problem.410",
                        503, "problem.503")
                .getOrDefault(problem.status(), problem.status() < 500 ? "problem.400" : "problem.500");
        Response page = pages.show(new ProblemPage(
                visit.frame(), problem.status(), visit.say(family + ".title"), visit.say(family + ".advice"), detail));
        Headers headers = page.headers();
        Optional<String> retryAfter = problem.response().headers().first("retry-after");
        return new Response(
                page.status(),
                retryAfter.map(value -> headers.with("retry-after", value)).orElse(headers),
                page.body());
    }

    private Response nothingHere(Request request) throws Exception {
        if (request.path().startsWith("/api/")
                || !request.header("accept").orElse("").contains("text/html")) {
            throw nothing();
        }
        return guarded(request, visit -> {
            throw nothing();
        });
    }

    private static Problem nothing() {
        return new Problem(404, "not-found", "path: nothing is here");
    }

    private static Response chooseLanguage(Visit visit, Form form) {
        Response back = Response.redirect(Link.home(form.text("back")));
        return Language.ofLabel(form.text("language"))
                .map(language -> back.with(
                        "set-cookie",
                        cookie(LANGUAGE_COOKIE, language.label(), visit.request()) + "; Max-Age=" + YEAR_SECONDS))
                .orElse(back);
    }

    private static String cookie(String name, String value, Request request) {
        return name + "=" + value + "; Path=/; SameSite=Strict" + (request.secure() ? "; Secure" : "");
    }
}
