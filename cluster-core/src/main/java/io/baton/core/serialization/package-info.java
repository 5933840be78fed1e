/** How messages cross between JVMs: Jackson CBOR, with protobuf messages as bytes. */
package io.baton.core.serialization;
