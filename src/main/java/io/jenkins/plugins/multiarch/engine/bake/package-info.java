/**
 * Bake files: what {@code docker buildx bake} builds, read and put into the order of building. JSON goes in, as {@code docker
 * buildx bake --print} writes it or as an author does; immutable targets and a plan come out.
 */
package io.jenkins.plugins.multiarch.engine.bake;
