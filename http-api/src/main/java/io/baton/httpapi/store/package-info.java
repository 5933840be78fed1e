/** The state store of schedulers over HTTP. */
package io.baton.httpapi.store;
