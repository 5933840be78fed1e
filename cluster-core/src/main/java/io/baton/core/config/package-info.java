/** Settings read once, with refusals that name file, line and key. */
package io.baton.core.config;
