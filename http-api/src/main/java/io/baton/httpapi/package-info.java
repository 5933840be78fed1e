/**
 * The HTTP edge of masters and agents: decode, one tell or ask, encode. {@code MasterHttp} and {@code AgentHttp} are
 * its two doors; what they need of the rest of the process comes in {@code MasterPorts} and {@code AgentPorts}.
 */
package io.baton.httpapi;
