/** What a log line looks like. */
package io.baton.distribution.log;
