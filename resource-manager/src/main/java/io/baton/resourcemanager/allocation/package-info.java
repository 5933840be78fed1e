/** Who is offered what: proposals that the ledgers decide. */
package io.baton.resourcemanager.allocation;
