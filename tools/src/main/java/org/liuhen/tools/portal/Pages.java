package org.liuhen.tools.portal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import org.liuhen.ingest.http.Response;
import org.liuhen.tools.portal.page.CasePage;
import org.liuhen.tools.portal.page.HomePage;
import org.liuhen.tools.portal.page.LoginPage;
import org.liuhen.tools.portal.page.ProblemPage;
import org.liuhen.tools.portal.page.RecordingPage;
import org.liuhen.tools.portal.page.RetentionPage;
import org.liuhen.tools.portal.page.SearchPage;
import org.liuhen.tools.portal.page.SessionPage;
import org.liuhen.tools.portal.page.SessionsPage;
import org.liuhen.tools.portal.page.SystemPage;
import org.liuhen.tools.portal.page.Words;

/**
 * Turns what a page shows into the answer, by the template of that page. Every page forbids the browser to load, send
 * or be embedded anywhere else, and to keep a copy. Source: W3C Content Security Policy 3.
 */
final class Pages {
    static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'");

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Pages.class.getClassLoader(), Words.class.getPackageName());

    Response show(LoginPage page, int status) {
        return html(status, "login.jte", page);
    }

    Response show(ProblemPage page) {
        return html(page.status(), "problem.jte", page);
    }

    Response show(HomePage page) {
        return html(page.wrong() == null ? 200 : 400, "home.jte", page);
    }

    Response show(CasePage page) {
        return html(200, "case.jte", page);
    }

    Response show(RecordingPage page) {
        return html(200, "recording.jte", page);
    }

    Response show(SearchPage page) {
        return html(page.wrong().isEmpty() ? 200 : 400, "search.jte", page);
    }

    Response show(RetentionPage page) {
        return html(200, "retention.jte", page);
    }

    Response show(SessionsPage page) {
        return html(200, "sessions.jte", page);
    }

    Response show(SessionPage page) {
        return html(200, "session.jte", page);
    }

    Response show(SystemPage page) {
        return html(200, "system.jte", page);
    }

    private Response html(int status, String template, Object page) {
        StringOutput out = new StringOutput();
        templates.render(template, page, out);
        return Response.text(status, "text/html; charset=utf-8", out.toString())
                .with("content-security-policy", CONTENT_SECURITY_POLICY)
                .with("x-content-type-options", "nosniff")
                .with("referrer-policy", "same-origin")
                .with("cross-origin-opener-policy", "same-origin")
                .with("cross-origin-resource-policy", "same-origin")
                .with("cache-control", "no-store");
    }
}
