/** Answers that say no: their status, their text, their headers. Texts are those that Mesos clients know. */
package io.baton.httpapi.error;
