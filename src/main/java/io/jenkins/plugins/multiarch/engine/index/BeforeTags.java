package io.jenkins.plugins.multiarch.engine.index;

import java.io.IOException;

/**
 * What is done with an index that is in its repository while no tag points at it yet, such as signing it. Who changes an
 * index at the same time as somebody else may have to do it again, for another index.
 */
@FunctionalInterface
public interface BeforeTags {

    /** Lets the tags move without further ado, which saves a request. */
    BeforeTags NOTHING = index -> {};

    /**
     * @param index with the tags that it will get
     * @throws IOException if no tag shall move
     */
    void accept(PublishedIndex index) throws IOException;
}
