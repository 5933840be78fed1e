/**
 * The two encodings of a message on the wire behind one interface, so that servers and clients
 * read and write, and refuse, in the same way.
 */
package io.baton.protocol.codec;
