/**
 * Requests and answers, each sent once. Knows nothing of images.
 */
package io.jenkins.plugins.multiarch.engine.http;
