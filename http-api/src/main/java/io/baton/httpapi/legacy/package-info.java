/** The GET endpoints that are older than the v1 API, in their own vocabulary: slaves, {@code slave_id}, plain numbers. */
package io.baton.httpapi.legacy;
