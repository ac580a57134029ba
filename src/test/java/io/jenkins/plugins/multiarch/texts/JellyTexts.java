package io.jenkins.plugins.multiarch.texts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What a Jelly view shows.
 *
 * @param keys the localised texts, {@code ${%key}}, with the number of arguments of each
 * @param literals the visible texts that are not localised
 */
record JellyTexts(Map<String, Integer> keys, List<String> literals) {

    /** A placeholder is missing here: it is an example of what to enter, in a language that machines read. */
    private static final Set<String> VISIBLE_ATTRIBUTES =
            Set.of("title", "tooltip", "alt", "aria-label", "description", "caption", "header", "add");

    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern QUOTED_KEY = Pattern.compile("'%([^']+)'|\"%([^\"]+)\"");
    /** Two letters in a row make a word, while one may be a symbol. */
    private static final Pattern WORD = Pattern.compile("\\p{L}{2}");

    static JellyTexts of(Path view) throws IOException {
        JellyTexts texts = new JellyTexts(new LinkedHashMap<>(), new ArrayList<>());
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setNamespaceAware(true);
            texts.collect(factory.newDocumentBuilder()
                    .parse(Files.newInputStream(view))
                    .getDocumentElement());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(view + " is no XML", e);
        }
        return texts;
    }

    private void collect(Node node) {
        if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
            collect(node.getNodeValue(), true);
        }
        if (node.getNodeType() != Node.ELEMENT_NODE || "documentation".equals(node.getLocalName())) {
            return;
        }
        NamedNodeMap attributes = node.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Node attribute = attributes.item(i);
            collect(attribute.getNodeValue(), VISIBLE_ATTRIBUTES.contains(attribute.getNodeName()));
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            collect(child);
        }
    }

    private void collect(String text, boolean visible) {
        Matcher expression = EXPRESSION.matcher(text);
        while (expression.find()) {
            String code = expression.group(1);
            if (code.startsWith("%")) {
                addKey(code.substring(1));
            } else {
                Matcher quoted = QUOTED_KEY.matcher(code);
                while (quoted.find()) {
                    addKey(quoted.group(1) == null ? quoted.group(2) : quoted.group(1));
                }
            }
        }
        String rest = EXPRESSION.matcher(text).replaceAll("").trim();
        if (visible && WORD.matcher(rest).find()) {
            literals.add(rest);
        }
    }

    /** As Stapler reads it: what stands in parentheses are arguments, never part of the text. */
    private void addKey(String text) {
        int parenthesis = text.indexOf('(');
        if (parenthesis < 0) {
            keys.put(text, 0);
        } else {
            String arguments = text.substring(parenthesis + 1, text.lastIndexOf(')'));
            keys.put(text.substring(0, parenthesis), arguments.split(",").length);
        }
    }
}
