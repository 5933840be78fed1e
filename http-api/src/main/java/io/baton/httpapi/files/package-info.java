/** Files that a process shows: those of sandboxes, and its own log. Nothing else is ever read. */
package io.baton.httpapi.files;
