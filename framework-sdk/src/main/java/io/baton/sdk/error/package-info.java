/** What can go wrong for a scheduler, one type for each thing it may want to do about it. Every message says what is wrong and what to do. */
package io.baton.sdk.error;
