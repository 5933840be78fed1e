/** {@code baton demo}: a word count as map and reduce tasks, checked against a count in this JVM. */
package io.baton.distribution.demo;
