package io.jenkins.plugins.multiarch.browser;

import java.util.function.UnaryOperator;

/**
 * A form of Jenkins, as somebody fills it in.
 *
 * @param field makes the name of a field an expression for its element; null in the page as long as there is none
 */
public record BrowserForm(Chromium browser, UnaryOperator<String> field) {

    /** The expression for the value of a field. */
    public String value(String name) throws Exception {
        return browser.evaluate(field.apply(name) + ".value");
    }

    /**
     * Types a value, as far as the scripts of the page can tell. Waits until they listen, and until they have checked what
     * was there when the page came: an answer to that which comes late would hide the one to what is typed.
     */
    public void type(String name, String value) throws Exception {
        browser.awaitTrue("(field => field !== null && (!field.hasAttribute('checkurl') || 'targetUrl' in field)"
                + " && FormChecker.queue.length === 0 && FormChecker.inProgress === 0)(" + field.apply(name) + ")");
        browser.evaluate("(field => { field.value = '" + value + "';"
                + " for (const event of ['input', 'change', 'blur']) field.dispatchEvent(new Event(event, {bubbles: true}));"
                + " })(" + field.apply(name) + ")");
    }

    /** Waits for a choice, which the page has to ask for, and takes it. */
    public void choose(String name, String value) throws Exception {
        browser.awaitTrue(
                "[..." + field.apply(name) + "?.options ?? []].some(option => option.value === '" + value + "')");
        type(name, value);
    }

    public void awaitText(String text, boolean there) throws Exception {
        browser.awaitTrue("document.body.innerText.includes('" + text + "') === " + there);
    }

    /** Presses the first button of that text. */
    public void press(String text) throws Exception {
        String button =
                "[...document.querySelectorAll('button')].find(button => button.innerText.trim() === '" + text + "')";
        browser.awaitTrue(button + " !== undefined");
        browser.evaluate(button + ".click()");
    }
}
