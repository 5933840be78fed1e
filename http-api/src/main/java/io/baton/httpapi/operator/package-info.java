/** The master's operator API and its lists, answered from the read model. */
package io.baton.httpapi.operator;
