/** Asking masters and agents over HTTP, and telling which of their things a user means. */
package io.baton.cli.cluster;
