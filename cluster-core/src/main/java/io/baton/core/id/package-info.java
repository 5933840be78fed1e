/** Who is who: the ids of frameworks, agents, offers and tasks. */
package io.baton.core.id;
