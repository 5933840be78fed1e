/**
 * Framing of the streaming calls: each record is its length in bytes, in decimal digits, a line
 * feed, and the payload; nothing stands between records.
 *
 * <p>The framing knows nothing of what a record holds, and nothing of how the transport cuts the
 * stream into chunks.
 */
package io.baton.protocol.recordio;
