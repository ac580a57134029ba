package io.jenkins.plugins.multiarch.engine.context;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One line of a {@code .dockerignore}: the pattern as a small automaton over the characters of a path.
 *
 * <p>An automaton rather than a regular expression, because it answers a second question that a walk needs and an
 * expression cannot: whether anything below a directory could still match. It also never backtracks, whatever the
 * pattern.
 */
final class IgnoreRule {

    private enum Kind {
        /** Takes exactly one character, if {@code accepts} likes it. */
        ONE,
        /** {@code *}: any number of characters, but never a slash. */
        SEGMENT,
        /** {@code **} in the last place: everything. */
        REST,
        /** {@code **} or {@code **}{@code /} before something else: any number of whole directories, also none. */
        DIRECTORIES,
        /** The middle of {@link #DIRECTORIES}; left only after a slash. */
        WITHIN_DIRECTORIES
    }

    private record Token(Kind kind, IntPredicate accepts) {

        static Token of(Kind kind) {
            return new Token(kind, c -> true);
        }

        static Token literal(int expected) {
            return new Token(Kind.ONE, c -> c == expected);
        }
    }

    private final boolean exception;
    private final List<Token> tokens;

    private IgnoreRule(boolean exception, List<Token> tokens) {
        this.exception = exception;
        this.tokens = tokens;
    }

    /**
     * Reads one pattern.
     *
     * @param pattern the line without surrounding white space; not empty and no comment
     * @throws IllegalArgumentException if the pattern is malformed; the message says how
     */
    static IgnoreRule parse(String pattern) {
        boolean exception = pattern.startsWith("!");
        String path = clean(exception ? pattern.substring(1).strip() : pattern);
        if (path.length() > 1 && path.startsWith("/")) {
            path = path.substring(1);
        }
        if (exception && (path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException("nothing follows the '!'");
        }
        return new IgnoreRule(exception, new Parser(path).parse());
    }

    /** Whether the rule takes paths back in ({@code !pattern}). */
    boolean exception() {
        return exception;
    }

    /** The states of the automaton before the first character. */
    BitSet start() {
        BitSet states = new BitSet(tokens.size() + 1);
        enter(states, 0);
        return states;
    }

    /** The states after some more characters; empty once nothing that starts like this can match. */
    BitSet advance(BitSet from, String text) {
        BitSet states = from;
        for (int i = 0; i < text.length() && !states.isEmpty(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            states = advance(states, c);
        }
        return states;
    }

    /** Whether the characters so far are a path that the pattern matches. */
    boolean matches(BitSet states) {
        return states.get(tokens.size());
    }

    private BitSet advance(BitSet from, int c) {
        BitSet to = new BitSet(tokens.size() + 1);
        for (int i = from.nextSetBit(0); i >= 0 && i < tokens.size(); i = from.nextSetBit(i + 1)) {
            Token token = tokens.get(i);
            switch (token.kind) {
                case ONE -> {
                    if (token.accepts.test(c)) {
                        enter(to, i + 1);
                    }
                }
                case SEGMENT -> {
                    if (c != '/') {
                        enter(to, i);
                    }
                }
                case REST -> enter(to, i);
                case WITHIN_DIRECTORIES -> {
                    enter(to, i);
                    if (c == '/') {
                        enter(to, i + 1);
                    }
                }
                case DIRECTORIES -> {
                    // Takes no character itself: enter() has gone on to the states behind it.
                }
            }
        }
        return to;
    }

    /** Not by recursion: a pattern may be as long as the file. */
    private void enter(BitSet states, int first) {
        Deque<Integer> positions = new ArrayDeque<>(List.of(first));
        while (!positions.isEmpty()) {
            int position = positions.remove();
            if (states.get(position)) {
                continue;
            }
            states.set(position);
            Kind kind = position == tokens.size() ? Kind.ONE : tokens.get(position).kind;
            switch (kind) {
                case SEGMENT, REST -> positions.add(position + 1);
                case DIRECTORIES -> {
                    positions.add(position + 1);
                    positions.add(position + 2);
                }
                case ONE, WITHIN_DIRECTORIES -> {
                    // Both need a character first.
                }
            }
        }
    }

    /** The shortest spelling of the same path, by its text alone: what Go's {@code path.Clean} does. */
    private static String clean(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (!name.equals("..")) {
                names.addLast(name);
            } else if (!names.isEmpty() && !names.peekLast().equals("..")) {
                names.removeLast();
            } else if (!rooted) {
                names.addLast(name);
            }
        }
        String joined = String.join("/", names);
        return rooted ? "/" + joined : joined.isEmpty() && !path.isEmpty() ? "." : joined;
    }

    private static final class Parser {

        private final int[] pattern;
        private int at;

        Parser(String pattern) {
            this.pattern = pattern.codePoints().toArray();
        }

        List<Token> parse() {
            List<Token> tokens = new ArrayList<>();
            while (at < pattern.length) {
                int c = pattern[at++];
                switch (c) {
                    case '*' -> {
                        if (!next('*')) {
                            tokens.add(Token.of(Kind.SEGMENT));
                        } else if (at == pattern.length) {
                            tokens.add(Token.of(Kind.REST));
                        } else {
                            boolean endsAtSlash = next('/');
                            if (tokens.isEmpty() && !endsAtSlash && restIsLiteral()) {
                                // "**.log" is the one place where "**" may end inside a name: Docker compares the
                                // end of the path only, so that "a.log" and "x/a.log" both match.
                                tokens.add(Token.of(Kind.REST));
                            } else {
                                tokens.add(Token.of(Kind.DIRECTORIES));
                                tokens.add(Token.of(Kind.WITHIN_DIRECTORIES));
                            }
                        }
                    }
                    case '?' -> tokens.add(new Token(Kind.ONE, x -> x != '/'));
                    case '[' -> tokens.add(new Token(Kind.ONE, characterClass()));
                    case '\\' -> tokens.add(Token.literal(escaped()));
                    default -> tokens.add(Token.literal(c));
                }
            }
            return List.copyOf(tokens);
        }

        private boolean restIsLiteral() {
            for (int i = at; i < pattern.length; i++) {
                if ("*?[]\\".indexOf(pattern[i]) >= 0) {
                    return false;
                }
            }
            return true;
        }

        private IntPredicate characterClass() {
            boolean negated = next('^');
            IntPredicate accepts = null;
            while (accepts == null || !next(']')) {
                int low = classMember();
                int high = next('-') ? classMember() : low;
                if (high < low) {
                    throw new IllegalArgumentException("the range " + Character.toString(low) + "-"
                            + Character.toString(high) + " runs backwards");
                }
                IntPredicate range = x -> x >= low && x <= high;
                accepts = accepts == null ? range : accepts.or(range);
            }
            return negated ? accepts.negate() : accepts;
        }

        private int classMember() {
            if (at == pattern.length) {
                throw new IllegalArgumentException("a '[' is not closed by ']'");
            }
            int c = pattern[at++];
            if (c == '-' || c == ']') {
                throw new IllegalArgumentException("between '[' and ']', '" + Character.toString(c)
                        + "' must be written as '\\" + Character.toString(c) + "'");
            }
            return c == '\\' ? escaped() : c;
        }

        private int escaped() {
            if (at == pattern.length) {
                throw new IllegalArgumentException("nothing follows the '\\'");
            }
            return pattern[at++];
        }

        private boolean next(int expected) {
            if (at < pattern.length && pattern[at] == expected) {
                at++;
                return true;
            }
            return false;
        }
    }
}
