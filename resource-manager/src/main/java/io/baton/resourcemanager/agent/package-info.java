/** What the master knows of each agent, and the links the agents hold. */
package io.baton.resourcemanager.agent;
