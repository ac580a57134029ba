/**
 * Images without a machine: builds Dockerfiles that run nothing, in this process, without a build tool, a daemon, root or an
 * emulator.
 *
 * <p>{@link io.jenkins.plugins.multiarch.engine.jib.Recipe} tells whether a Dockerfile can be built that way, without asking a
 * registry. {@link io.jenkins.plugins.multiarch.engine.jib.ImageBuilder} works it off, stage by stage, on a
 * {@link io.jenkins.plugins.multiarch.engine.jib.FileTree}, and makes layers of what changes in it. As with jib, what comes
 * out depends on what goes in alone: times are fixed, names of users are left out, entries are sorted.
 *
 * <p>What is in the layers of a base image must be known wherever files are copied onto it: a destination may be a directory
 * or lead through a link there ({@code /bin -> usr/bin}), and a layer that is made without that knowledge would replace it.
 * So they are read once, and {@link io.jenkins.plugins.multiarch.engine.jib.ListingCache} remembers names, modes and owners.
 *
 * <p>A layer is named by everything that goes into it before it is made, so one that was made before is not made again:
 * {@link io.jenkins.plugins.multiarch.engine.jib.LayerMaker} recalls its digests from the
 * {@link io.jenkins.plugins.multiarch.engine.jib.LayerCache} of the user, and its archive is needed only where a registry
 * lacks it.
 *
 * <p>jib-core counts and digests what is written. The rest of it is not used: its layer builder follows symbolic links instead
 * of adding them, and adds parent directories with modes of its own; its model of the configuration drops what it does not
 * know ({@code STOPSIGNAL}, {@code SHELL}, {@code ONBUILD}); and it pushes a single image under a tag only. Blobs and manifests
 * go through our own {@code engine/registry}, which pushes by digest, so no tag is left, mounts, and knows mirrors and proxies.
 */
package io.jenkins.plugins.multiarch.engine.jib;
