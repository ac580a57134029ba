/**
 * JSON that others have written, read strictly, and JSON of our own.
 */
package io.jenkins.plugins.multiarch.engine.json;
