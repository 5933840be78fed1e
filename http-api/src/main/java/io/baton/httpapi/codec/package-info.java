/** Between HTTP and messages: media types, query parameters, bodies, compressed answers. */
package io.baton.httpapi.codec;
