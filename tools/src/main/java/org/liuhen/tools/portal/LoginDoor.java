package org.liuhen.tools.portal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UserName;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.access.LogIn;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.LoginPage;

/** Lets people in and out. */
final class LoginDoor {
    private static final Map<String, String> DONE = Map.of("out", "login.out");

    private final Accounts accounts;
    private final Pages pages;

    LoginDoor(Accounts accounts, Pages pages) {
        this.accounts = accounts;
        this.pages = pages;
    }

    Response ask(Visit visit) {
        String back = Link.home(visit.request().query("back").orElse("/"));
        return visit.isAnonymous() ? again(visit, "", back, null, 200) : Response.redirect(back);
    }

    Response enter(Visit visit, Form form) throws StorageFailure, Problem {
        String back = Link.home(form.text("back"));
        String typed = form.text("name");
        UserName name;
        try {
            name = new UserName(typed);
        } catch (InvalidField ignored) {
            // nobody has such a name; do not tell more than for a wrong password
            return again(visit, "", back, visit.say("login.refused"), 403);
        }
        LogIn outcome = accounts.logIn(name, form.exact("password").toCharArray());
        return outcome.match(
                welcome -> Response.redirect(back)
                        .with(
                                "set-cookie",
                                accounts.cookie(
                                        welcome.session(), visit.request().secure())),
                refused -> again(visit, typed, back, visit.say("login.refused"), 403),
                locked -> again(
                        visit,
                        typed,
                        back,
                        visit.say("login.locked", visit.wording().time(locked.until())),
                        429));
    }

    Response leave(Visit visit, Form form) {
        accounts.logOut(visit.session());
        return Response.redirect("/login?done=out")
                .with("set-cookie", accounts.expiredCookie(visit.request().secure()));
    }

    private Response again(Visit visit, String name, String back, @Nullable String wrong, int status) {
        return pages.show(new LoginPage(visit.frame(visit.done(DONE)), name, back, wrong), status);
    }
}
