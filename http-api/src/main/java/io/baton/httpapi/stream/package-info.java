/** Streams of events to schedulers: bounded, with heartbeats, one record per HTTP chunk. */
package io.baton.httpapi.stream;
