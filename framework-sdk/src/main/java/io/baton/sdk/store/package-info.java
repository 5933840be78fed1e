/** What a scheduler keeps in its masters: small versioned values that survive it. */
package io.baton.sdk.store;
