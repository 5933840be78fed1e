package io.baton.resourcemanager.agent;

import io.baton.resourcemanager.ownership.Authority;
import io.baton.resourcemanager.routing.Neighbours;
import java.time.Clock;

/** What the entities of agents in one master work with. */
public record AgentSurroundings(LedgerRules rules, Authority authority, Neighbours neighbours, Clock clock) {}
