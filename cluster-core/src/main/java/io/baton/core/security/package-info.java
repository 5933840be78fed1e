/** Who may speak to a process: principals and how they show who they are. */
package io.baton.core.security;
