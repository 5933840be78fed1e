/** What schedulers may ask for, and the exact words in which they are told why not. */
package io.baton.resourcemanager.validation;
