/**
 * Messages as JSON, in the mapping of the Mesos v1 API. It is not Google's: names stay snake_case,
 * 64-bit numbers are numbers, defaults that the {@code .proto} spells out are printed, and input is
 * taken leniently.
 *
 * <p>{@link io.baton.protocol.json.MesosJson} is the way in. Behind it stand a plan of each message
 * type, made once, and a writer and a reader that follow it.
 */
package io.baton.protocol.json;
