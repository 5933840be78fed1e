/** The agent's API: what runs there, and the files of its sandboxes. */
package io.baton.httpapi.agent;
