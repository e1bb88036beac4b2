package org.liuhen.tools.portal.page;

/**
 * Says that something did not work, and what to do about it.
 *
 * @param detail in the words of the part that refused; may be empty
 */
public record ProblemPage(Frame frame, int status, String title, String advice, String detail) {}
