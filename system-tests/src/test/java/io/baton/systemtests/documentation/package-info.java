/** What the documents say is there. */
package io.baton.systemtests.documentation;
