/**
 * How registries may be reached: by TLS or plain HTTP, as whom, through which proxies and mirrors, how patiently. Nothing
 * here talks to one.
 */
package io.jenkins.plugins.multiarch.engine.access;
